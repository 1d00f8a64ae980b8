internal import Episodes
internal import HDF5

/// What tells one episode from the others of its file: its arrays' names and its actions.
struct EpisodeProfile {
    /// Names below `obs`.
    let observations: Set<String>
    let actionWidth: Int
    /// The largest absolute action.
    let actionMagnitude: Double
}

/// A first look at all episodes of a file, against which each is then checked.
///
/// Keeps a few numbers an episode, and reads nothing but their actions.
struct FileProfile {
    private var widths: [Int: Int] = [:]
    private var magnitudes: [Double] = []
    private var observationCounts: [String: Int] = [:]
    private var episodeCount = 0
    /// Episodes that are open, with what was found in them: opening them again would take as long as this look.
    private var opened: [String: HDF5Group] = [:]

    /// Open episodes take a few kilobytes each.
    private static let openedLimit = 1000
    /// Fewer other episodes than this do not show what is usual.
    private static let othersNeeded = 2
    /// Actions of more bytes are left to the reading of the episode itself.
    private static let actionByteLimit = 64 << 20

    /// A profile of no episode yet.
    init() {}

    init(of data: HDF5Group, episodes: [HDF5Link], actionArray: String) {
        for link in episodes where link.kind == .hard || link.kind == .soft {
            // An episode that cannot be read says nothing here, and is rejected when it is read.
            guard case .group(let group)? = try? data.member(link.name) else { continue }
            if opened.count < Self.openedLimit {
                group.keepsFindings = true
                opened[link.name] = group
            }
            if let profile = try? Self.profile(of: group, actionArray) { add(profile) }
        }
        finish()
    }

    /// Ends the adding of episodes.
    mutating func finish() { magnitudes.sort() }

    /// Checks an episode of the file against the others.
    func check(
        _ episode: EpisodeProfile, label: String, limits: EpisodeLimits
    ) throws(EpisodeRejection) {
        let others = episodeCount - 1
        guard others >= Self.othersNeeded else { return }
        if let (width, count) = widths.max(by: { ($0.value, $1.key) < ($1.value, $0.key) }),
            width != episode.actionWidth, count * 2 > others
        {
            throw EpisodeRejection(
                .shapeMismatch,
                "\(label): actions have \(episode.actionWidth) columns, \(width) in \(count) of "
                    + "the file's \(others) other episodes; one file holds one robot")
        }
        let missing = observationCounts.filter {
            $0.value == others && !episode.observations.contains($0.key)
        }
        if let name = missing.keys.min() {
            throw EpisodeRejection(
                .arrayMissing,
                "\(label): obs/\(name) is missing, which every other episode of the file has")
        }
        let usual = medianOfOthers(than: episode.actionMagnitude)
        if usual > 0, episode.actionMagnitude > usual * limits.actionMagnitudeRatio {
            throw EpisodeRejection(
                .actionMagnitude,
                "\(label): its largest action is \(episode.actionMagnitude), the median of the "
                    + "other episodes' is \(usual); the limit is "
                    + "\(limits.actionMagnitudeRatio) times that; look for a wrong unit")
        }
    }

    /// Takes in the profile of one of the file's episodes.
    mutating func add(_ profile: EpisodeProfile) {
        episodeCount += 1
        widths[profile.actionWidth, default: 0] += 1
        magnitudes.append(profile.actionMagnitude)
        for name in profile.observations { observationCounts[name, default: 0] += 1 }
    }

    /// The episode of that name if it is still open, for the one who reads it next.
    mutating func takeOpened(_ episode: String) -> HDF5Group? {
        opened.removeValue(forKey: episode)
    }

    private func medianOfOthers(than magnitude: Double) -> Double {
        var others = magnitudes
        if let own = others.firstIndex(of: magnitude) { others.remove(at: own) }
        return others.isEmpty ? 0 : others[others.count / 2]
    }

    private static func profile(
        of group: HDF5Group, _ actionArray: String
    ) throws -> EpisodeProfile? {
        let links = try group.links()
        guard links.contains(where: { $0.name == actionArray && $0.kind == .hard }),
            case .dataset(let actions) = try group.member(actionArray),
            let type = actions.elementType, let shape = actions.shape, shape.count == 2,
            let byteCount = actions.byteCount, byteCount <= actionByteLimit
        else { return nil }
        // The library keeps up to a megabyte of an open dataset that lies in chunks.
        if !actions.isInOnePiece { group.keepsFindings = false }
        let array = EpisodeArray(
            name: actionArray, elementType: ElementType(type), shape: shape,
            bytes: try actions.read())
        var observations: Set<String> = []
        if links.contains(where: { $0.name == "obs" && $0.kind == .hard }),
            case .group(let obs) = try group.member("obs")
        {
            obs.keepsFindings = group.keepsFindings
            observations = Set(try obs.links().map(\.name))
        }
        let magnitude = array.firstNotFinite == nil ? array.magnitude : 0
        return EpisodeProfile(
            observations: observations, actionWidth: array.rowWidth, actionMagnitude: magnitude)
    }
}
