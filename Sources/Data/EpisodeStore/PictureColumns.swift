package import Batching
package import Cameras
import Digests
import PictureDecoding

/// Pictures of many episodes, decoded once and kept at the size that a network looks at.
///
/// Memory holds a number a camera of an episode; a picture, side x side x 3 levels with red first, is
/// read when it is asked for.
package struct PictureColumns: Sendable {
    /// Pixels of a side.
    package let side: Int
    /// By embodiment: names of cameras, in the order of the network's slots.
    package let cameras: [[String]]
    let file: ScratchFile

    /// Bytes of a picture.
    var pictureSize: Int { side * side * 3 }
}

/// Fills batches with pictures; one for each thread.
package struct PictureReader: ~Copyable, Sendable {
    private let columns: PictureColumns
    private var preparer: PicturePreparer
    private var bytes: [UInt8]

    /// A reader for a network whose patches have sides of `patchSide` pixels.
    ///
    package init(_ columns: PictureColumns, patchSide: Int) {
        self.columns = columns
        // What is read is levels, which no stranger's file is left of.
        preparer = PicturePreparer(
            layout: PictureLayout(side: columns.side, patchSide: patchSide),
            decoder: ConfinedDecoder())
        bytes = Array(repeating: 0, count: columns.pictureSize)
    }

    /// Fills sample `sample` with what the cameras of an episode saw at `step`.
    ///
    /// `draw` says how the picture of a camera is changed; nothing is without it.
    /// - Throws: ``EpisodeStoreError`` or `CameraError`.
    package mutating func fill(
        _ batch: inout ObservationBatch, sample: Int, from entry: ExperienceColumns.Entry,
        step: Int, draw: ((_ camera: Int) -> Augmentation.Draw)? = nil
    ) throws {
        let shape = batch.shape
        let each = shape.patchCount * shape.patchColumns
        for camera in 0..<shape.cameraCount {
            let first = camera < entry.pictures.count ? entry.pictures[camera] : nil
            batch.hasPicture[sample * shape.cameraCount + camera] = first != nil
            guard let first else { continue }
            try columns.file.read(
                columns.pictureSize, from: (first + step) * columns.pictureSize, into: &bytes)
            let size = PictureSize(width: columns.side, height: columns.side)
            try preparer.prepare(
                CameraFrame(bytes: bytes[...], encoding: .raw(size)),
                named: "camera \(camera) at step \(step) of \(entry.digest.short)",
                draw: draw?(camera), into: &batch.patches,
                at: (sample * shape.cameraCount + camera) * each)
        }
    }
}
