package import Catalogue
package import Digests
import EpisodeStore
import Episodes
import Foundation
package import StageRuns

/// Takes episodes out of the experience, because somebody asks for it.
package struct Withdrawal {
    /// Which episodes are meant.
    package enum Choice: Sendable {
        /// Digests, or beginnings of digests that mean one episode each.
        case named([String])
        case matching(EpisodeSelection)
    }

    private let session: StageSession
    private let choice: Choice
    private let reason: String

    /// The shortest beginning of a digest that may stand for it.
    private static let prefixLength = 8
    /// The stages that decide what is learned from.
    private static let fenced = ["filter-by-quality"]

    /// Prepares a withdrawal from the workspace that `options` name.
    ///
    /// - Throws: ``StageError/usage(_:next:)``.
    package init(options: StageOptions, choice: Choice, reason: String) throws {
        let text = reason.trimmingCharacters(in: .whitespacesAndNewlines)
        guard !text.isEmpty else {
            throw StageError.usage(
                "the reason is empty", next: "Say why with --reason: it is kept for those who ask.")
        }
        session = try StageSession(options: options)
        self.choice = choice
        self.reason = text
    }

    /// Withdraws the episodes, or with `dryRun` only says which ones these are.
    ///
    /// - Throws: ``StageError``, or the catalogue's errors.
    package func run(dryRun: Bool, actor: String) throws -> WithdrawalResult {
        let records = try chosen()
        let uses = try ExperienceUses(of: Set(records.map(\.digest)), in: session)
        var result = WithdrawalResult(records: records, uses: uses, reason: reason)
        result.keptFiles = try keptFiles(records)
        guard !dryRun, !records.isEmpty else { return result }
        let (number, count, abandoned) = try session.catalogue.withdraw(
            records.map(\.digest), reason: reason, actor: actor,
            selectionJSON: try selectionJSON(), seenByJSON: try canonicalJSON(uses),
            tainted: uses.attempts, fenced: Self.fenced)
        result.number = number
        result.withdrawn = count
        result.abandonedAttempts = abandoned
        return result
    }

    private func selectionJSON() throws -> String {
        switch choice {
        case .named(let names): try canonicalJSON(["episodes": names])
        case .matching(let selection): try canonicalJSON(selection)
        }
    }

    private func chosen() throws -> [EpisodeRecord] {
        switch choice {
        case .named(let names):
            let digests = try names.compactMap(resolve)
            return try session.catalogue.episodes(withDigests: Set(digests).sorted())
        case .matching(let selection):
            guard !selection.isEmpty else {
                throw StageError.usage(
                    "no episode is named, and no robot, site, operator, task or day",
                    next: "Name episodes by their digests, or give for example --site kitchen-3.")
            }
            var records: [EpisodeRecord] = []
            try session.catalogue.forEachEpisode {
                if selection.contains($0) { records.append($0) }
            }
            return records
        }
    }

    /// The episode that a name means; nil for one that was withdrawn before.
    private func resolve(_ name: String) throws -> Digest? {
        let text = name.lowercased()
        guard text.count >= Self.prefixLength, text.count <= 64, text.allSatisfy(\.isHexDigit)
        else {
            throw StageError.usage(
                "'\(name)' is no episode's digest",
                next: "Give at least \(Self.prefixLength) of its 64 hexadecimal digits.")
        }
        let found = try session.catalogue.episodes(withPrefix: text, limit: 2)
        if let only = found.first, found.count == 1 { return only }
        if let digest = try? Digest(hex: text),  // a part of a digest is none
            try !session.catalogue.withdrawnEpisodes(among: [digest]).isEmpty
        {
            return nil
        }
        throw StageError.usage(
            found.isEmpty
                ? "there is no episode '\(name)'"
                : "'\(name)' means several episodes, such as \(found[0]) and \(found[1])",
            next: "Reports name episodes by their digests; give more digits of the one you mean.")
    }

    /// Recordings of the inbox that brought the episodes and were kept.
    private func keptFiles(_ records: [EpisodeRecord]) throws -> [String] {
        try KeptRecordings(of: session.workspace).files(of: Set(records.map(\.sourceFile)))
            .map(\.path)
    }
}

/// What a withdrawal did, or would do.
package struct WithdrawalResult: Codable, Equatable, Sendable {
    /// Number of the withdrawal; nil for a dry run, or where there was nothing to do.
    package var number: Int?
    package var reason: String
    /// The episodes that are meant.
    package var episodes: [Digest]
    /// How many were withdrawn now.
    package var withdrawn = 0
    package var steps: Int
    package var bytes: Int
    /// How many of them each robot, site and task has.
    package var robots: [String: Int] = [:]
    package var sites: [String: Int] = [:]
    package var tasks: [String: Int] = [:]
    /// Who has learned from them.
    package var seenBy: ExperienceUses
    /// Recordings in `inbox/.ingested` that hold them too.
    package var keptFiles: [String] = []
    /// Running attempts that may not publish any more, because they may have read them.
    package var abandonedAttempts: [String] = []

    private enum CodingKeys: String, CodingKey {
        case number, reason, episodes, withdrawn, steps, bytes, robots, sites, tasks
        case seenBy = "seen_by"
        case keptFiles = "kept_files"
        case abandonedAttempts = "abandoned_attempts"
    }

    init(records: [EpisodeRecord], uses: ExperienceUses, reason: String) {
        self.reason = reason
        seenBy = uses
        episodes = records.map(\.digest)
        steps = records.reduce(0) { $0 + $1.metadata.stepCount }
        bytes = records.reduce(0) { $0 + $1.bytesStored }
        for metadata in records.map(\.metadata) {
            robots[metadata.provenance.robot ?? "unknown", default: 0] += 1
            sites[metadata.provenance.site ?? "unknown", default: 0] += 1
            tasks[metadata.instruction, default: 0] += 1
        }
    }
}

extension WithdrawalResult {
    /// The result as a person reads it.
    package var lines: [String] {
        guard !episodes.isEmpty else { return ["No episode of the experience is meant."] }
        let what = "\(episodes.count) episodes (\(steps) steps, \(size(bytes)))"
        var lines = [
            number.map { "Withdrawal \($0): \(what) are out of the experience." }
                ?? "This would withdraw \(what). Nothing was changed."
        ]
        for (name, counts) in [("robots", robots), ("sites", sites), ("tasks", tasks)] {
            let parts = counts.sorted { ($1.value, $0.key) < ($0.value, $1.key) }.prefix(8)
            lines.append(
                "  \(name): " + parts.map { "\($0.key) \($0.value)" }.joined(separator: ", "))
        }
        lines += usesLines
        if !keptFiles.isEmpty {
            lines.append("Recordings that hold them too, removed by the next nightshift compact:")
            lines += keptFiles.prefix(20).map { "  \($0)" }
            if keptFiles.count > 20 { lines.append("  and \(keptFiles.count - 20) more") }
        }
        if !abandonedAttempts.isEmpty {
            lines.append(
                "Stopped, because it may have read them: "
                    + abandonedAttempts.joined(separator: ", ") + "; run the night again.")
        }
        if number != nil { lines.append("Their bytes go at the next nightshift compact.") }
        return lines
    }

    private var usesLines: [String] {
        guard !seenBy.snapshots.isEmpty || !seenBy.unreadable.isEmpty else {
            return ["No snapshot, label set or release has seen them."]
        }
        var lines = [
            "Seen by \(seenBy.snapshots.count) snapshots, \(seenBy.labelSets.count) label sets and "
                + "\(seenBy.releases.count) releases\(seenBy.releases.isEmpty ? "." : ":")"
        ]
        lines += seenBy.releases.map { release in
            let place =
                release.channels.isEmpty ? "" : ", in " + release.channels.joined(separator: ", ")
            return "  release \(release.id.prefix(12)) (version \(release.version)\(place))"
        }
        return lines + seenBy.unreadable.map { "  unknown: \($0)" }
    }
}
