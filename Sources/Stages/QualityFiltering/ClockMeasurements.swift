import Episodes

/// What an episode's timestamps say.
struct ClockMeasurements {
    var periodSeconds: Double?
    /// The period that was stated, where the clock says quite another one.
    var contradictedPeriodSeconds: Double?
    var hasTimestamps = false
    var durationSeconds: Double?
    var largestGap: EpisodeMeasurements.Extreme?
    var fault: EpisodeMeasurements.Extreme?
    var jitterSeconds: Double?
    var droppedShare: Double?
    var schemaFault: String?

    init(of episode: Episode) {
        let metadata = episode.metadata
        periodSeconds = metadata.embodiment.controlRateHertz.flatMap { $0 > 0 ? 1 / $0 : nil }
        do {
            guard let stamps = try episode.timestamps() else {
                durationSeconds = periodSeconds.map { $0 * Double(metadata.stepCount) }
                return
            }
            hasTimestamps = true
            if let step = stamps.firstIndex(where: { !$0.isFinite }) {
                schemaFault = "the timestamp of step \(step) is \(stamps[step])"
                return
            }
            measure(stamps)
        } catch {
            schemaFault = "\(error)"
        }
    }

    private mutating func measure(_ stamps: [Double]) {
        guard stamps.count > 1, let first = stamps.first, let last = stamps.last else { return }
        let differences = zip(stamps.dropFirst(), stamps).map { $0 - $1 }
        if let step = differences.firstIndex(where: { $0 <= 0 }) {
            fault = .init(value: differences[step], step: step)
        }
        let usual = differences.sorted()[differences.count / 2]
        let period = believed(usual)
        guard period > 0 else { return }
        periodSeconds = period
        durationSeconds = last - first + period
        if let widest = differences.indices.max(by: { differences[$0] < differences[$1] }) {
            largestGap = .init(value: differences[widest], step: widest)
        }
        let mean = (last - first) / Double(differences.count)
        let squares = differences.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
        jitterSeconds = (squares / Double(differences.count)).squareRoot()
        let expected = 1 + ((last - first) / period).rounded()
        droppedShare = max(0, 1 - Double(stamps.count) / expected)
    }

    /// The stated period, unless most steps are so far from it that it cannot be meant.
    private mutating func believed(_ usual: Double) -> Double {
        guard let stated = periodSeconds else { return usual }
        let ratio = usual / stated
        guard usual > 0, ratio > Self.farApart || ratio < 1 / Self.farApart else { return stated }
        contradictedPeriodSeconds = stated
        return usual
    }

    /// Periods this many times each other are not the same rate.
    private static let farApart = 1.5
}
