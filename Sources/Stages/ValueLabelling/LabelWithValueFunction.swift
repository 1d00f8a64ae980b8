import BLAS
import Catalogue
import Digests
import EpisodeStore
package import StageRuns

/// Labels every step of the newest snapshot with value, advantage and indicator.
///
/// - Throws: `StageError`; exit code 65 where the value function cannot be believed.
package func labelWithValueFunction(
    options: StageOptions
) throws -> StageReport<LabellingSummary> {
    let session = try StageSession(options: options)
    let configuration = try ConfigurationFile.load(
        LabellingConfiguration.self, from: options.configurationFile)
    guard let filtering = try session.catalogue.latestSucceeded(stage: "filter-by-quality") else {
        throw StageError.inputRefused(
            "labelling experience: filter-by-quality has not succeeded in this workspace yet",
            next: "Run filter-by-quality first, or the whole night with nightshift run.")
    }
    let snapshot = try filtering.output(ofKind: "snapshot").digest
    return try session.perform(
        stage: "label-with-value-function", formatVersion: 1, configuration: configuration,
        inputs: [("snapshot", snapshot)], seed: configuration.seed,
        environment: ["blas": MatrixProduct.description]
    ) { run in
        try Labeller(run: run, configuration: configuration, snapshot: snapshot).label()
    }
}
