#if LeRobot
internal import CAV

/// An open MP4 or Matroska file, of whose first video stream packets are read.
///
/// Nothing that the file refers to is opened: of files the library may open this one alone, of bytes none at all.
@safe final class VideoContainer {
    /// Where the bytes are.
    enum Source {
        case file(String)
        case bytes(ArraySlice<UInt8>)
    }

    /// A packet's times, in ticks.
    struct Packet {
        let shown: Int64
        let decoded: Int64
        let duration: Int64
        let isKey: Bool
        let byteCount: Int
    }

    // Sound: each is made by init or nil, freed by deinit, and lent to the library and to this module alone.
    private var context: UnsafeMutablePointer<AVFormatContext>?
    private(set) var packet: UnsafeMutablePointer<AVPacket>?
    private let memory: MemoryInput?
    /// For errors.
    let path: String
    private var stream: Int32 = -1
    private(set) var secondsPerTick = 0.0
    /// The decoder that the library has for the stream.
    private(set) var codec: UnsafePointer<AVCodec>?

    /// What the stream's packets are made of.
    private(set) var parameters: UnsafeMutablePointer<AVCodecParameters>?

    init(_ source: Source) throws(VideoError) {
        av_log_set_level(AV_LOG_QUIET)
        switch source {
        case .file(let path):
            self.path = path
            memory = nil
        case .bytes(let bytes):
            path = "a video of \(bytes.count) bytes"
            guard let input = MemoryInput(bytes) else {
                throw VideoError(.fileUnreadable, "\(path): no memory to read it")
            }
            memory = input
        }
        try open()
        try findStream()
        unsafe packet = av_packet_alloc()
        guard unsafe packet != nil else {
            throw VideoError(.fileUnreadable, "\(path): no memory for a packet")
        }
    }

    deinit {
        unsafe av_packet_free(&packet)
        unsafe avformat_close_input(&context)
    }

    /// Goes to the key frame at or before `seconds`, or to the start.
    func seek(to seconds: Double?) throws(VideoError) {
        let ticks = seconds.map { Int64(($0 / secondsPerTick).rounded(.down)) } ?? Int64.min
        // Sound: the context is open.
        let status = unsafe avformat_seek_file(
            context, stream, Int64.min, ticks == Int64.min ? 0 : ticks,
            ticks == Int64.min ? 0 : ticks, AVSEEK_FLAG_BACKWARD)
        guard status >= 0 else {
            throw VideoError(
                .frameUnreadable,
                "\(path): cannot go to \(seconds ?? 0) s: \(VideoError.message(status))")
        }
    }

    /// Reads the next packet of the stream into `packet`, in the order of decoding; nil after the last.
    func next() throws(VideoError) -> Packet? {
        while true {
            unsafe av_packet_unref(packet)
            let status = unsafe av_read_frame(context, packet)
            if status == cav_end_of_file() { return nil }
            guard status >= 0, let packet = unsafe packet else {
                throw VideoError(
                    .frameUnreadable, "\(path): it cannot be read on: \(VideoError.message(status))"
                )
            }
            guard unsafe packet.pointee.stream_index == stream else { continue }
            return unsafe Packet(
                shown: packet.pointee.pts, decoded: packet.pointee.dts,
                duration: packet.pointee.duration,
                isKey: packet.pointee.flags & AV_PKT_FLAG_KEY != 0,
                byteCount: Int(packet.pointee.size))
        }
    }

    /// When each frame from here on is shown, in seconds, sorted; nothing is left to be read then.
    func frameTimes() throws(VideoError) -> [Double] {
        var times: [Double] = []
        while let packet = try next() {
            guard packet.shown != cav_no_timestamp() else {
                throw VideoError(.frameUnreadable, "\(path): a frame has no time")
            }
            times.append(Double(packet.shown) * secondsPerTick)
        }
        return times.sorted()
    }

    /// The bytes of the packet that was read last.
    func bytes() -> [UInt8] {
        guard let packet = unsafe packet, let data = unsafe packet.pointee.data else { return [] }
        // Sound: the library says how many bytes there are.
        return unsafe Array(
            UnsafeBufferPointer(start: data, count: Int(packet.pointee.size)))
    }

    /// Of a frame, as the header states it.
    var pixelCount: Int {
        guard let parameters = unsafe parameters else { return 0 }
        return unsafe Int(parameters.pointee.width) * Int(parameters.pointee.height)
    }

    /// The bytes before all packets: a decoder's parameters.
    var extraBytes: [UInt8] {
        guard let parameters = unsafe parameters, let data = unsafe parameters.pointee.extradata
        else { return [] }
        return unsafe Array(
            UnsafeBufferPointer(start: data, count: Int(parameters.pointee.extradata_size)))
    }

    private func open() throws(VideoError) {
        var options: OpaquePointer?
        // Sound: the dictionary is freed below, once.
        defer { unsafe av_dict_free(&options) }
        unsafe av_dict_set(&options, "protocol_whitelist", memory == nil ? "file" : "", 0)
        unsafe av_dict_set(&options, "format_whitelist", "mov,mp4,m4a,3gp,3g2,mj2,matroska,webm", 0)
        if let memory {
            unsafe context = avformat_alloc_context()
            unsafe context?.pointee.pb = memory.context
        }
        let status = unsafe avformat_open_input(
            &context, memory == nil ? "file:\(path)" : nil, nil, &options)
        guard status >= 0 else {
            throw VideoError(
                .fileUnreadable,
                "\(path): it cannot be opened as MP4 or Matroska: \(VideoError.message(status))")
        }
    }

    private func findStream() throws(VideoError) {
        // Clips in memory are MP4 of our making, whose header says everything; of others frames are decoded to find out.
        let probed = unsafe memory == nil ? avformat_find_stream_info(context, nil) : 0
        stream = unsafe av_find_best_stream(context, AVMEDIA_TYPE_VIDEO, -1, -1, &codec, 0)
        guard probed >= 0, stream >= 0, let context = unsafe context,
            let track = unsafe context.pointee.streams[Int(stream)]
        else {
            throw VideoError(
                .fileUnreadable,
                "\(path): it has no video that can be decoded: "
                    + VideoError.message(probed < 0 ? probed : stream))
        }
        let base = unsafe track.pointee.time_base
        guard base.num > 0, base.den > 0 else {
            throw VideoError(.fileUnreadable, "\(path): its frames have no times")
        }
        secondsPerTick = Double(base.num) / Double(base.den)
        unsafe parameters = track.pointee.codecpar
    }
}

extension VideoError {
    /// The library's words for a status.
    static func message(_ status: Int32) -> String {
        var text = [CChar](repeating: 0, count: 256)
        _ = unsafe av_strerror(status, &text, text.count)
        return String(
            decoding: text.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }
}
#endif
