import Foundation
import Ingestion
import StageRuns
import TestSupport
import Testing

private let profiles = recording("good").deletingLastPathComponent()
    .appending(path: "../profiles").standardizedFileURL

/// Ingests Tests/Fixtures/profiles/lab.h5 with its profile, changed as `change` says.
private func ingestLab(
    in folder: URL, change: (String) -> String = { $0 }
) throws -> IngestSummary {
    let workspace = folder.appending(path: "workspace")
    try FileManager.default.createDirectory(at: workspace, withIntermediateDirectories: true)
    let yaml = try String(contentsOf: profiles.appending(path: "lab.yaml"), encoding: .utf8)
    try change(yaml).write(
        to: workspace.appending(path: "lab.yaml"), atomically: true, encoding: .utf8)
    let settings = folder.appending(path: "ingest.yaml")
    try "profiles: [lab.yaml]".write(to: settings, atomically: true, encoding: .utf8)
    return try ingest(
        paths: [profiles.appending(path: "lab.h5")],
        options: StageOptions(workspace: workspace, configurationFile: settings)
    ).summary
}

@Suite("Import profiles of ingest")
struct ImportProfileFileTests {
    @Test("are read from the workspace, and take other layouts in")
    func takesIn() throws {
        try withTemporaryDirectory { folder in
            let summary = try ingestLab(in: folder)
            #expect(summary.episodesAccepted == 2)
            #expect(summary.reasons == ["array-missing": 1, "link-refused": 1])
            #expect(summary.outcomes == ["success": 1, "failure": 1])
        }
    }

    @Test(
        "stop the ingest at an unknown key, and name the nearest",
        arguments: [
            ("timestamps:", "timestamp:", "'timestamp' (did you mean 'timestamps'?)"),
            ("  failure:", "  failures:", "'outcome.failures' (did you mean 'outcome.failure'?)"),
            ("encoding:", "encodng:", "'cameras.0.encodng' (did you mean 'cameras.0.encoding'?)"),
            ("  site:", "  sites:", "'attributes.sites' (did you mean 'attributes.site'?)"),
            ("state: [", "state_: [", "'state_' (did you mean 'state'?)"),
        ])
    func unknownKeys(known: String, mistyped: String, words: String) throws {
        try withTemporaryDirectory { folder in
            let error = try #require(throws: StageError.self) {
                try ingestLab(in: folder) { $0.replacing(known, with: mistyped) }
            }
            #expect(error.description.contains(words), "\(error.description)")
        }
    }
}
