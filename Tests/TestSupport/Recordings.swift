package import Foundation

/// The recording of that name in Tests/Fixtures/recordings.
package func recording(_ name: String) -> URL {
    URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .appending(path: "Fixtures/recordings/\(name).hdf5")
}
