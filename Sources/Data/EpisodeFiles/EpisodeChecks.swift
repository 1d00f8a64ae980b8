internal import Episodes

/// Checks of one episode's arrays; each throws the first fault as a rejection.
struct EpisodeChecks {
    /// What the episode is called in messages, such as `reach.hdf5 demo_1`.
    let label: String
    let arrays: [String: EpisodeArray]
    /// Why datasets of some names were not kept.
    let skipped: [String: String]

    /// The T x A action array of that name.
    func actions(_ name: String) throws(EpisodeRejection) -> EpisodeArray {
        guard let array = arrays[name] else { throw missing(name) }
        guard array.shape.count == 2, array.rowWidth > 0 else {
            throw EpisodeRejection(
                .shapeMismatch,
                "\(label): \(name) has shape \(array.shape), expected steps x action width")
        }
        guard array.elementType != .bool else {
            throw EpisodeRejection(
                .typeMismatch, "\(label): \(name) are booleans, expected numbers")
        }
        return array
    }

    /// Every array of `names` has one row a step; `stated` is the count that an attribute states.
    func stepCount(
        actions: EpisodeArray, others names: [String], stated: Int?
    ) throws(EpisodeRejection) -> Int {
        let stepCount = actions.shape[0]
        let rows = names.compactMap { arrays[$0]?.shape.first } + (stated.map { [$0] } ?? [])
        if let first = rows.first, first != stepCount, rows.allSatisfy({ $0 == first }),
            actions.rowWidth == first
        {
            throw EpisodeRejection(
                .shapeMismatch,
                "\(label): \(actions.name) has shape \(actions.shape) while everything else has "
                    + "\(first) steps: it is transposed; write it as [\(first), \(stepCount)]")
        }
        for name in names {
            guard let array = arrays[name], array.shape.first != stepCount else { continue }
            throw EpisodeRejection(
                .shapeMismatch,
                "\(label): \(name) has \(array.shape.first ?? 0) rows, \(actions.name) has "
                    + "\(stepCount); every array of the episode needs one row a step")
        }
        if let stated, stated != stepCount {
            throw EpisodeRejection(
                .shapeMismatch,
                "\(label): num_samples says \(stated), \(actions.name) has \(stepCount) rows; "
                    + "the recording is incomplete, or the attribute is wrong")
        }
        guard stepCount >= 2 else {
            throw EpisodeRejection(
                .tooFewSteps,
                "\(label): it has \(stepCount) \(stepCount == 1 ? "step" : "steps"), expected at "
                    + "least 2; record it again")
        }
        return stepCount
    }

    /// Every number is finite, except in pictures, where NaN may stand for no depth.
    func finite() throws(EpisodeRejection) {
        for (name, array) in arrays.sorted(by: { $0.key < $1.key }) where array.shape.count < 3 {
            guard let (index, value) = array.firstNotFinite else { continue }
            let what = name.hasPrefix("action") ? "action" : "recorded number"
            throw EpisodeRejection(
                .valueNotFinite,
                "\(label): \(array.place(index)) is \(value); every \(what) must be a finite "
                    + "number; look for a sensor or a driver that dropped out at this step")
        }
    }

    /// The clock neither goes backwards nor stops for longer than `gapSeconds`.
    func clock(_ name: String, gapSeconds: Double) throws(EpisodeRejection) {
        guard let times = arrays[name]?.doubles() else { return }
        for (step, (time, next)) in zip(times, times.dropFirst()).enumerated() {
            let gap = next - time
            if gap < 0 {
                throw EpisodeRejection(
                    .clockBackwards,
                    "\(label): \(name) goes back by \(rounded(-gap)) s between steps \(step) and "
                        + "\(step + 1); the clock must not go backwards: use a monotonic one")
            }
            if gap > gapSeconds {
                throw EpisodeRejection(
                    .clockGap,
                    "\(label): \(name) has a hole of \(rounded(gap)) s between steps \(step) and "
                        + "\(step + 1), limit \(gapSeconds) s; the recorder lost steps")
            }
        }
    }

    /// An episode that is done in the middle is done at its end.
    func done(_ name: String) throws(EpisodeRejection) {
        guard let flags = arrays[name]?.doubles(), let last = flags.last, last == 0,
            let step = flags.firstIndex(where: { $0 != 0 })
        else { return }
        throw EpisodeRejection(
            .doneInMiddle,
            "\(label): \(name)[\(step)] is \(shortest(flags[step])) and \(name)"
                + "[\(flags.count - 1)], the last, is 0; two episodes may have been joined here")
    }

    /// The arrays below `next` are those below `current` one step later, not the same.
    func shifted(_ current: String, _ next: String) throws(EpisodeRejection) {
        for array in arrays.values.sorted(by: { $0.name < $1.name })
        where array.name.hasPrefix(current) && !array.isConstant {
            let following = next + array.name.dropFirst(current.count)
            guard arrays[following]?.bytes == array.bytes else { continue }
            throw EpisodeRejection(
                .nextObservationUnshifted,
                "\(label): \(following) equals \(array.name) in all steps, though it moves; it must "
                    + "hold the observation after each step: shift it by one, or leave it out")
        }
    }

    /// A missing array, or one that was there and could not be kept.
    func missing(_ name: String) -> EpisodeRejection {
        guard let reason = skipped[name] else {
            let found = arrays.keys.sorted().prefix(8).joined(separator: ", ")
            return EpisodeRejection(
                .arrayMissing,
                "\(label): there is no array \(name); found \(found.isEmpty ? "nothing" : found)")
        }
        return EpisodeRejection(
            .typeMismatch,
            "\(label): \(name) cannot be used: \(reason); expected an array of numbers")
    }

    private func rounded(_ seconds: Double) -> String {
        shortest((seconds * 1000).rounded() / 1000)
    }

    private func shortest(_ number: Double) -> String {
        number == number.rounded() && number.magnitude < 1e15
            ? String(Int(number)) : String(number)
    }
}
