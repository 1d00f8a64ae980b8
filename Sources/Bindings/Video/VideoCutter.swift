#if LeRobot
internal import CAV

/// Cuts clips out of a video file as they were encoded: no frame is decoded or encoded again.
@safe package final class VideoCutter {
    private let container: VideoContainer
    private let parameterSets: ParameterSets?
    /// Index entries of some containers lie after the frame that is looked for; this much earlier none does.
    private static let leadSeconds = 1.0

    package init(readingFrom path: String) throws(VideoError) {
        container = try VideoContainer(.file(path))
        unsafe parameterSets = ParameterSets(of: container.parameters, container.extraBytes)
    }

    /// When each frame of the file is shown, in seconds, sorted.
    package func frameTimes() throws(VideoError) -> [Double] {
        try container.seek(to: nil)
        return try container.frameTimes()
    }

    /// An MP4 file whose frames are those that are shown at `seconds`, give or take `tolerance`, and no others; the first
    /// is shown at 0.
    ///
    /// Nil where no such file can be made without encoding: the first frame is no key frame, frames are between those
    /// asked for, or others are needed to decode them; MP4 does not take the encoding; or there are more than `byteLimit`
    /// bytes. That the frames can be decoded is not checked: see ``VideoClip``.
    package func clip(
        at seconds: [Double], tolerance: Double, byteLimit: Int
    ) throws(VideoError) -> [UInt8]? {
        guard let first = seconds.first, let last = seconds.last else { return nil }
        try container.seek(to: max(0, first - Self.leadSeconds))
        guard let writer = try ClipWriter(container) else { return nil }
        var times: [Double] = []
        var start: Int64 = 0
        var byteCount = 0
        while times.count < seconds.count, let packet = try container.next() {
            guard packet.shown != cav_no_timestamp(), packet.decoded != cav_no_timestamp() else {
                return nil
            }
            let time = Double(packet.shown) * container.secondsPerTick
            if times.isEmpty {
                guard abs(time - first) <= tolerance else {
                    if packet.isKey, time > first { return nil }
                    continue
                }
                guard packet.isKey else { return nil }
                start = packet.shown
            }
            byteCount += packet.byteCount
            guard time >= first - tolerance, time <= last + tolerance, byteCount <= byteLimit else {
                return nil
            }
            times.append(time)
            try writer.append(
                packet, start: start, bytes: parameterSets?.without(container.bytes()))
        }
        let areAllThere =
            times.count == seconds.count
            && zip(times.sorted(), seconds).allSatisfy { abs($0 - $1) <= tolerance }
        return areAllThere ? try writer.finish() : nil
    }
}

/// The parameter sets of H.264 and HEVC, which a stream may repeat before every key frame: lerobot's v3.0 does, its v2.1
/// does not, and the same video should be the same bytes.
private struct ParameterSets {
    private let stated: [UInt8]
    private let lengthSize: Int
    private let isHEVC: Bool

    /// Nil for other encodings, and where units are not preceded by their lengths.
    init?(of parameters: UnsafeMutablePointer<AVCodecParameters>?, _ stated: [UInt8]) {
        guard let parameters = unsafe parameters, stated.first == 1 else { return nil }
        let encoding = unsafe parameters.pointee.codec_id
        isHEVC = encoding == AV_CODEC_ID_HEVC
        let place = isHEVC ? 21 : 4
        guard isHEVC || encoding == AV_CODEC_ID_H264, stated.count > place else { return nil }
        lengthSize = Int(stated[place] & 3) + 1
        self.stated = stated
    }

    /// The packet's units but those that repeat what the file's header states; all where it is damaged.
    func without(_ packet: [UInt8]) -> [UInt8] {
        var kept: [UInt8] = []
        var place = 0
        while place + lengthSize <= packet.count {
            let length = packet[place..<(place + lengthSize)].reduce(0) { $0 << 8 | Int($1) }
            let unit = place + lengthSize
            guard length > 0, length <= packet.count - unit else { return packet }
            let bytes = packet[unit..<(unit + length)]
            if !isParameterSet(packet[unit]) || !stated.contains(bytes) {
                kept += packet[place..<(unit + length)]
            }
            place = unit + length
        }
        return place == packet.count && !kept.isEmpty ? kept : packet
    }

    private func isParameterSet(_ header: UInt8) -> Bool {
        isHEVC ? (32...34).contains(header >> 1 & 0x3F) : (7...8).contains(header & 0x1F)
    }
}
#endif
