import BLAS
import Catalogue
import Digests
import EpisodeStore
import Policies
import Releases
package import StageRuns

/// Trains a candidate on the newest labels, or on the newest snapshot where none are needed.
///
/// `fromScratch` makes the base instead: the policy that later fine-tunes start from, a signed
/// release that the channel `base` points to. It is recorded as another stage, so that nobody takes
/// it for a night's candidate.
///
/// - Throws: `StageError`; exit code 75 after a checkpoint where the process was asked to end.
package func fineTune(
    options: StageOptions, fromScratch: Bool = false
) throws -> StageReport<FineTuneSummary> {
    let session = try StageSession(options: options)
    var configuration = try ConfigurationFile.load(
        FineTuneConfiguration.self, from: options.configurationFile)
    if fromScratch { configuration.base = FineTuneConfiguration.noBase }
    let inputs = try FineTuneInputs(session: session, configuration: configuration)
    let report = try session.perform(
        stage: fromScratch ? "pre-train" : "fine-tune", formatVersion: 1,
        configuration: configuration, inputs: inputs.list, seed: configuration.seed,
        environment: ["blas": MatrixProduct.description]
    ) { run in
        try FineTuner(run: run, configuration: configuration, inputs: inputs).fineTune()
    }
    // After the transaction, and also where nothing was to do: a crash may have come in between.
    if fromScratch { try Base(release: report.summary.candidate, session: session).register() }
    return report
}

/// What a candidate is made of.
struct FineTuneInputs {
    let snapshot: Digest
    let labelSet: Digest?
    let base: (id: Digest, weights: [UInt8])?

    init(session: StageSession, configuration: FineTuneConfiguration) throws {
        base = try Self.baseName(configuration, session).map { try Self.base($0, session) }
        guard configuration.conditioning.needsLabels else {
            labelSet = nil
            snapshot = try Self.output("snapshot", of: "filter-by-quality", session)
            return
        }
        let labels = try Self.output("label-set", of: "label-with-value-function", session)
        labelSet = labels
        // The labels say which episodes they are of; a newer snapshot may not be labelled yet.
        snapshot = try LabelSet(labels, in: session.objects).notes.snapshot
    }

    /// For the stage's key.
    var list: [(kind: String, digest: Digest)] {
        [("snapshot", snapshot)]
            + [("label-set", labelSet), ("base", base?.id)].compactMap {
                kind, digest in digest.map { (kind, $0) }
            }
    }

    private static func output(
        _ kind: String, of stage: String, _ session: StageSession
    ) throws -> Digest {
        guard let attempt = try session.catalogue.latestSucceeded(stage: stage) else {
            throw StageError.inputRefused(
                "fine-tuning: \(stage) has not succeeded in this workspace yet",
                next: "Run \(stage) first, or the whole night with nightshift run.")
        }
        return try attempt.output(ofKind: kind).digest
    }

    /// The base's release id; nil to start from scratch.
    private static func baseName(
        _ configuration: FineTuneConfiguration, _ session: StageSession
    ) throws -> String? {
        switch configuration.base {
        case FineTuneConfiguration.noBase: nil
        case FineTuneConfiguration.channelBase: try session.catalogue.channel(Base.channel)
        case let id: id
        }
    }

    private static func base(
        _ text: String, _ session: StageSession
    ) throws -> (id: Digest, weights: [UInt8]) {
        do {
            let id = try Digest(hex: text)
            let root = session.workspace.root
            let key = try SigningKeyFile(workspace: root).openOrCreate().publicKey
            let (_, weights) = try ReleaseStore(workspace: root).verifiedWeights(id, key: key)
            return (id, weights)
        } catch let error as DigestError {
            throw StageError.usage(
                "fine-tuning from the base '\(text)': \(error)",
                next: "Set base to channel, none, or a release's id: promote status lists them.")
        } catch let error as ReleaseError {
            throw StageError.inputRefused(
                "fine-tuning from the base '\(text)': \(error)",
                next: "Set base to a release that is in this workspace, to channel or to none.")
        }
    }
}
