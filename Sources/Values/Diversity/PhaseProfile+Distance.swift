extension PhaseProfile {
    /// Points between two phases that are filled in, so that a little more or less speed makes no difference.
    private static let between = 4
    /// How far one may run ahead of the other: a quarter of the way.
    private static let band = 15

    /// Each state column's range over all profiles, which have the same width.
    package static func ranges(of profiles: [PhaseProfile]) -> [Float] {
        guard let width = profiles.first?.stateWidth, width > 0 else { return [] }
        var (low, high) = (
            [Float](repeating: .infinity, count: width),
            [Float](repeating: -.infinity, count: width)
        )
        for profile in profiles {
            for (index, value) in profile.states.enumerated() {
                low[index % width] = min(low[index % width], value)
                high[index % width] = max(high[index % width], value)
            }
        }
        return zip(low, high).map { $1 - $0 }
    }

    /// The ways of the state as rows, one a profile.
    ///
    /// A row is how each phase differs from the mean way, columns in their ranges. They have the same width.
    static func ways(of profiles: [PhaseProfile]) -> Embeddings {
        guard let first = profiles.first, !first.states.isEmpty else {
            return Embeddings(width: 1, values: profiles.map { _ in 0 })
        }
        let (places, width) = (first.states.indices, first.stateWidth)
        let count = Float(profiles.count)
        let means = places.map { place in
            profiles.reduce(0) { $0 + $1.states[place] } / count
        }
        let ranges = ranges(of: profiles)
        let scales = ranges.map { $0 > 0 ? 1 / $0 : 0 }
        return Embeddings(
            width: places.count,
            values: profiles.flatMap { profile in
                places.map { (profile.states[$0] - means[$0]) * scales[$0 % width] }
            })
    }

    /// How far two ways of the state are from each other, whatever their speeds: the mean over their best
    /// alignment (dynamic time warping) of the root mean square difference of the columns, each in its range.
    ///
    /// Infinity where the widths differ or nothing has a range.
    package func distance(to other: PhaseProfile, ranges: [Float]) -> Double {
        guard states.count == other.states.count, stateWidth == ranges.count,
            ranges.contains(where: { $0 > 0 })
        else { return .infinity }
        let (mine, others) = (dense(ranges), other.dense(ranges))
        let width = ranges.count
        let count = mine.count / width
        let scale = 1 / Float(ranges.count { $0 > 0 })
        // Cost and length of the best alignment that ends at each pair of points.
        var last = [(cost: Float, length: Int)](repeating: (.infinity, 0), count: count + 1)
        last[0] = (0, 0)
        for row in 1...count {
            var now = [(cost: Float, length: Int)](repeating: (.infinity, 0), count: count + 1)
            for column in max(1, row - Self.band)...min(count, row + Self.band) {
                var best = last[column - 1]
                if last[column].cost < best.cost { best = last[column] }
                if now[column - 1].cost < best.cost { best = now[column - 1] }
                var apart: Float = 0
                for place in 0..<width {
                    let difference =
                        mine[(row - 1) * width + place]
                        - others[(column - 1) * width + place]
                    apart += difference * difference
                }
                let cost = best.cost + (scale * apart).squareRoot()
                now[column] = (cost, best.length + 1)
            }
            last = now
        }
        return Double(last[count].cost) / Double(max(1, last[count].length))
    }

    /// States in their ranges, with points between those of the phases.
    private func dense(_ ranges: [Float]) -> [Float] {
        let width = stateWidth
        return (0..<((Self.phaseCount - 1) * Self.between + 1)).flatMap { point in
            let (phase, part) = (point / Self.between, Float(point % Self.between))
            let share = part / Float(Self.between)
            return (0..<width).map { column -> Float in
                guard ranges[column] > 0 else { return 0 }
                let value = states[phase * width + column]
                let next = part > 0 ? states[(phase + 1) * width + column] : value
                return (value + share * (next - value)) / ranges[column]
            }
        }
    }
}
