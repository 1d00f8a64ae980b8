#if LeRobot
private import CAV

/// Decodes the frames of a file's first video stream, in the order in which they are shown.
@safe final class FrameDecoder {
    // Sound: each is made by init or nil, freed by deinit, and never handed out but to the pixel
    // converter for the length of a call.
    private var container: UnsafeMutablePointer<AVFormatContext>?
    private var codec: UnsafeMutablePointer<AVCodecContext>?
    private var packet: UnsafeMutablePointer<AVPacket>?
    fileprivate var frame: UnsafeMutablePointer<AVFrame>?

    private let path: String
    private var stream: Int32 = -1
    private var secondsPerTick = 0.0
    private var hasSentEnd = false

    init(path: String) throws(VideoError) {
        self.path = path
        av_log_set_level(AV_LOG_QUIET)
        try openContainer()
        try openCodec()
        unsafe packet = av_packet_alloc()
        unsafe frame = av_frame_alloc()
        guard unsafe packet != nil, unsafe frame != nil else {
            throw VideoError(.fileUnreadable, "\(path): no memory for a frame")
        }
    }

    deinit {
        unsafe av_frame_free(&frame)
        unsafe av_packet_free(&packet)
        unsafe avcodec_free_context(&codec)
        unsafe avformat_close_input(&container)
    }

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
        let ticks = seconds.map { Int64(($0 / secondsPerTick).rounded(.down)) } ?? Int64.min
        // Sound: both contexts are open.
        let status = unsafe avformat_seek_file(
            container, stream, Int64.min, ticks == Int64.min ? 0 : ticks,
            ticks == Int64.min ? 0 : ticks, AVSEEK_FLAG_BACKWARD)
        guard status >= 0 else {
            throw VideoError(
                .frameUnreadable,
                "\(path): cannot go to \(seconds ?? 0) s: \(Self.message(status))")
        }
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
                    .frameUnreadable, "\(path): a frame is damaged: \(Self.message(status))")
            }
            let ticks = unsafe frame.pointee.best_effort_timestamp
            guard ticks != cav_no_timestamp() else {
                throw VideoError(.frameUnreadable, "\(path): a frame has no time")
            }
            return Double(ticks) * secondsPerTick
        }
    }

    private func sendPacket() throws(VideoError) {
        guard !hasSentEnd else { return }
        while true {
            let status = unsafe av_read_frame(container, packet)
            if status == cav_end_of_file() {
                hasSentEnd = true
                _ = unsafe avcodec_send_packet(codec, nil)
                return
            }
            guard status >= 0, let packet = unsafe packet else {
                throw VideoError(
                    .frameUnreadable, "\(path): it cannot be read on: \(Self.message(status))")
            }
            defer { unsafe av_packet_unref(packet) }
            guard unsafe packet.pointee.stream_index == stream else { continue }
            let sent = unsafe avcodec_send_packet(codec, packet)
            guard sent >= 0 else {
                throw VideoError(
                    .frameUnreadable, "\(path): a frame is damaged: \(Self.message(sent))")
            }
            return
        }
    }

    private func openContainer() throws(VideoError) {
        var options: OpaquePointer?
        // Sound: the dictionary is freed below, once.
        defer { unsafe av_dict_free(&options) }
        unsafe av_dict_set(&options, "protocol_whitelist", "file", 0)
        unsafe av_dict_set(&options, "format_whitelist", "mov,mp4,m4a,3gp,3g2,mj2,matroska,webm", 0)
        let status = unsafe avformat_open_input(&container, "file:\(path)", nil, &options)
        guard status >= 0 else {
            throw VideoError(
                .fileUnreadable,
                "\(path): it cannot be opened as MP4 or Matroska: \(Self.message(status))")
        }
    }

    private func openCodec() throws(VideoError) {
        var found: UnsafePointer<AVCodec>?
        let probed = unsafe avformat_find_stream_info(container, nil)
        stream = unsafe av_find_best_stream(container, AVMEDIA_TYPE_VIDEO, -1, -1, &found, 0)
        guard probed >= 0, stream >= 0, let kind = unsafe found, let container = unsafe container,
            let track = unsafe container.pointee.streams[Int(stream)]
        else {
            throw VideoError(
                .fileUnreadable,
                "\(path): it has no video that can be decoded: "
                    + Self.message(probed < 0 ? probed : stream))
        }
        let base = unsafe track.pointee.time_base
        secondsPerTick = Double(base.num) / Double(base.den)
        unsafe codec = avcodec_alloc_context3(kind)
        var status = unsafe avcodec_parameters_to_context(codec, track.pointee.codecpar)
        unsafe codec?.pointee.err_recognition = cav_explode()
        unsafe codec?.pointee.thread_count = 2
        if status >= 0 { status = unsafe avcodec_open2(codec, kind, nil) }
        guard status >= 0, base.num > 0, base.den > 0 else {
            throw VideoError(
                .fileUnreadable,
                "\(path): its decoder cannot be started: \(Self.message(status))")
        }
    }

    /// The library's words for a status.
    static func message(_ status: Int32) -> String {
        var text = [CChar](repeating: 0, count: 256)
        _ = unsafe av_strerror(status, &text, text.count)
        return String(
            decoding: text.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
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
