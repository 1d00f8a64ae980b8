internal import Episodes
internal import Foundation
internal import HDF5

/// Reads the episodes of one file as an import profile says.
final class ProfiledFile: EpisodeFileReader {
    let episodeNames: [String]
    let warnings: [String] = []

    private let name: String
    private let url: URL
    private let profile: ImportProfile
    private let limits: EpisodeLimits
    private let root: HDF5Group
    private let episodes: [String: ProfiledEpisodes.Found]

    init(
        file: CandidateFile, root: HDF5Group, profile: ImportProfile,
        episodes: [ProfiledEpisodes.Found], limits: EpisodeLimits
    ) {
        name = file.name
        url = file.url
        self.root = root
        self.profile = profile
        self.limits = limits
        let stem = file.url.deletingPathExtension().lastPathComponent
        let named = episodes.map { ($0.name.isEmpty ? stem : $0.name, $0) }
        episodeNames = named.map(\.0)
        self.episodes = Dictionary(named) { first, _ in first }
    }

    func read(_ episode: String) -> EpisodeReading {
        do throws(EpisodeRejection) {
            let label = episodeNames.count == 1 ? name : "\(name) \(episode)"
            guard episode.split(separator: "/").allSatisfy({ String($0).isClean }) else {
                throw EpisodeRejection(
                    .nameRefused, "\(name): the name \(episode.debugDescription) is refused")
            }
            guard let found = episodes[episode], let group = found.group else {
                throw EpisodeRejection(
                    .linkRefused,
                    "\(label): it is no group of this file, and links out of a file are never "
                        + "followed; deliver that file itself")
            }
            let arrays = try EpisodeArrays(
                below: group, label: label, byteLimit: limits.episodeBytes)
            let draft = try ProfiledEpisode(
                arrays, label: label, profile: profile, limits: limits)
            let texts = ProfileTexts(groups: found.outer + [group], root: root, label: label)
            let warnings = arrays.warnings + (try texts.absences(profile))
            return .accepted(
                try draft.episode(named: episode, of: url, texts), warnings: warnings)
        } catch {
            return .rejected(error)
        }
    }
}

/// Looks up what a profile's `attributes` name.
struct ProfileTexts {
    /// The groups around the episode, and the episode itself last.
    let groups: [HDF5Group]
    let root: HDF5Group
    let label: String

    /// The attribute that `name` means, or nil where the file does not have it.
    ///
    /// `NAME` is an attribute of the episode or of a group around it, `GROUP@NAME` of a group below
    /// the episode, `/GROUP@NAME` of one below the root. A path without `@` may also be a dataset of one text.
    func attribute(_ name: String) throws(EpisodeRejection) -> HDF5Attribute? {
        do throws(HDF5Error) {
            let parts = name.split(separator: "@", omittingEmptySubsequences: false)
            if parts.count == 2 {
                guard let group = try group(at: parts[0]) else { return nil }
                return try Self.attribute(String(parts[1]), of: group)
            }
            for group in groups.reversed() {
                if let value = try Self.attribute(name, of: group) { return value }
            }
            return try dataset(name)
        } catch {
            throw EpisodeRejection(
                .arrayUnreadable, "\(label): reading '\(name)': \(error.description)")
        }
    }

    /// The text of that attribute or dataset, or nil where it is absent or blank.
    func text(_ name: String?) throws(EpisodeRejection) -> String? {
        guard let name, let text = try attribute(name)?.text else { return nil }
        let isBlank = text.allSatisfy(\.isWhitespace)
        return isBlank ? nil : text
    }

    /// What the profile names and this episode does not have, in words.
    func absences(_ profile: ImportProfile) throws(EpisodeRejection) -> [String] {
        let named = profile.attributes
        let texts = [
            ("instruction", named.instruction), ("embodiment", named.embodiment),
            ("robot", named.robot), ("site", named.site), ("operator", named.operator),
            ("policy", named.policy), ("calibration", named.calibration),
            ("licence", named.licence), ("recordedAt", named.recordedAt),
        ]
        var absent: [(key: String, name: String)] = []
        for (key, name) in texts {
            if let name, try text(name) == nil { absent.append(("attributes.\(key)", name)) }
        }
        let others = [
            ("outcome.attribute", profile.outcome.attribute),
            ("controlRateAttribute", profile.controlRateAttribute),
        ]
        for (key, name) in others {
            if let name, try attribute(name) == nil { absent.append((key, name)) }
        }
        return absent.map {
            "\(label): it has no '\($0.name)', which the profile's \($0.key) names"
        }
    }

    private static func attribute(
        _ name: String, of group: HDF5Group
    ) throws(HDF5Error) -> HDF5Attribute? {
        try group.attributeNames().contains(name) ? try group.attribute(name) : nil
    }

    private func group(at path: Substring) throws(HDF5Error) -> HDF5Group? {
        var group = path.hasPrefix("/") ? root : groups.last ?? root
        for part in path.split(separator: "/") {
            guard let next = try group.group(String(part)) else { return nil }
            group = next
        }
        return group
    }

    private func dataset(_ path: String) throws(HDF5Error) -> HDF5Attribute? {
        let parts = path.split(separator: "/")
        guard let last = parts.last.map(String.init) else { return nil }
        let above = path.hasPrefix("/") ? "/" : ""
        let folder = Substring(above + parts.dropLast().joined(separator: "/"))
        guard let group = try group(at: folder),
            try group.links().contains(where: { $0.name == last }),
            case .dataset(let dataset) = try group.member(last), dataset.storage == .inFile,
            dataset.typeName == "string"
        else { return nil }
        return .texts(try dataset.strings(countLimit: 1))
    }
}
