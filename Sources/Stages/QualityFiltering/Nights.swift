/// Which nights there are, and which of them is the last.
///
/// A night is what one attempt of the stage measured for the first time. What the first attempt found was
/// recorded over days, so each of its days counts as a night.
struct Nights {
    private var names: Set<String> = []

    mutating func add(_ episode: EpisodeMeasurements) { names.insert(episode.nightName) }

    /// The last night.
    var tonight: String { names.max() ?? "" }

    /// Whether all that is known came in at once, so that nights are days of recording.
    var isFirst: Bool { !tonight.hasPrefix(EpisodeMeasurements.laterNight) }

    /// The `count` nights before the last.
    func before(_ count: Int) -> Set<String> { Set(names.sorted().dropLast().suffix(count)) }
}

extension EpisodeMeasurements {
    fileprivate static let laterNight = "night "

    /// Sorts as nights follow each other.
    var nightName: String {
        night > 1 ? Self.laterNight + String(10_000_000 + night) : "day " + day
    }
}
