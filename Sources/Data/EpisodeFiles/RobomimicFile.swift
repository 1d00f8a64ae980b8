internal import Episodes
internal import HDF5

/// Reads the episodes of one file in robomimic's layout.
final class RobomimicFile: EpisodeFileReader {
    let episodeNames: [String]
    private(set) var warnings: [String] = []

    let name: String
    let limits: EpisodeLimits
    let attributes: Attributes
    let environment: EnvironmentArguments?
    /// What the file's name says of the task.
    let taskOfFileName: String
    private let data: HDF5Group
    /// Links of `/data` by name.
    private let kinds: [String: HDF5Link.Kind]
    /// Names in `/mask/success` and `/mask/not_success`, or nil where there is no such list.
    let succeeded: Set<String>?
    let failed: Set<String>?
    private var profile: FileProfile

    init(
        file: CandidateFile, root: HDF5Group, data: HDF5Group, limits: EpisodeLimits
    ) throws {
        name = file.name
        self.limits = limits
        self.data = data
        taskOfFileName = TaskNaming.task(ofFile: file.url)
        attributes = try Attributes(of: data, inside: Attributes(of: root))
        environment = (attributes.text("env_args") ?? attributes.text("env_info"))
            .flatMap(EnvironmentArguments.init(json:))
        let links = try data.links()
        kinds = Dictionary(links.map { ($0.name, $0.kind) }) { first, _ in first }
        episodeNames = links.map(\.name).sorted(by: Self.isBefore)
        guard !episodeNames.isEmpty else {
            throw EpisodeFileError(
                .noEpisodes, "\(file.name): /data has no episodes; expected groups such as demo_0")
        }
        let masks = try MaskLists(root: root)
        succeeded = masks.lists["success"]
        failed = masks.lists["not_success"]
        profile = FileProfile(of: data, episodes: links, actionArray: Self.actionArray)
        noteOddities(masks)
    }

    func read(_ episode: String) -> EpisodeReading {
        do throws(EpisodeRejection) {
            let label = "\(name) \(episode)"
            let group = try group(of: episode, label)
            let draft = try RobomimicEpisode(
                name: episode, label: label, group: group, file: self)
            try profile.check(draft.profile, label: label, limits: limits)
            let result = draft.episode()
            return .accepted(result, warnings: draft.warnings)
        } catch {
            return .rejected(error)
        }
    }

    private func group(of episode: String, _ label: String) throws(EpisodeRejection) -> HDF5Group {
        guard episode.isClean else {
            throw EpisodeRejection(
                .nameRefused, "\(name): the episode name \(episode.debugDescription) is refused")
        }
        guard let kind = kinds[episode], kind == .hard || kind == .soft else {
            throw EpisodeRejection(
                .linkRefused,
                "\(label): it is a link to another file, which is never followed; "
                    + "deliver that file itself")
        }
        if let group = profile.takeOpened(episode) { return group }
        do {
            if case .group(let group) = try data.member(episode) { return group }
        } catch {
            throw EpisodeRejection(
                .arrayUnreadable, "\(label): it cannot be opened: \(error.reason)")
        }
        throw EpisodeRejection(
            .arrayMissing, "\(label): it is no group of arrays; expected actions, obs/…")
    }

    private func noteOddities(_ masks: MaskLists) {
        if attributes.text("env_args") == nil, attributes.text("env_info") == nil,
            attributes.text("env") == nil
        {
            warnings.append(
                "\(name): /data has no attribute env_args; the task is taken from "
                    + "elsewhere, and the robot's name from the shapes of its arrays")
        }
        let known = Set(episodeNames)
        for (mask, names) in masks.lists.sorted(by: { $0.key < $1.key }) {
            let dangling = names.subtracting(known).sorted()
            guard let first = dangling.first else { continue }
            warnings.append(
                "\(name): /mask/\(mask) names \(dangling.count) episodes that are not in the "
                    + "file, such as \(first.debugDescription)")
        }
        warnings += masks.warnings.map { "\(name): \($0)" }
    }

    static let actionArray = "actions"

    /// Orders names by their first number, then as text: demo_2 before demo_10.
    static func isBefore(_ left: String, _ right: String) -> Bool {
        func number(_ text: String) -> Int {
            Int(text.drop { !$0.isNumber }.prefix { $0.isNumber }) ?? -1
        }
        return (number(left), left) < (number(right), right)
    }
}

/// The lists of episode names below `/mask`.
private struct MaskLists {
    private(set) var lists: [String: Set<String>] = [:]
    private(set) var warnings: [String] = []

    private static let countLimit = 1 << 20

    init(root: HDF5Group) throws(HDF5Error) {
        guard try root.links().contains(where: { $0.name == "mask" && $0.kind == .hard }),
            case .group(let mask) = try root.member("mask")
        else { return }
        for link in try mask.links() where link.kind == .hard {
            do {
                guard case .dataset(let dataset) = try mask.member(link.name) else { continue }
                lists[link.name] = Set(try dataset.strings(countLimit: Self.countLimit))
            } catch {
                warnings.append("/mask/\(link.name) is ignored: \(error.reason)")
            }
        }
    }
}
