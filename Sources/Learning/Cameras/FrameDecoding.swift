/// Turns recorded frames into levels; one for each thread.
package protocol FrameDecoding: AnyObject, Sendable {
    /// Decodes a whole frame into the start of `pixels`: height x width x 3, in the recording's order of colours.
    ///
    /// A JPEG file may be halved, quartered or divided by eight while it is decoded, as long as its longer and its
    /// shorter side stay as long as `minimumSides` says; nil decodes in full. `pixels` grows where it is too small and
    /// never shrinks.
    /// - Throws: why the frame has no picture, or why none can be decoded at all.
    func decode(
        _ frame: CameraFrame, minimumSides: (longer: Int, shorter: Int)?, pixelLimit: Int,
        into pixels: inout [UInt8]
    ) throws(CameraError.Reason) -> PictureSize
}

extension CameraFrame {
    /// Copies a raw frame's levels, which need no decoder.
    package func copyLevels(
        of size: PictureSize, pixelLimit: Int, into pixels: inout [UInt8]
    ) throws(CameraError.Reason) -> PictureSize {
        let (count, overflows) = size.width.multipliedReportingOverflow(by: size.height)
        guard !overflows, count <= pixelLimit else {
            throw .tooManyPixels(size, limit: pixelLimit)
        }
        guard size.width > 0, size.height > 0, bytes.count == count * 3 else {
            throw .rawLength(size, byteCount: bytes.count)
        }
        pixels.replaceSubrange(0..<min(pixels.count, bytes.count), with: bytes)
        return size
    }
}
