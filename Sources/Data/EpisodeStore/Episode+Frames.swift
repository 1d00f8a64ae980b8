package import Cameras
package import Episodes

extension Episode {
    /// What a camera saw at a step, as recorded.
    ///
    /// - Throws: ``EpisodeStoreError`` if the array is not what the camera's encoding says.
    package func frame(of camera: Camera, step: Int) throws -> CameraFrame {
        if camera.encoding == .video { return try videoFrame(of: camera, step: step) }
        guard let array = array(named: camera.array), let steps = array.shape.first,
            (0..<steps).contains(step), array.elementType == .uint8
        else { throw misfit(camera, "there is no picture of step \(step)") }
        let length = array.bytes.count / steps
        let bytes = array.bytes[(step * length)..<((step + 1) * length)]
        let order: CameraFrame.ColourOrder =
            camera.channelOrder == .bgr ? .blueFirst : .redFirst
        switch camera.encoding {
        case .jpegRows:
            // LeRobot's datasets keep some pictures as PNG.
            let isPNG = bytes.starts(with: [0x89, 0x50, 0x4E, 0x47])
            return CameraFrame(
                bytes: bytes, encoding: isPNG ? .png : .jpeg, colourOrder: order)
        case .raw:
            guard array.shape.count == 4, array.shape[3] == 3 else {
                throw misfit(camera, "its shape is \(array.shape)")
            }
            let size = PictureSize(width: array.shape[2], height: array.shape[1])
            return CameraFrame(bytes: bytes, encoding: .raw(size), colourOrder: order)
        case .video: throw misfit(camera, "it is no rows")
        }
    }

    /// How many pictures a camera took: of a recording that is whole, the number of its steps.
    package func pictureCount(of camera: Camera) -> Int {
        guard let array = array(named: camera.array) else { return 0 }
        return camera.encoding == .video ? metadata.stepCount : array.shape.first ?? 0
    }

    private func videoFrame(of camera: Camera, step: Int) throws -> CameraFrame {
        guard let array = array(named: camera.array), array.elementType == .uint8,
            (0..<metadata.stepCount).contains(step)
        else { throw misfit(camera, "there is no picture of step \(step)") }
        return CameraFrame(bytes: array.bytes[...], encoding: .video(frame: step))
    }

    private func misfit(_ camera: Camera, _ found: String) -> EpisodeStoreError {
        EpisodeStoreError(
            .pictureUnreadable,
            "reading camera '\(camera.name)' of \(metadata.sourceEpisode): \(found), expected "
                + "steps x height x width x 3 bytes, a JPEG file a step or an MP4 file of all, in "
                + "'\(camera.array)'; "
                + "ingest the recording again, or leave cameras out")
    }
}
