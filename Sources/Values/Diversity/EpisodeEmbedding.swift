private import Evidence
import Foundation

/// What is remembered of an episode to compare it with others: numbers as measured, in their own units.
package struct EpisodeStatistics: Codable, Sendable, Equatable {
    /// First, last, mean and standard deviation of each state column.
    package let states: [Float]
    /// Mean, standard deviation and root mean square change of each action column, and log of the steps.
    package let actions: [Float]
    /// Brightness of the first, middle and last picture of each camera in 8 x 8 fields, 0 to 255.
    package let pictures: [UInt8]

    private enum CodingKeys: String, CodingKey { case states, actions, pictures }

    package init(states: [Float], actions: [Float], pictures: [UInt8]) {
        (self.states, self.actions, self.pictures) = (states, actions, pictures)
    }

    /// Numbers are little-endian, in base 64: a tenth of the time that decimal digits take.
    package func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(Self.bytes(states), forKey: .states)
        try container.encode(Self.bytes(actions), forKey: .actions)
        try container.encode(Data(pictures), forKey: .pictures)
    }

    package init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        states = Self.numbers(try container.decode(Data.self, forKey: .states))
        actions = Self.numbers(try container.decode(Data.self, forKey: .actions))
        pictures = [UInt8](try container.decode(Data.self, forKey: .pictures))
    }

    static func bytes(_ numbers: [Float]) -> Data {
        var data = Data(capacity: 4 * numbers.count)
        for number in numbers {
            let bits = number.bitPattern
            for shift in stride(from: UInt32(0), to: 32, by: 8) {
                data.append(UInt8(truncatingIfNeeded: bits >> shift))
            }
        }
        return data
    }

    static func numbers(_ data: Data) -> [Float] {
        let bytes = [UInt8](data)
        return (0..<(bytes.count / 4)).map { index in
            var bits: UInt32 = 0
            for place in 0..<4 { bits |= UInt32(bytes[4 * index + place]) << (8 * UInt32(place)) }
            return Float(bitPattern: bits)
        }
    }
}

/// Makes embeddings of the statistics of one kind of robot: 64 numbers an episode.
///
/// Each statistic is put into standard deviations of the reference, so that metres and radians compare. States, actions
/// and pictures each count one third, or half where there are no pictures. What is wider than its columns is projected
/// onto them by random signs that are always the same, which keeps distances (Achlioptas 2003).
package struct EpisodeEmbedding: Sendable {
    /// Named in reports; changes whenever the same episode would get other numbers.
    package static let name = "episode-statistics-1"
    package static let width = 64
    package static let stateColumns = 0..<32
    package static let actionColumns = 32..<56
    package static let pictureColumns = 56..<64
    /// Standard deviations beyond which a statistic is not followed.
    private static let limit = 5.0

    private let parts: [Part]

    /// From the reference's statistics, which all have the same layout; others are taken as unknown.
    package init(reference: [EpisodeStatistics]) {
        parts = [
            Part(Self.stateColumns, reference.map(\.states)),
            Part(Self.actionColumns, reference.map(\.actions)),
            Part(Self.pictureColumns, reference.map { $0.pictures.map(Float.init) }),
        ]
    }

    /// How many of states, actions and pictures differ between the reference's episodes.
    ///
    /// Two episodes of the reference are on average the root of twice this apart.
    package var partCount: Int { parts.count { !$0.scales.isEmpty } }

    /// One row an episode.
    package func rows(of episodes: [EpisodeStatistics]) -> Embeddings {
        var values = Array(repeating: Float(0), count: episodes.count * Self.width)
        for (row, episode) in episodes.enumerated() {
            let start = row * Self.width
            parts[0].write(episode.states, into: &values, at: start)
            parts[1].write(episode.actions, into: &values, at: start)
            parts[2].write(episode.pictures.map(Float.init), into: &values, at: start)
        }
        return Embeddings(width: Self.width, values: values)
    }

    /// States, actions or pictures.
    private struct Part: Sendable {
        let columns: Range<Int>
        let width: Int
        let means: [Double]
        /// What a number of each statistic is multiplied by; none where no statistic differs.
        let scales: [Double]
        /// Statistics x columns of signs; empty where statistics are columns.
        let signs: [Float]

        init(_ columns: Range<Int>, _ rows: [[Float]]) {
            let width = rows.map(\.count).max() ?? 0
            let rows = rows.filter { $0.count == width }
            var (means, squares) = (
                Array(repeating: 0.0, count: width), Array(repeating: 0.0, count: width)
            )
            for (number, row) in rows.enumerated() {
                for (index, value) in row.enumerated() {
                    let difference = Double(value) - means[index]
                    means[index] += difference / Double(number + 1)
                    squares[index] += difference * (Double(value) - means[index])
                }
            }
            let deviations = squares.enumerated().map { index, square in
                let deviation = (square / Double(max(1, rows.count))).squareRoot()
                // What rounding alone makes of equal numbers does not count.
                return deviation > 1e-5 * abs(means[index]) + 1e-9 ? deviation : 0
            }
            let varying = deviations.count { $0 > 0 }
            (self.columns, self.width, self.means) = (columns, width, means)
            scales =
                varying == 0
                ? [] : deviations.map { $0 > 0 ? 1 / ($0 * Double(varying).squareRoot()) : 0 }
            signs = width > columns.count ? Self.signs(width, columns) : []
        }

        private static func signs(_ width: Int, _ columns: Range<Int>) -> [Float] {
            var random = SeededRandom(seed: UInt64(columns.lowerBound))
            let size = 1 / Float(columns.count).squareRoot()
            return (0..<(width * columns.count)).map { _ in
                random.next() >> 63 == 0 ? size : -size
            }
        }

        func write(_ row: [Float], into values: inout [Float], at start: Int) {
            guard !scales.isEmpty, row.count == width else { return }
            let spread = EpisodeEmbedding.limit / Double(scales.count { $0 > 0 }).squareRoot()
            for (index, value) in row.enumerated() where scales[index] > 0 {
                let scaled = Float(
                    min(spread, max(-spread, (Double(value) - means[index]) * scales[index])))
                if signs.isEmpty {
                    values[start + columns.lowerBound + index] = scaled
                } else {
                    for column in 0..<columns.count {
                        values[start + columns.lowerBound + column] +=
                            scaled * signs[index * columns.count + column]
                    }
                }
            }
        }
    }
}
