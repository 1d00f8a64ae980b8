private import CPNG

/// The frame of a PNG file: signature, then chunks of length, name, bytes and checksum, to IEND.
enum PNGChunks {
    private static let signature: [UInt8] = [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]
    private static let end: UInt32 = 0x4945_4E44

    /// The length of the file that `bytes` begin with, every chunk of which keeps its checksum.
    ///
    /// libpng stops reading at the last pixel, and so never sees the last checksum.
    static func checkedLength(_ bytes: Span<UInt8>) throws(PNGError) -> Int {
        guard bytes.count >= signature.count,
            signature.indices.allSatisfy({ bytes[$0] == signature[$0] })
        else { throw PNGError(.chunksDamaged, "\(bytes.count) bytes do not begin as PNG does") }
        var offset = signature.count
        while true {
            guard bytes.count - offset >= 12 else {
                throw PNGError(
                    .chunksDamaged,
                    "the file ends at byte \(bytes.count), before its chunk IEND: it is cut short")
            }
            let length = Int(word(bytes, offset))
            guard length <= bytes.count - offset - 12 else {
                throw PNGError(
                    .chunksDamaged,
                    "the chunk at byte \(offset) states \(length) bytes, "
                        + "\(bytes.count - offset - 12) are left: it is damaged or cut short")
            }
            guard checksum(bytes, offset + 4, length + 4) == word(bytes, offset + 8 + length) else {
                throw PNGError(
                    .chunksDamaged, "the chunk at byte \(offset) fails its checksum")
            }
            let name = word(bytes, offset + 4)
            offset += 12 + length
            if name == end { return offset }
        }
    }

    private static func word(_ bytes: Span<UInt8>, _ offset: Int) -> UInt32 {
        (0..<4).reduce(0) { $0 << 8 | UInt32(bytes[offset + $1]) }
    }

    private static func checksum(_ bytes: Span<UInt8>, _ offset: Int, _ count: Int) -> UInt32 {
        // Sound: `checkedLength` has made sure that offset + count is within the bytes.
        unsafe bytes.withUnsafeBufferPointer { source in
            UInt32(
                truncatingIfNeeded: unsafe crc32_z(
                    0, source.baseAddress?.advanced(by: offset), count))
        }
    }
}
