import Digests
import Dispatch
import EpisodeStore

/// Digests of files that are asked for one after the other; the next one's is computed meanwhile.
///
/// A file that was touched after its digest was computed is looked at again.
final class DigestsAhead {
    private let files: [SourceFile]
    private let work = DispatchGroup()
    /// Written by the thread that computes it; read after a wait for that.
    nonisolated(unsafe) private var next: (index: Int, state: SourceFile.State, digest: Digest)?

    init(of files: [SourceFile]) { self.files = files }

    /// The digest of the file at `index`.
    ///
    /// - Throws: what reading the file throws.
    func digest(at index: Int) throws -> Digest {
        work.wait()
        defer { begin(at: index + 1) }
        if let next, next.index == index, next.state == files[index].state { return next.digest }
        return try files[index].digest()
    }

    private func begin(at index: Int) {
        guard index < files.count, let state = files[index].state else { return }
        // Sound: the thread is waited for before anything here is touched.
        nonisolated(unsafe) let ahead = self
        Threads.start(in: work) {
            // What fails here fails again, and is reported, when the file's turn has come.
            guard let digest = try? ahead.files[index].digest() else { return }
            ahead.next = (index, state, digest)
        }
    }
}
