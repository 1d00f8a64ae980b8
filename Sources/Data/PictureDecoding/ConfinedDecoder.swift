package import Cameras
private import Synchronization

/// Decodes recorded pictures in processes that may do nothing else: what strangers have recorded can harm a decoder, but
/// no more than that.
///
/// Sendable because one object is used by one thread at a time, and so is the process that it has.
package final class ConfinedDecoder: FrameDecoding, @unchecked Sendable {
    /// Processes that nobody uses at the moment: starting one takes a tenth of a second.
    private static let idle = Mutex<[DecodingProcess]>([])
    private var process: DecodingProcess?

    package init() {}

    deinit {
        guard let process else { return }
        Self.idle.withLock { $0.append(process) }
    }

    package func decode(
        _ frame: CameraFrame, minimumSides: (longer: Int, shorter: Int)?, pixelLimit: Int,
        into pixels: inout [UInt8]
    ) throws(CameraError.Reason) -> PictureSize {
        if case .raw(let size) = frame.encoding {
            return try frame.copyLevels(of: size, pixelLimit: pixelLimit, into: &pixels)
        }
        let process = try takeProcess()
        do {
            return try process.decode(
                frame, minimumSides: minimumSides, pixelLimit: pixelLimit, into: &pixels)
        } catch {
            // One that does not answer any more has no further use.
            if process.hasEnded { self.process = nil }
            throw error
        }
    }

    private func takeProcess() throws(CameraError.Reason) -> DecodingProcess {
        if let process { return process }
        if let waiting = Self.idle.withLock({ $0.popLast() }) {
            process = waiting
            return waiting
        }
        let started = try DecodingProcess()
        process = started
        return started
    }
}
