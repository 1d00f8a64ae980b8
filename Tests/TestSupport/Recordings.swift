package import Foundation

/// The recording of that name in Tests/Fixtures/recordings.
package func recording(_ name: String) -> URL {
    URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .appending(path: "Fixtures/recordings/\(name).hdf5")
}

/// The LeRobot dataset of that name in Tests/Fixtures/lerobot.
package func leRobotDataset(_ name: String) -> URL {
    URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .appending(path: "Fixtures/lerobot/\(name)", directoryHint: .isDirectory)
}
