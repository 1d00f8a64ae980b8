import Catalogue
import Digests
import EpisodeFiles
import EpisodeStore
package import Foundation
import Reports
package import StageRuns

/// The stage's name.
let ingestStage = "ingest"

/// What `ingest` gives back: a stage's report, or that there was nothing to do.
package enum IngestResult: Encodable {
    /// What lies there and is not read, in words.
    case nothing(unread: String?)
    case done(StageReport<IngestSummary>)

    private enum Keys: String, CodingKey { case stage, reused, seconds, headline }

    /// What was done.
    package var summary: IngestSummary {
        switch self {
        case .nothing(let unread):
            IngestSummary(warnings: unread == nil ? 0 : 1)
        case .done(let report): report.summary
        }
    }

    /// Writes one flat object with the same keys in both cases.
    package func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: Keys.self)
        switch self {
        case .nothing(let unread):
            try summary.encode(to: encoder)
            try container.encode(ingestStage, forKey: .stage)
            try container.encode(true, forKey: .reused)
            try container.encode(0.0, forKey: .seconds)
            try container.encode(Self.nothing(unread), forKey: .headline)
        case .done(let report):
            try report.encode(to: encoder)
            try container.encode(summary.headline, forKey: .headline)
        }
    }

    /// Lines for a person.
    package var lines: [String] {
        if case .nothing(let unread) = self { return [Self.nothing(unread)] }
        return [summary.headline]
            + summary.reasons.sorted { $0.key < $1.key }.map { "  \($0.value) refused: \($0.key)" }
    }

    private static func nothing(_ unread: String?) -> String {
        "nothing to ingest" + (unread.map { "; \($0)" } ?? "")
    }
}

/// Whether there is anything to ingest.
///
/// - Throws: ``StageError`` where a path is not there.
package func hasFilesToIngest(paths: [URL], options: StageOptions) throws -> Bool {
    guard paths.isEmpty else { return try !SourceSearch.files(at: paths).isEmpty }
    return try !Inbox(of: Workspace(root: options.workspace)).isEmpty()
}

/// Takes recorded episodes into the experience, exactly once: of `paths`, or else of the inbox.
///
/// - Throws: ``StageError`` where a path is not there; a bad file or episode is no error.
package func ingest(paths: [URL], options: StageOptions) throws -> IngestResult {
    let configuration = try ConfigurationFile.load(
        IngestConfiguration.self, from: options.configurationFile)
    let profiles = try ProfileFile.load(configuration.profiles, workspace: options.workspace)
    let workspace = try Workspace(root: options.workspace)
    let unread = try SourceSearch.unread(at: paths.isEmpty ? [workspace.inbox] : paths)
    guard try hasFilesToIngest(paths: paths, options: options) else {
        return .nothing(unread: unread)
    }
    let files = try SourceSearch.files(at: paths)
    let inbox = Inbox(of: workspace)
    let session = try StageSession(options: options.alwaysWorking)
    // What was delivered decides the work, and a delivery is never the same work again.
    let delivery = Digest.of(files.map(\.url.path).joined(separator: "\n"))
    return .done(
        try session.perform(
            stage: ingestStage, configuration: configuration,
            inputs: [(kind: "delivery", digest: delivery)]
                + profiles.map { (kind: "profile", digest: $0.digest) }
        ) { run in
            try run.shards.removeLeftovers()
            let ingester = try Ingester(
                run: run, configuration: configuration, profiles: profiles.map(\.profile),
                time: Date().formatted(.iso8601))
            if let unread { ingester.warn(unread) }
            var taken = files
            if paths.isEmpty {
                let (claimed, left) = try inbox.claim()
                ingester.noteLeft(left)
                taken = claimed
            }
            if IngestWorker.isCurrent {
                try WorkerConfinement.enter(
                    reading: taken, workspace: run.workspace,
                    memoryBytes: configuration.memoryByteLimit, log: run.log)
            }
            try ingester.ingest(taken)
            return try result(of: ingester, in: run)
        })
}

private func result(
    of ingester: Ingester, in run: StageRun
) throws -> StageResult<IngestSummary> {
    let report = ingestReport(ingester.summary, ingester.verdicts)
    let json = Array(try canonicalJSON(report).utf8)
    try DurableFile.write(json, to: run.directory.appending(path: "report.json"))
    try DurableFile.write(report.html(), to: run.directory.appending(path: "report.html"))
    let digest = try run.objects.put(json)
    return StageResult(
        outputs: [
            Artefact(kind: "report", name: "report.json", digest: digest, byteCount: json.count)
        ],
        summary: ingester.summary)
}

extension StageOptions {
    /// The same options, for a stage whose work is never reused.
    fileprivate var alwaysWorking: StageOptions {
        StageOptions(
            workspace: workspace, configurationFile: configurationFile, force: true, json: json,
            run: run, databaseURL: databaseURL)
    }
}

extension IngestConfiguration {
    /// The limits that readers of files are given.
    var limits: EpisodeLimits {
        EpisodeLimits(
            episodeBytes: episodeByteLimit, gapSeconds: gapSeconds,
            actionMagnitudeRatio: actionMagnitudeRatio)
    }
}
