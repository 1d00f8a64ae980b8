import Cameras
import Episodes

/// A camera's picture in a message.
enum PictureField {
    /// Height x width x 3 bytes in the order red, green, blue; or the bytes of a JPEG or PNG file.
    ///
    /// - Throws: ``ServingError`` where it is neither.
    static func frame(
        _ value: MessageValue?, named name: String
    ) throws(ServingError) -> CameraFrame {
        switch value {
        case .array(let array) where array.elementType == .uint8:
            if array.shape.count == 1 { return try compressed(array.bytes, named: name) }
            guard array.shape.count == 3, array.shape[2] == 3 else { break }
            return CameraFrame(
                bytes: array.bytes,
                encoding: .raw(PictureSize(width: array.shape[1], height: array.shape[0])))
        case .binary(let bytes):
            return try compressed(bytes, named: name)
        default: break
        }
        throw ServingError(
            .observationInvalid,
            "reading the picture of camera '\(name)': found \(value?.kind ?? "nothing"), expected "
                + "a uint8 array of height x width x 3 (RGB), or the bytes of a JPEG or PNG file")
    }

    private static func compressed(
        _ bytes: ArraySlice<UInt8>, named name: String
    ) throws(ServingError) -> CameraFrame {
        if bytes.starts(with: [0xff, 0xd8]) { return CameraFrame(bytes: bytes, encoding: .jpeg) }
        if bytes.starts(with: [0x89, 0x50, 0x4e, 0x47]) {
            return CameraFrame(bytes: bytes, encoding: .png)
        }
        throw ServingError(
            .observationInvalid,
            "reading the picture of camera '\(name)': \(bytes.count) bytes are neither JPEG nor PNG"
        )
    }
}
