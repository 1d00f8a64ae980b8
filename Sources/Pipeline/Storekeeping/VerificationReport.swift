import Foundation

/// What `nightshift verify` found.
package struct VerificationReport: Codable, Equatable, Sendable {
    /// Something that is not as the catalogue says.
    package struct Problem: Codable, Equatable, Sendable {
        /// What is wrong.
        package enum Kind: String, Codable, Sendable { case missing, damaged, differs }

        package var kind: Kind
        /// `episode`, `shard`, `object`, `release`, `channel` or `history`.
        package var what: String
        /// Digest or name.
        package var id: String
        /// What was found, what was expected, what to try.
        package var message: String
    }

    /// Files that nothing refers to: what killed writers left, or what waits for a compaction.
    package struct Leftovers: Codable, Equatable, Sendable {
        package var files = 0
        package var bytes = 0

        private enum CodingKeys: String, CodingKey { case files, bytes }

        mutating func add(_ byteCount: Int) {
            files += 1
            bytes += byteCount
        }
    }

    /// Share of the content that was read; presence and lengths are always checked.
    package var sample = 1.0
    package var episodes = 0
    package var shards = 0
    package var objects = 0
    package var releases = 0
    package var channels = 0
    /// Number of records in the history of channels.
    package var history = 0
    package var unreferencedObjects = Leftovers()
    package var unreferencedShards = Leftovers()
    package var temporaryFiles = Leftovers()
    /// Withdrawn episodes whose bytes the next compaction erases.
    package var waitingForErasure = Leftovers()
    package var bytesRead = 0
    package var seconds = 0.0
    /// Number of problems, of which `problems` are the first.
    package var problemCount = 0
    package var problems: [Problem] = []

    /// More would hide what they have in common, and take memory that grows with the damage.
    static let problemLimit = 1_000

    private enum CodingKeys: String, CodingKey {
        case sample, episodes, shards, objects, releases, channels, history, seconds, problems
        case unreferencedObjects = "unreferenced_objects"
        case unreferencedShards = "unreferenced_shards"
        case temporaryFiles = "temporary_files"
        case waitingForErasure = "waiting_for_erasure"
        case bytesRead = "bytes_read"
        case problemCount = "problem_count"
    }

    /// Whether everything is as the catalogue says.
    package var isClean: Bool { problemCount == 0 }

    /// Megabytes (10^6 bytes) read a second.
    package var megabytesPerSecond: Double {
        seconds > 0 ? Double(bytesRead) / seconds / 1e6 : 0
    }

    mutating func add(_ problem: Problem) {
        problemCount += 1
        if problems.count < Self.problemLimit { problems.append(problem) }
    }
}

extension VerificationReport {
    /// The report as a person reads it.
    package var lines: [String] {
        let share = sample < 1 ? " (content of a sample of \(percent(sample)))" : ""
        var lines = [
            "Verified \(episodes) episodes in \(shards) shards, \(objects) objects, "
                + "\(releases) releases, \(channels) channels, \(history) history records\(share).",
            "Read \(size(bytesRead)) in \(String(format: "%.1f", seconds)) s: "
                + "\(Int(megabytesPerSecond)) MB/s.",
        ]
        for (name, found) in [
            ("unreferenced objects", unreferencedObjects),
            ("unreferenced shards", unreferencedShards),
            ("unfinished files", temporaryFiles),
            ("withdrawn episodes that wait for nightshift compact", waitingForErasure),
        ] where found.files > 0 {
            lines.append("\(found.files) \(name), \(size(found.bytes)).")
        }
        lines += problems.map { "\($0.kind.rawValue): \($0.what) \($0.id): \($0.message)" }
        if problemCount > problems.count {
            lines.append("and \(problemCount - problems.count) problems more")
        }
        lines.append(isClean ? "Nothing is missing or damaged." : "\(problemCount) problems.")
        return lines
    }
}
