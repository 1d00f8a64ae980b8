import BLAS
import Catalogue
import Digests
import EpisodeStore
import Policies
import Releases
package import StageRuns

/// Trains a candidate on the newest labels, or on the newest snapshot where none are needed.
///
/// - Throws: `StageError`; exit code 75 after a checkpoint where the process was asked to end.
package func fineTune(options: StageOptions) throws -> StageReport<FineTuneSummary> {
    let session = try StageSession(options: options)
    let configuration = try ConfigurationFile.load(
        FineTuneConfiguration.self, from: options.configurationFile)
    let inputs = try FineTuneInputs(session: session, configuration: configuration)
    return try session.perform(
        stage: "fine-tune", formatVersion: 1, configuration: configuration,
        inputs: inputs.list, seed: configuration.seed,
        environment: ["blas": MatrixProduct.description]
    ) { run in
        try FineTuner(run: run, configuration: configuration, inputs: inputs).fineTune()
    }
}

/// What a candidate is made of.
struct FineTuneInputs {
    let snapshot: Digest
    let labelSet: Digest?
    let base: (id: Digest, weights: [UInt8])?

    init(session: StageSession, configuration: FineTuneConfiguration) throws {
        base = try configuration.base.map { try Self.base($0, session) }
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
                next: "Set base to a release's id: nightshift status lists them.")
        } catch let error as ReleaseError {
            throw StageError.inputRefused(
                "fine-tuning from the base '\(text)': \(error)",
                next: "Set base to a release that is in this workspace, or leave it out.")
        }
    }
}
