import Batching
import Policies

/// The state columns of a message: one key an observation, or all of them as `state`.
struct StateFields {
    let layout: RobotLayout
    let historyLength: Int

    /// Writes the message's states to sample 0, oldest first; the oldest is repeated where rows are
    /// missing.
    ///
    /// - Throws: ``ServingError`` for a missing key, another shape, or a number that is not finite.
    func copy(
        _ message: MessageValue, to sample: inout ObservationBatch
    ) throws(ServingError) {
        let parts = try parts(of: message)
        var (column, rowCount) = (0, Int?.none)
        for part in parts {
            let rows = try rows(of: message[part.key], part)
            let count = rows.count / part.width
            guard rowCount == nil || rowCount == count else {
                throw RequestFields.invalid(
                    part.key,
                    "it has \(count) steps of history, and '\(parts[0].key)' has "
                        + "\(rowCount ?? 0); send as many of each")
            }
            rowCount = count
            for age in 0..<historyLength {
                let row = max(0, age - (historyLength - count))
                let target = age * sample.stateWidth + column
                for index in 0..<part.width {
                    sample.states[target + index] = rows[row * part.width + index]
                }
            }
            column += part.width
        }
    }

    /// Each observation by its own key where the message has them, or else all as one.
    private func parts(
        of message: MessageValue
    ) throws(ServingError) -> [EmbodimentSpecification.Observation] {
        let whole = [
            EmbodimentSpecification.Observation(
                key: RequestKey.state, width: layout.specification.stateWidth)
        ]
        guard let observations = layout.observations else {
            guard message[RequestKey.state] != nil else {
                throw RequestFields.invalid(
                    RequestKey.state,
                    "it is missing; these weights do not name their observations, so send all "
                        + "\(whole[0].width) columns")
            }
            return whole
        }
        let missing = observations.map(\.key).filter { message[$0] == nil }
        if missing.isEmpty { return observations }
        guard message[RequestKey.state] != nil else {
            throw RequestFields.invalid(
                missing[0],
                "it is missing; send an array for each of \(observations.map(\.key)), or all "
                    + "\(whole[0].width) columns as 'state'")
        }
        return whole
    }

    /// Steps x width numbers, 1 to `historyLength` steps.
    private func rows(
        of value: MessageValue?, _ part: EmbodimentSpecification.Observation
    ) throws(ServingError) -> [Float] {
        var numbers: [Float] = []
        switch value {
        case .array(let array):
            try check(array.shape, part)
            numbers = array.floats()
        case .list(let values):
            try check([values.count], part)
            for value in values { numbers.append(try Self.number(value, part)) }
        case .some(let value):
            try check([1], part)
            numbers = [try Self.number(value, part)]
        case nil:
            throw RequestFields.invalid(part.key, "it is missing")
        }
        if let place = numbers.firstIndex(where: { !$0.isFinite }) {
            throw RequestFields.invalid(
                part.key, "its number \(place) is \(numbers[place]), expected a finite one")
        }
        return numbers
    }

    /// One step's numbers in any shape, or rows of steps.
    private func check(
        _ shape: [Int], _ part: EmbodimentSpecification.Observation
    ) throws(ServingError) {
        let count = shape.reduce(1, *)
        let isHistory =
            shape.count > 1 && (1...historyLength).contains(shape[0])
            && count == shape[0] * part.width
        guard count == part.width || isHistory else {
            throw RequestFields.invalid(
                part.key,
                "its shape is \(shape), expected [\(part.width)], or [h, \(part.width)] with "
                    + "h from 1 to \(historyLength), the oldest step first")
        }
    }

    private static func number(
        _ value: MessageValue, _ part: EmbodimentSpecification.Observation
    ) throws(ServingError) -> Float {
        switch value {
        case .number(let number): return Float(number)
        case .integer(let number): return Float(number)
        default:
            throw RequestFields.invalid(part.key, "found \(value.kind), expected numbers")
        }
    }
}
