package import Foundation
package import HDF5

/// A file whose layout is not known yet, opened once for all formats that look at it.
package final class CandidateFile {
    package let url: URL
    /// What the file is called in messages.
    package let name: String
    private var root: HDF5Group?

    init(url: URL, name: String) {
        self.url = url
        self.name = name
    }

    /// The root group of the file as HDF5.
    ///
    /// - Throws: ``EpisodeFileError`` if it is something else or cannot be read.
    package func hdf5Root() throws(EpisodeFileError) -> HDF5Group {
        if let root { return root }
        do {
            // Of a folder that is one episode, as DROID's, the file that holds its numbers.
            let part = DROIDFormat.trajectory(in: url) ?? url
            let opened = try HDF5File(readingFrom: part.path).root()
            root = opened
            return opened
        } catch {
            throw EpisodeFileError(opening: error, of: self)
        }
    }

    /// What a format finds in the root group; a failure of the library is one of the file.
    ///
    /// - Throws: ``EpisodeFileError`` if the file is no HDF5, cannot be read, or `body` refuses it.
    package func inspecting<Found>(
        _ body: (HDF5Group) throws -> Found
    ) throws(EpisodeFileError) -> Found {
        let root = try hdf5Root()
        do {
            return try body(root)
        } catch let error as HDF5Error {
            throw EpisodeFileError(
                .fileUnreadable, "\(name): \(error.description); deliver it again")
        } catch let error as EpisodeFileError {
            throw error
        } catch {
            throw EpisodeFileError(.fileUnreadable, "\(name): \(error)")
        }
    }

    /// The file's size and its first bytes, for messages about files that are something else.
    func beginning() -> (byteCount: Int, bytes: [UInt8]) {
        // A file that cannot be read is described as empty; the caller reports the cause.
        guard let handle = try? FileHandle(forReadingFrom: url) else { return (0, []) }
        defer { try? handle.close() }  // reading only: nothing can be lost
        let bytes = (try? handle.read(upToCount: 64)).map { Array($0) } ?? []
        let end = (try? handle.seekToEnd()) ?? 0
        return (Int(end), bytes)
    }
}
