package import Foundation

/// The recording of that name in Tests/Fixtures/recordings.
package func recording(_ name: String) -> URL {
    URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .appending(path: "Fixtures/recordings/\(name).hdf5")
}

/// A picture of Tests/CamerasTests/Fixtures.
package func pictureFile(_ name: String) -> URL {
    URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .appending(path: "CamerasTests/Fixtures/\(name)")
}

/// The video of that name in Tests/Fixtures/videos.
package func videoFile(_ name: String) -> URL {
    URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .appending(path: "Fixtures/videos/\(name).mp4")
}

/// The LeRobot dataset of that name in Tests/Fixtures/lerobot.
package func leRobotDataset(_ name: String) -> URL {
    URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .appending(path: "Fixtures/lerobot/\(name)", directoryHint: .isDirectory)
}

/// The shard of that name in Tests/Fixtures/shards, as an earlier version has written it.
package func oldShard(_ name: String) -> URL {
    URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .appending(path: "Fixtures/shards/\(name).zst")
}
