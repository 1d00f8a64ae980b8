/// How long a robot stood still: before it began, after it had finished, and in between.
package struct Idleness: Codable, Sendable, Equatable {
    package let headSeconds: Double
    package let tailSeconds: Double
    /// Idle steps between head and tail, as a share of all steps.
    package let innerShare: Double

    /// Of a speed profile; a step is idle below 1 % of the range a second while no switch changes.
    ///
    /// Arguments:
    ///   - speeds: in ranges a second (``scaledSpeeds(of:widths:rate:)``).
    ///   - switches: the command of a gripper at each of the steps; may be empty.
    ///   - rate: of steps, in Hertz.
    package init(speeds: [Double], switches: [Float], rate: Double) {
        let range = (switches.max() ?? 0) - (switches.min() ?? 0)
        let isIdle = speeds.indices.map { step in
            guard speeds[step] < 0.01 else { return false }
            guard step + 1 < switches.count else { return true }
            return abs(switches[step + 1] - switches[step]) <= 0.01 * range
        }
        let head = isIdle.prefix { $0 }.count
        let tail = head == isIdle.count ? 0 : isIdle.reversed().prefix { $0 }.count
        let inner = isIdle.count(where: { $0 }) - head - tail
        headSeconds = Double(head) / rate
        tailSeconds = Double(tail) / rate
        innerShare = speeds.isEmpty ? 0 : Double(inner) / Double(speeds.count)
    }
}

/// The share of steps at which a normalised command is within 1 % of its limit, 1.
///
/// A column that is at its limit on nine of ten steps is a switch, such as a gripper's command, and is
/// not counted.
///
/// - Returns: nil where a command is beyond 1: then its limits are not known.
package func saturatedShare(of actions: [Float], width: Int) -> Double? {
    guard width > 0, actions.count >= width, actions.allSatisfy({ abs($0) <= 1.000_01 }) else {
        return nil
    }
    let count = actions.count / width
    var isAtLimit = [Bool](repeating: false, count: count)
    for column in 0..<width {
        let steps = (0..<count).filter { abs(actions[$0 * width + column]) >= 0.99 }
        guard Double(steps.count) < 0.9 * Double(count) else { continue }
        for step in steps { isAtLimit[step] = true }
    }
    return Double(isAtLimit.count(where: { $0 })) / Double(count)
}
