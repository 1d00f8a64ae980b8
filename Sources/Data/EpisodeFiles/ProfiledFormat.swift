internal import Foundation
internal import HDF5

/// The layout that an import profile describes.
struct ProfiledFormat: EpisodeFileFormat {
    let profile: ImportProfile
    let fileExtensions: Set<String> = ["hdf5", "h5"]

    var name: String { profile.name }

    func reader(
        of file: CandidateFile, limits: EpisodeLimits
    ) throws(EpisodeFileError) -> (any EpisodeFileReader)? {
        if let files = profile.files, !PathPattern("*" + files).matches(file.url.path) {
            return nil
        }
        return try file.inspecting { root in
            let search = ProfiledEpisodes(pattern: profile.episodes)
            let episodes = try search.find(below: root, fileName: file.name)
            guard try episodes.contains(where: { try hasActions($0) }) else { return nil }
            return ProfiledFile(
                file: file, root: root, profile: profile, episodes: episodes, limits: limits)
        }
    }

    /// Whether the first action array is there: what tells this layout from others.
    private func hasActions(_ episode: ProfiledEpisodes.Found) throws(HDF5Error) -> Bool {
        guard var group = episode.group, let path = profile.actions.first?.split(separator: "/")
        else { return false }
        for part in path.dropLast() {
            guard let next = try group.group(String(part)) else { return false }
            group = next
        }
        return try group.links().contains { $0.name == path.last.map(String.init) }
    }
}

/// Finds the groups that a profile calls episodes.
struct ProfiledEpisodes {
    /// A group, or a link out of the file that stands where one is expected.
    struct Found {
        /// The path below the root; empty for the root itself.
        let name: String
        /// Nil for a link that is not followed, and for what is no group.
        let group: HDF5Group?
        /// The groups around it, the root first.
        let outer: [HDF5Group]
    }

    private let parts: [Substring]
    /// Hard links can multiply what is found without any bytes in the file.
    private static let countLimit = 1 << 16

    init(pattern: String) {
        parts = pattern.split(separator: "/")
    }

    /// All of them, in the order of their numbers.
    func find(below root: HDF5Group, fileName: String) throws -> [Found] {
        var found = [Found(name: "", group: root, outer: [])]
        for part in parts {
            let pattern = PathPattern(part)
            var next: [Found] = []
            for parent in found {
                next += try members(of: parent, pattern)
                guard next.count <= Self.countLimit else {
                    throw EpisodeFileError(
                        .fileUnreadable,
                        "\(fileName): more than \(Self.countLimit) groups match the profile's "
                            + "episodes; deliver it in smaller files")
                }
            }
            found = next
        }
        return found
    }

    private func members(
        of parent: Found, _ pattern: PathPattern
    ) throws(HDF5Error) -> [Found] {
        guard let group = parent.group else { return [] }
        let links = try group.links().filter { pattern.matches($0.name) }
            .sorted { RobomimicFile.isBefore($0.name, $1.name) }
        var found: [Found] = []
        for link in links {
            var member: HDF5Group?
            if link.kind == .hard || link.kind == .soft,
                case .group(let opened) = try group.member(link.name)
            {
                member = opened
            }
            let name = parent.name.isEmpty ? link.name : parent.name + "/" + link.name
            found.append(Found(name: name, group: member, outer: parent.outer + [group]))
        }
        return found
    }
}
