package import Foundation

/// The one directory that holds everything on disk; docs/layout.md lists what is in it.
package struct Workspace: Equatable, Sendable {
    /// The directory itself.
    package let root: URL

    /// Makes the directory and its folders, where they are missing.
    ///
    /// - Throws: ``StageError/usage(_:next:)`` if the directory cannot be made.
    package init(root: URL) throws {
        self.root = root.standardizedFileURL
        for folder in [inbox, quarantine, objects, shards, runs, locks, releases, channels] {
            do {
                try FileManager.default.createDirectory(
                    at: folder, withIntermediateDirectories: true)
            } catch {
                throw StageError.usage(
                    "cannot make the folder \(folder.path) of the workspace: "
                        + error.localizedDescription,
                    next: "Give a workspace that this user may write to.")
            }
        }
    }

    /// Where robots and people put files.
    package var inbox: URL { folder("inbox") }
    /// Rejected files, each beside a reason.
    package var quarantine: URL { folder("quarantine") }
    /// Immutable objects under their digests.
    package var objects: URL { folder("objects") }
    /// Frames of episodes under their digests.
    package var shards: URL { folder("shards") }
    /// Logs, reports and checkpoints.
    package var runs: URL { folder("runs") }
    /// Files that whoever is at work holds locked.
    package var locks: URL { folder("runs/locks") }
    /// Releases as robots take them.
    package var releases: URL { folder("releases") }
    /// Named pointers to releases.
    package var channels: URL { folder("channels") }

    /// The lock that a run of `stage` holds.
    package func lock(ofStage stage: String) -> URL { locks.appending(path: "\(stage).lock") }

    /// The lock that a run of `pipeline` holds.
    package func lock(ofPipeline pipeline: String) -> URL {
        locks.appending(path: "pipeline-\(pipeline).lock")
    }

    /// Where a run keeps the logs and reports of all its stages.
    package func runDirectory(_ run: String) -> URL {
        runs.appending(path: run, directoryHint: .isDirectory)
    }

    /// Where a stage keeps its logs and reports in a run.
    package func runDirectory(_ run: String, stage: String) -> URL {
        runDirectory(run).appending(path: stage, directoryHint: .isDirectory)
    }

    private func folder(_ name: String) -> URL {
        root.appending(path: name, directoryHint: .isDirectory)
    }
}
