import Cameras
import Dispatch
import Episodes
package import Foundation
import PictureDecoding
import Synchronization

/// Decodes and shrinks the pictures of one episode after the other, on all cores.
package struct PictureColumnsWriter {
    private let side: Int
    private let cameras: [[String]]
    private let file: ScratchFile
    private var pictureCount = 0
    /// Pictures that are in memory at once.
    private static let pieceLength = 64

    /// Starts an empty file at `url`; `cameras` are names by embodiment.
    ///
    /// - Throws: ``EpisodeStoreError``.
    package init(at url: URL, side: Int, cameras: [[String]]) throws {
        self.side = side
        self.cameras = cameras
        file = try ScratchFile(at: url)
    }

    /// The number of the first picture of each of the embodiment's cameras; nil for those that the
    /// episode lacks.
    ///
    /// - Throws: ``EpisodeStoreError`` or `CameraError`, which name the frame.
    mutating func add(_ episode: Episode, embodiment: Int) throws -> [Int?] {
        try cameras[embodiment].map { name in
            guard let camera = episode.metadata.cameras.first(where: { $0.name == name }) else {
                return nil
            }
            let first = pictureCount
            let count = episode.metadata.stepCount
            for start in stride(from: 0, to: count, by: Self.pieceLength) {
                let steps = start..<min(start + Self.pieceLength, count)
                try file.append(try pictures(of: camera, steps: steps, in: episode))
            }
            pictureCount += count
            return first
        }
    }

    private func pictures(
        of camera: Camera, steps: Range<Int>, in episode: Episode
    ) throws -> [UInt8] {
        let workers = min(ProcessInfo.processInfo.activeProcessorCount, steps.count)
        let parts = Mutex([Result<[UInt8], any Error>?](repeating: nil, count: workers))
        DispatchQueue.concurrentPerform(iterations: workers) { worker in
            let (start, count) = (steps.lowerBound, steps.count)
            let first = start + worker * count / workers
            let part = first..<(start + (worker + 1) * count / workers)
            let result = Result { try shrunk(camera, steps: part, in: episode) }
            parts.withLock { $0[worker] = result }
        }
        return try parts.withLock { parts in
            try parts.reduce(into: []) { bytes, part in bytes += try part?.get() ?? [] }
        }
    }

    private func shrunk(
        _ camera: Camera, steps: Range<Int>, in episode: Episode
    ) throws -> [UInt8] {
        // One patch is the whole picture, row by row.
        var preparer = PicturePreparer(
            layout: PictureLayout(side: side, patchSide: side), decoder: ConfinedDecoder())
        var levels = [Float](repeating: 0, count: side * side * 3)
        var bytes: [UInt8] = []
        bytes.reserveCapacity(steps.count * levels.count)
        for step in steps {
            try preparer.prepare(
                try episode.frame(of: camera, step: step),
                named: "camera '\(camera.name)' at step \(step) of "
                    + episode.metadata.sourceEpisode, into: &levels, at: 0)
            for level in levels {
                bytes.append(UInt8(max(0, min(255, ((level + 1) * 127.5).rounded()))))
            }
        }
        return bytes
    }

    /// The columns of what was added.
    func finish() -> PictureColumns { PictureColumns(side: side, cameras: cameras, file: file) }
}
