/// How a state's columns belong together: columns of one component have one unit.
///
/// The scale of a component is the widest range that one of its columns has in the episode. A component
/// whose range is within 1 % of its largest magnitude stands still: what is left is a sensor's noise.
func componentScales(of states: [Float], widths: [Int]) -> [Double?] {
    let width = widths.reduce(0, +)
    guard width > 0, states.count >= width else { return widths.map { _ in nil } }
    var low = states.prefix(width).map(Double.init)
    var high = low
    for row in stride(from: 0, to: states.count - states.count % width, by: width) {
        for column in 0..<width {
            let value = Double(states[row + column])
            if value < low[column] { low[column] = value }
            if value > high[column] { high[column] = value }
        }
    }
    var start = 0
    return widths.map { count in
        let columns = start..<(start + count)
        start += count
        let range = columns.map { high[$0] - low[$0] }.max() ?? 0
        let magnitude = columns.map { max(abs(low[$0]), abs(high[$0])) }.max() ?? 0
        return range > 0.01 * magnitude ? range : nil
    }
}

/// Speeds between neighbouring states, T - 1 of them, in ranges of movement a second.
///
/// Each component's columns are divided by the widest range that one of them has in the episode, so that
/// metres and radians weigh alike; components that stand still are left out.
///
/// Arguments:
///   - states: T x sum of `widths`, row-major.
///   - widths: of the components.
///   - rate: of rows, in Hertz.
/// - Returns: empty where nothing moves.
package func scaledSpeeds(of states: [Float], widths: [Int], rate: Double) -> [Double] {
    let factors = columnFactors(of: states, widths: widths)
    let width = factors.count
    guard width > 0, factors.contains(where: { $0 > 0 }) else { return [] }
    let count = states.count / width
    return (1..<max(1, count)).map { row in
        var sum = 0.0
        for column in 0..<width {
            let change =
                Double(states[row * width + column] - states[(row - 1) * width + column])
                * factors[column]
            sum += change * change
        }
        return sum.squareRoot() * rate
    }
}

/// The way from the first state to the last as a share of the way that was gone: 1 is straight.
///
/// Components are scaled as in ``scaledSpeeds(of:widths:rate:)``. A loop has a low share although nothing
/// is wrong with it.
///
/// - Returns: nil where nothing moves.
package func pathEfficiency(of states: [Float], widths: [Int]) -> Double? {
    let factors = columnFactors(of: states, widths: widths)
    let width = factors.count
    let path = scaledSpeeds(of: states, widths: widths, rate: 1).reduce(0, +)
    guard path > 0 else { return nil }
    let last = (states.count / width - 1) * width
    let direct = (0..<width).reduce(0.0) { sum, column in
        let change = Double(states[last + column] - states[column]) * factors[column]
        return sum + change * change
    }
    return direct.squareRoot() / path
}

private func columnFactors(of states: [Float], widths: [Int]) -> [Double] {
    zip(componentScales(of: states, widths: widths), widths).flatMap { scale, count in
        [Double](repeating: scale.map { 1 / $0 } ?? 0, count: count)
    }
}
