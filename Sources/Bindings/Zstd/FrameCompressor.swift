private import CZstd

/// Compresses pieces of bytes into zstd frames, each with its content size and checksum.
///
/// The same pieces give the same bytes with the same version of the library.
@safe package final class FrameCompressor {
    private let context: OpaquePointer
    /// Compressed bytes on their way to the caller; reused from frame to frame.
    private var output: [UInt8]

    /// Makes a compressor of the given level; 3 is the library's default.
    ///
    /// - Throws: ``ZstdError`` if the library has no memory, or does not know the level.
    package init(level: Int32 = 3) throws(ZstdError) {
        guard let context = unsafe ZSTD_createCCtx() else {
            throw ZstdError(.compress, "the library has no memory for a context")
        }
        unsafe self.context = context
        output = [UInt8](repeating: 0, count: ZSTD_CStreamOutSize())
        try set(ZSTD_c_compressionLevel, to: level)
        try set(ZSTD_c_checksumFlag, to: 1)
    }

    deinit {
        unsafe ZSTD_freeCCtx(context)
    }

    private func set(_ parameter: ZSTD_cParameter, to value: Int32) throws(ZstdError) {
        let result = unsafe ZSTD_CCtx_setParameter(context, parameter, value)
        guard ZSTD_isError(result) == 0 else { throw ZstdError(.compress, result: result) }
    }

    /// Compresses `pieces`, one after the other, into one frame that `write` takes bit by bit.
    ///
    /// For more bytes than should lie in memory twice; ``compress(_:areCompressed:)`` is quicker.
    /// The bytes given to `write` are borrowed for the call. Returns the length of the frame.
    ///
    /// - Throws: ``ZstdError``, or what `write` throws.
    package func compress(
        _ pieces: [[UInt8]], areCompressed: Bool = false,
        write: (UnsafeRawBufferPointer) throws -> Void
    ) throws -> Int {
        try start(areCompressed: areCompressed)
        let total = pieces.reduce(0) { $0 + $1.count }
        unsafe ZSTD_CCtx_setPledgedSrcSize(context, UInt64(total))
        var length = 0
        for (index, piece) in pieces.enumerated() {
            let directive = index == pieces.count - 1 ? ZSTD_e_end : ZSTD_e_continue
            length += try unsafe feed(piece, directive, write: write)
        }
        return length
    }

    /// Compresses `bytes`, which are borrowed for the call, into one frame.
    ///
    /// - Throws: ``ZstdError``.
    package func compress(
        _ bytes: UnsafeRawBufferPointer, areCompressed: Bool = false
    ) throws(ZstdError) -> [UInt8] {
        try start(areCompressed: areCompressed)
        // Sound: the library writes at most the capacity that it asks for, and says how many it wrote.
        var result = 0
        let frame = unsafe [UInt8](
            unsafeUninitializedCapacity: ZSTD_compressBound(bytes.count)
        ) { target, count in
            result = unsafe ZSTD_compress2(
                context, target.baseAddress, target.count, bytes.baseAddress, bytes.count)
            count = ZSTD_isError(result) == 0 ? result : 0
        }
        guard ZSTD_isError(result) == 0 else { throw ZstdError(.compress, result: result) }
        return frame
    }

    /// Begins a frame of bytes that are mostly `areCompressed` already, as JPEG files are, or are not.
    ///
    /// On compressed bytes the quickest search for repetitions leaves fewer than the level's own. What does not
    /// repeat is not Huffman-coded there (a target length above 0 says so): that takes half of the time, and leaves as
    /// many bytes. A longer window makes up for the few that other arrays lose.
    private func start(areCompressed: Bool) throws(ZstdError) {
        unsafe ZSTD_CCtx_reset(context, ZSTD_reset_session_only)
        // 0 is the level's own.
        try set(ZSTD_c_strategy, to: areCompressed ? Int32(ZSTD_fast.rawValue) : 0)
        try set(ZSTD_c_minMatch, to: areCompressed ? 4 : 0)
        try set(ZSTD_c_targetLength, to: areCompressed ? 1 : 0)
        try set(ZSTD_c_windowLog, to: areCompressed ? 22 : 0)
    }

    private func feed(
        _ piece: [UInt8], _ directive: ZSTD_EndDirective,
        write: (UnsafeRawBufferPointer) throws -> Void
    ) throws -> Int {
        // Sound: both buffers outlive the calls, and the library keeps neither pointer.
        try unsafe piece.withUnsafeBytes { source in
            try unsafe output.withUnsafeMutableBytes { target in
                var length = 0
                var input = unsafe ZSTD_inBuffer(
                    src: source.baseAddress, size: source.count, pos: 0)
                while true {
                    var out = unsafe ZSTD_outBuffer(
                        dst: target.baseAddress, size: target.count, pos: 0)
                    let left = unsafe ZSTD_compressStream2(context, &out, &input, directive)
                    guard ZSTD_isError(left) == 0 else {
                        throw ZstdError(.compress, result: left)
                    }
                    let written = unsafe out.pos
                    if written > 0 {
                        try unsafe write(UnsafeRawBufferPointer(rebasing: target[..<written]))
                    }
                    length += written
                    let isConsumed = unsafe input.pos == input.size
                    if directive == ZSTD_e_end ? left == 0 : isConsumed { return length }
                }
            }
        }
    }
}
