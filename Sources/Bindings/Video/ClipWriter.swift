#if LeRobot
internal import CAV

/// Writes packets of one video as an MP4 file in memory; the same packets always make the same bytes with one release of
/// the library.
@safe final class ClipWriter {
    /// Divides by every usual frame rate.
    private static let ticksPerSecond: Int32 = 90_000

    // Sound: each is made by init or nil, and freed by deinit.
    private var context: UnsafeMutablePointer<AVFormatContext>?
    private var packet: UnsafeMutablePointer<AVPacket>?
    private let source: VideoContainer

    /// Nil where MP4 does not take what `source` is encoded as.
    init?(_ source: VideoContainer) throws(VideoError) {
        self.source = source
        unsafe avformat_alloc_output_context2(&context, nil, "mp4", nil)
        unsafe packet = av_packet_alloc()
        guard let context = unsafe context, unsafe packet != nil,
            let track = unsafe avformat_new_stream(context, nil),
            let parameters = unsafe source.parameters,
            unsafe avcodec_parameters_copy(track.pointee.codecpar, parameters) >= 0
        else { throw Self.failure(source, "no memory") }
        guard
            unsafe avformat_query_codec(
                context.pointee.oformat, parameters.pointee.codec_id, FF_COMPLIANCE_NORMAL) == 1
        else { return nil }
        unsafe track.pointee.codecpar.pointee.codec_tag = 0
        // Of the whole file that the clip is cut from.
        unsafe track.pointee.codecpar.pointee.bit_rate = 0
        unsafe track.pointee.time_base = AVRational(num: 1, den: Self.ticksPerSecond)
        unsafe context.pointee.flags |= AVFMT_FLAG_BITEXACT
        var status = unsafe avio_open_dyn_buf(&context.pointee.pb)
        if status >= 0 { status = unsafe avformat_write_header(context, nil) }
        guard status >= 0 else { return nil }
    }

    deinit {
        unsafe av_packet_free(&packet)
        if unsafe context?.pointee.pb != nil { _ = close() }
        unsafe avformat_free_context(context)
    }

    /// Appends the packet that `source` has read last, with `bytes` in place of its own where there are any.
    func append(
        _ read: VideoContainer.Packet, start: Int64, bytes: [UInt8]?
    ) throws(VideoError) {
        let bytes = bytes ?? source.bytes()
        guard let packet = unsafe packet, unsafe av_new_packet(packet, Int32(bytes.count)) >= 0
        else { throw Self.failure(source, "no memory for a frame") }
        // Sound: the packet has room for them.
        unsafe bytes.withUnsafeBufferPointer { from in
            guard let first = from.baseAddress else { return }
            unsafe packet.pointee.data.update(from: first, count: from.count)
        }
        unsafe packet.pointee.pts = ticks(read.shown - start)
        unsafe packet.pointee.dts = ticks(read.decoded - start)
        unsafe packet.pointee.duration = ticks(read.duration)
        unsafe packet.pointee.flags = read.isKey ? AV_PKT_FLAG_KEY : 0
        let status = unsafe av_write_frame(context, packet)
        unsafe av_packet_unref(packet)
        guard status >= 0 else { throw Self.failure(source, VideoError.message(status)) }
    }

    /// The whole file.
    func finish() throws(VideoError) -> [UInt8] {
        let status = unsafe av_write_trailer(context)
        guard status >= 0 else { throw Self.failure(source, VideoError.message(status)) }
        return close()
    }

    private func close() -> [UInt8] {
        var buffer: UnsafeMutablePointer<UInt8>?
        let size = unsafe avio_close_dyn_buf(context?.pointee.pb, &buffer)
        unsafe context?.pointee.pb = nil
        defer { unsafe av_free(buffer) }
        // Sound: the library says how many bytes it has written.
        return unsafe Array(UnsafeBufferPointer(start: buffer, count: Int(max(0, size))))
    }

    private func ticks(_ ticks: Int64) -> Int64 {
        Int64((Double(ticks) * source.secondsPerTick * Double(Self.ticksPerSecond)).rounded())
    }

    private static func failure(_ source: VideoContainer, _ why: String) -> VideoError {
        VideoError(.frameUnreadable, "\(source.path): a clip of it cannot be written: \(why)")
    }
}
#endif
