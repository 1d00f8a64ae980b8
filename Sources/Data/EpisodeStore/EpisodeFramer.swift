internal import Episodes
internal import Zstd

/// Makes frames of episodes, one after the other, in memory that is kept from one to the next.
///
/// The same episode gives the same frame whoever makes it, and whatever was made before.
final class EpisodeFramer {
    /// An episode of more bytes is compressed piece by piece: it would lie in memory twice.
    static let byteLimit = 32 << 20

    private let compressor: FrameCompressor
    private var layouts = EpisodeFrame.KnownLayouts()
    /// A safetensors file before it is compressed.
    private var file = UnsafeMutableRawBufferPointer(start: nil, count: 0)

    /// - Throws: `ZstdError` if the library has no memory.
    init() throws { compressor = try FrameCompressor() }

    deinit { file.deallocate() }

    /// One frame with the episode, which `write` takes bit by bit; returns its length.
    ///
    /// - Throws: ``EpisodeStoreError`` or `ZstdError`, or what `write` throws.
    func compress(
        _ episode: Episode, write: (UnsafeRawBufferPointer) throws -> Void
    ) throws -> Int {
        if episode.byteCount <= Self.byteLimit {
            let frame = try frame(of: episode)
            try frame.withUnsafeBytes(write)
            return frame.count
        }
        return try compressor.compress(
            try EpisodeFrame.pieces(of: episode), areCompressed: episode.holdsCompressedPictures,
            write: write)
    }

    /// One frame with the episode.
    ///
    /// - Precondition: the episode has at most ``byteLimit`` bytes.
    /// - Throws: ``EpisodeStoreError`` or `ZstdError`.
    func frame(of episode: Episode) throws -> [UInt8] {
        precondition(episode.byteCount <= Self.byteLimit, "a larger one is compressed in pieces")
        let (header, arrays) = try EpisodeFrame.layout(of: episode, &layouts)
        let byteCount = header.count + episode.byteCount
        reserve(byteCount)
        file.copyBytes(from: header)
        var offset = header.count
        for array in arrays {
            let target = UnsafeMutableRawBufferPointer(rebasing: file[offset...])
            FrameLayout(for: array).store(array, into: target)
            offset += array.bytes.count
        }
        return try compressor.compress(
            UnsafeRawBufferPointer(rebasing: file[..<byteCount]),
            areCompressed: episode.holdsCompressedPictures)
    }

    private func reserve(_ byteCount: Int) {
        guard file.count < byteCount else { return }
        file.deallocate()
        file = .allocate(byteCount: byteCount, alignment: 16)
    }
}

extension Episode {
    /// Whether most of its bytes are likely to be compressed already.
    fileprivate var holdsCompressedPictures: Bool {
        metadata.cameras.contains { $0.encoding != .raw }
    }
}
