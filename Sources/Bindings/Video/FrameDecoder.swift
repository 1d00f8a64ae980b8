#if LeRobot
internal import CAV

/// Decodes the frames of a video's first stream, in the order in which they are shown.
@safe final class FrameDecoder {
    // Sound: each is made by init or nil, freed by deinit, and never handed out but to the pixel
    // converter for the length of a call.
    private var codec: UnsafeMutablePointer<AVCodecContext>?
    fileprivate var frame: UnsafeMutablePointer<AVFrame>?

    private let container: VideoContainer
    /// Pixels.
    private static let largeFrame = 320 * 240
    private var hasSentEnd = false

    /// Large frames are decoded by two threads where `usesThreads` says so; frames are the same without.
    ///
    /// - Throws: ``VideoError``.
    init(_ container: VideoContainer, usesThreads: Bool) throws(VideoError) {
        self.container = container
        // What threads have to tell each other takes longer than decoding a small frame.
        try openCodec(threads: usesThreads && container.pixelCount >= Self.largeFrame ? 2 : 1)
        unsafe frame = av_frame_alloc()
        guard unsafe frame != nil else {
            throw VideoError(.fileUnreadable, "\(path): no memory for a frame")
        }
    }

    deinit {
        unsafe av_frame_free(&frame)
        unsafe avcodec_free_context(&codec)
    }

    private var path: String { container.path }

    /// Width and height of the decoded frame.
    var size: (width: Int, height: Int) {
        guard let frame = unsafe frame else { return (0, 0) }
        return unsafe (Int(frame.pointee.width), Int(frame.pointee.height))
    }

    /// Whether the frame has colour at a lower resolution than brightness.
    var hasHalvedColour: Bool {
        // Sound: descriptions of formats are constants of the library.
        guard let frame = unsafe frame,
            let format = unsafe av_pix_fmt_desc_get(AVPixelFormat(frame.pointee.format))
        else { return false }
        return unsafe format.pointee.log2_chroma_w > 0
    }

    /// Goes to the key frame at or before `seconds`, or to the start.
    func seek(to seconds: Double?) throws(VideoError) {
        try container.seek(to: seconds)
        unsafe avcodec_flush_buffers(codec)
        hasSentEnd = false
    }

    /// Decodes the next frame and says when it is shown, in seconds; nil after the last.
    func next() throws(VideoError) -> Double? {
        while true {
            let status = unsafe avcodec_receive_frame(codec, frame)
            if status == cav_end_of_file() { return nil }
            if status == cav_again() {
                try sendPacket()
                continue
            }
            guard status >= 0, let frame = unsafe frame,
                unsafe frame.pointee.decode_error_flags == 0
            else {
                throw VideoError(
                    .frameUnreadable, "\(path): a frame is damaged: \(VideoError.message(status))")
            }
            let ticks = unsafe frame.pointee.best_effort_timestamp
            guard ticks != cav_no_timestamp() else {
                throw VideoError(.frameUnreadable, "\(path): a frame has no time")
            }
            return Double(ticks) * container.secondsPerTick
        }
    }

    private func sendPacket() throws(VideoError) {
        guard !hasSentEnd else { return }
        guard try container.next() != nil else {
            hasSentEnd = true
            _ = unsafe avcodec_send_packet(codec, nil)
            return
        }
        let sent = unsafe avcodec_send_packet(codec, container.packet)
        guard sent >= 0 else {
            throw VideoError(
                .frameUnreadable, "\(path): a frame is damaged: \(VideoError.message(sent))")
        }
    }

    private func openCodec(threads: Int) throws(VideoError) {
        unsafe codec = avcodec_alloc_context3(container.codec)
        var status = unsafe avcodec_parameters_to_context(codec, container.parameters)
        unsafe codec?.pointee.err_recognition = cav_explode()
        unsafe codec?.pointee.thread_count = Int32(threads)
        if status >= 0 { status = unsafe avcodec_open2(codec, container.codec, nil) }
        guard status >= 0 else {
            throw VideoError(
                .fileUnreadable,
                "\(path): its decoder cannot be started: \(VideoError.message(status))")
        }
    }
}

/// Turns decoded frames into red, green and blue, 8 bits each.
@safe struct PixelConverter: ~Copyable {
    // Sound: made by the library, freed by deinit, never handed out.
    private var scaler: OpaquePointer?

    deinit { unsafe sws_freeContext(scaler) }

    /// Writes height x width x 3 bytes; `pixels` gets exactly that size.
    mutating func convert(
        _ decoder: FrameDecoder, path: String, into pixels: inout [UInt8]
    ) throws(VideoError) {
        guard let frame = unsafe decoder.frame else { return }
        let (width, height) = decoder.size
        let format = unsafe AVPixelFormat(frame.pointee.format)
        unsafe scaler = sws_getCachedContext(
            scaler, Int32(width), Int32(height), format, Int32(width), Int32(height),
            AV_PIX_FMT_RGB24, SWS_BILINEAR | SWS_ACCURATE_RND | SWS_FULL_CHR_H_INT, nil, nil, nil)
        guard unsafe scaler != nil else {
            throw VideoError(
                .frameUnreadable, "\(path): its pixels of format \(format.rawValue) are unknown")
        }
        unsafe Self.setColours(scaler, frame)
        if pixels.count != width * height * 3 {
            pixels = [UInt8](repeating: 0, count: width * height * 3)
        }
        // Sound: the library writes `height` rows of width x 3 bytes.
        let rows = unsafe pixels.withUnsafeMutableBufferPointer { target in
            var planes: [UnsafeMutablePointer<UInt8>?] = unsafe [target.baseAddress, nil, nil, nil]
            var strides = [Int32(width * 3), 0, 0, 0]
            return unsafe withUnsafePointer(to: &frame.pointee.data) { data in
                unsafe withUnsafePointer(to: &frame.pointee.linesize) { sizes in
                    unsafe data.withMemoryRebound(to: UnsafePointer<UInt8>?.self, capacity: 8) {
                        source in
                        unsafe sizes.withMemoryRebound(to: Int32.self, capacity: 8) { lines in
                            unsafe sws_scale(
                                scaler, source, lines, 0, Int32(height), &planes, &strides)
                        }
                    }
                }
            }
        }
        guard rows == Int32(height) else {
            throw VideoError(.frameUnreadable, "\(path): its pixels cannot be converted")
        }
    }

    /// Frames say by which matrix and range they were encoded; those that do not are BT.601's.
    private static func setColours(
        _ scaler: OpaquePointer?, _ frame: UnsafeMutablePointer<AVFrame>
    ) {
        let space = unsafe frame.pointee.colorspace
        let matrix =
            switch space {
            case AVCOL_SPC_BT709: SWS_CS_ITU709
            case AVCOL_SPC_BT2020_NCL, AVCOL_SPC_BT2020_CL: SWS_CS_BT2020
            default: SWS_CS_ITU601
            }
        let isFull: Int32 = unsafe frame.pointee.color_range == AVCOL_RANGE_JPEG ? 1 : 0
        // Sound: tables of coefficients are constants of the library. Formats whose range is fixed,
        // such as yuvj420p, keep it: the library says so by a status that changes nothing.
        _ = unsafe sws_setColorspaceDetails(
            scaler, sws_getCoefficients(matrix), isFull, sws_getCoefficients(SWS_CS_ITU601), 1, 0,
            1 << 16, 1 << 16)
    }
}
#endif
