import Foundation

/// What is measured of each state column, in the order of columns.
///
/// JSON carries it as base64 of six little-endian doubles a column: thousands of episodes are read back
/// every night, and numbers by name would take most of that time.
struct ColumnMeasurements: Codable, Sendable, Equatable {
    typealias Extreme = EpisodeMeasurements.Extreme

    var speeds: [Extreme] = []
    var low: [Double] = []
    var high: [Double] = []
    var stillness: [Extreme] = []

    init() {}

    init(from decoder: any Decoder) throws {
        let data = try decoder.singleValueContainer().decode(Data.self)
        let numbers = data.withUnsafeBytes { bytes in
            (0..<(bytes.count / 8)).map {
                Double(
                    bitPattern: UInt64(
                        littleEndian: bytes.loadUnaligned(
                            fromByteOffset: 8 * $0, as: UInt64.self)))
            }
        }
        guard numbers.count % 6 == 0, numbers.allSatisfy({ $0.isFinite }) else {
            throw DecodingError.dataCorrupted(
                .init(
                    codingPath: decoder.codingPath,
                    debugDescription: "\(data.count) bytes, expected 48 a state column"))
        }
        for column in stride(from: 0, to: numbers.count, by: 6) {
            speeds.append(.init(value: numbers[column], step: Int(numbers[column + 1])))
            low.append(numbers[column + 2])
            high.append(numbers[column + 3])
            stillness.append(.init(value: numbers[column + 4], step: Int(numbers[column + 5])))
        }
    }

    func encode(to encoder: any Encoder) throws {
        var data = Data(capacity: speeds.count * 48)
        for column in speeds.indices {
            let (speed, still) = (speeds[column], stillness[column])
            let numbers = [
                speed.value, Double(speed.step), low[column], high[column], still.value,
                Double(still.step),
            ]
            for number in numbers {
                withUnsafeBytes(of: number.bitPattern.littleEndian) { data.append(contentsOf: $0) }
            }
        }
        var container = encoder.singleValueContainer()
        try container.encode(data)
    }
}
