import Releases
import StageRuns

extension ReleaseDesk {
    /// The desk of a stage's workspace.
    init(session: StageSession) throws {
        try self.init(
            workspace: session.workspace.root, catalogue: session.catalogue,
            objects: session.objects)
    }
}
