import Digests
import EpisodeStore
import Foundation
import StageRuns

/// The folder where robots and people put files; a file belongs to whoever renames it.
///
/// A claimed file stays below `.claimed` until its episodes are recorded, so that an ingest that was
/// killed leaves it for the next one.
struct Inbox {
    private let folder: URL
    private let claimed: URL
    private let ingested: URL
    private let quarantine: URL

    init(of workspace: Workspace) {
        folder = workspace.inbox
        claimed = workspace.inbox.appending(path: ".claimed", directoryHint: .isDirectory)
        ingested = workspace.inbox.appending(path: ".ingested", directoryHint: .isDirectory)
        quarantine = workspace.quarantine
    }

    /// Files that are there now: first those that a killed ingest had claimed.
    ///
    /// Files that somebody still writes are not claimed; their names come back apart.
    func claim() throws -> (files: [SourceFile], left: [String]) {
        var files = try leftovers()
        var left: [String] = []
        for url in try SourceSearch.recordings(below: folder) {
            let name = Self.path(of: url, below: folder)
            let isBeingWritten = try unlessGone(url) {
                try SourceFile.parts(of: url).contains { OpenFile.isBeingWritten($0.url) }
            }
            guard let isBeingWritten else { continue }
            if isBeingWritten {
                left.append(name)
            } else if let file = try unlessGone(url, { try claim(url, name: name) }) {
                files.append(file)
            }
        }
        return (files, left)
    }

    /// Whether anything is there.
    func isEmpty() throws -> Bool {
        guard try SourceSearch.recordings(below: folder).isEmpty else { return false }
        return try leftovers().isEmpty
    }

    /// Gives a claimed file back, because somebody still writes it.
    func giveBack(_ file: SourceFile) throws {
        let target = unused(folder.appending(path: file.name))
        try move(file.url, to: target)
    }

    /// Disposes of a claimed file whose episodes are recorded.
    func finish(_ file: SourceFile, digest: Digest, then: IngestConfiguration.AfterIngest) throws {
        switch then {
        case .keep:
            try dispose(file, to: ingested.appending(path: Self.label(file, digest)))
        case .delete:
            _ = try unlessGone(file.url) { try FileManager.default.removeItem(at: file.url) }
        }
    }

    /// Moves a claimed file that is refused as a whole.
    func quarantine(_ file: SourceFile, digest: Digest) throws {
        try dispose(file, to: quarantine.appending(path: Self.label(file, digest)))
    }

    /// A name that is the same for the same bytes delivered under the same name.
    static func label(_ file: SourceFile, _ digest: Digest) -> String {
        let name = file.name.replacing("/", with: "-")
        return "\(digest.short)-\(name.suffix(120))"
    }

    private func claim(_ url: URL, name: String) throws -> SourceFile {
        let target = unused(claimed.appending(path: name))
        try move(url, to: target)
        return SourceFile(url: target, name: name, isClaimed: true)
    }

    private func leftovers() throws -> [SourceFile] {
        guard FileManager.default.fileExists(atPath: claimed.path) else { return [] }
        return try SourceSearch.recordings(below: claimed, isHiddenTaken: true).map {
            SourceFile(url: $0, name: Self.path(of: $0, below: claimed), isClaimed: true)
        }
    }

    /// Moves a file to a place whose name has its digest: what lies there already is the same.
    ///
    /// An ingest on another machine may have taken over the file, and be faster.
    private func dispose(_ file: SourceFile, to target: URL) throws {
        _ = try unlessGone(file.url) {
            if FileManager.default.fileExists(atPath: target.path) {
                try FileManager.default.removeItem(at: file.url)
            } else {
                try move(file.url, to: target)
            }
        }
    }

    private func move(_ source: URL, to target: URL) throws {
        try FileManager.default.createDirectory(
            at: target.deletingLastPathComponent(), withIntermediateDirectories: true)
        try DurableFile.move(source, to: target)
    }

    /// `url`, or a name like it that is free: a leftover may have the name of a new file.
    private func unused(_ url: URL) -> URL {
        var candidate = url
        var number = 2
        while FileManager.default.fileExists(atPath: candidate.path) {
            candidate = url.deletingLastPathComponent()
                .appending(path: "\(number)-\(url.lastPathComponent)")
            number += 1
        }
        return candidate
    }

    private static func path(of url: URL, below folder: URL) -> String {
        let parts = url.standardizedFileURL.pathComponents
        let skipped = folder.standardizedFileURL.pathComponents.count
        return parts.dropFirst(skipped).joined(separator: "/")
    }
}
