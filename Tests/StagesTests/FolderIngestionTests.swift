import Catalogue
import Foundation
import Ingestion
import StageRuns
import TestSupport
import Testing

@Suite("Ingest of LeRobot datasets")
struct FolderIngestionTests {
    private func withWorkspace(_ body: (StageOptions, Workspace) throws -> Void) throws {
        try withTemporaryDirectory { root in
            let options = StageOptions(workspace: root.appending(path: "workspace"))
            try body(options, try Workspace(root: options.workspace))
        }
    }

    private func deliver(_ dataset: String, as name: String, to workspace: Workspace) throws {
        let target = workspace.inbox.appending(path: name, directoryHint: .isDirectory)
        try FileManager.default.createDirectory(
            at: target.deletingLastPathComponent(), withIntermediateDirectories: true)
        try FileManager.default.copyItem(at: leRobotDataset(dataset), to: target)
    }

    private func names(in folder: URL) throws -> [String] {
        guard FileManager.default.fileExists(atPath: folder.path) else { return [] }
        return try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted()
    }

    #if LeRobot
    @Test("takes the same episodes of both versions once")
    func versions() throws {
        try withWorkspace { options, _ in
            let paths = ["v21-state", "v30-state", "v21", "v30"].map(leRobotDataset)
            let summary = try ingest(paths: paths, options: options).summary
            #expect(summary.filesAccepted == 4)
            #expect(summary.episodesIn == 12)
            // Three without and three with a camera.
            #expect(summary.episodesAccepted == 6)
            #expect(summary.episodesDuplicate == 6)
            #expect(summary.outcomes == ["success": 4, "failure": 2])
            let again = try ingest(paths: [paths[0]], options: options).summary
            #expect(again.filesDuplicate == 1)
            #expect(again.episodesAccepted == 0)
        }
    }

    @Test("claims a dataset of the inbox as a whole, and refuses one episode alone")
    func inbox() throws {
        try withWorkspace { options, workspace in
            try deliver("v30", as: "robot-1/day", to: workspace)
            try deliver("bad-nan-action", as: "bad", to: workspace)
            try deliver("v21", as: ".copying", to: workspace)
            let summary = try ingest(paths: [], options: options).summary
            #expect(summary.filesIn == 2)
            #expect(summary.episodesAccepted == 5)
            #expect(summary.reasons == ["value-not-finite": 1])
            let ingested = try names(in: workspace.inbox.appending(path: ".ingested"))
            #expect(ingested.count == 2)
            #expect(ingested.contains { $0.hasSuffix("-robot-1-day") })
            #expect(try names(in: workspace.inbox.appending(path: ".copying")).count == 3)
            // The same delivery again goes to the same place.
            try deliver("v30", as: "robot-1/day", to: workspace)
            #expect(try ingest(paths: [], options: options).summary.filesDuplicate == 1)
            #expect(try names(in: workspace.inbox.appending(path: ".ingested")).count == 2)
        }
    }

    @Test("refuses a dataset whose list of episodes is damaged, as a whole")
    func damaged() throws {
        try withWorkspace { options, workspace in
            try deliver("v30-state", as: "day", to: workspace)
            let list = workspace.inbox.appending(
                path: "day/meta/episodes/chunk-000/file-000.parquet")
            try Data("PAR1".utf8).write(to: list)
            let summary = try ingest(paths: [], options: options).summary
            #expect(summary.filesQuarantined == 1)
            #expect(summary.reasons == ["file-unreadable": 1])
            #expect(try names(in: workspace.quarantine).count == 2)
        }
    }
    #else
    @Test("leaves them where they are without the trait")
    func supportMissing() throws {
        try withWorkspace { options, workspace in
            try deliver("v30-state", as: "day", to: workspace)
            let summary = try ingest(paths: [], options: options).summary
            #expect(summary.filesLeft == 1)
            #expect(summary.episodesIn == 0)
            #expect(try names(in: workspace.inbox.appending(path: "day")) == ["data", "meta"])
        }
    }
    #endif
}
