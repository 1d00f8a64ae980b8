package import Catalogue
package import EpisodeStore
package import Foundation

/// A stage's process at work: the workspace, the catalogue and the stores that its options name.
package struct StageSession: Sendable {
    /// What the caller said.
    package let options: StageOptions
    /// The directory with everything on disk.
    package let workspace: Workspace
    /// The catalogue.
    package let catalogue: ExperienceCatalogue
    /// Immutable objects.
    package let objects: ObjectStore
    /// Stored episodes.
    package let shards: EpisodeShards

    /// Opens what `options` name.
    ///
    /// - Throws: ``StageError``.
    package init(options: StageOptions) throws {
        self.options = options
        workspace = try Workspace(root: options.workspace)
        catalogue = try ExperienceCatalogue.open(
            workspace: workspace.root, databaseURL: options.databaseURL)
        objects = ObjectStore(workspace: workspace.root)
        shards = EpisodeShards(workspace: workspace.root)
    }
}

/// What the work of a stage is given.
package struct StageRun: Sendable {
    /// The workspace, the catalogue and the stores.
    package let session: StageSession
    /// The attempt that the outputs belong to; an older one can publish nothing any more.
    package let attempt: Attempt
    /// Where logs and reports go.
    package let directory: URL
    /// Where checkpoints of this key are kept until it succeeds; a later attempt finds them.
    package let scratch: URL
    /// Lines and progress for people.
    package let log: StageLog

    /// The catalogue.
    package var catalogue: ExperienceCatalogue { session.catalogue }
    /// Immutable objects.
    package var objects: ObjectStore { session.objects }
    /// Stored episodes.
    package var shards: EpisodeShards { session.shards }
    /// The directory with everything on disk.
    package var workspace: Workspace { session.workspace }
}
