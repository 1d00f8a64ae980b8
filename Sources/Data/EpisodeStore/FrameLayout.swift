internal import Episodes

/// In which order a frame has the bytes of an array: docs/formats/episode-frame.md.
enum FrameLayout: String {
    /// As it was recorded: elements of one byte, pictures above all.
    case recorded
    /// The first byte of the first column of all steps, then the second one, and so on, column by column.
    case columns
    /// The first bytes of all elements, then the second ones, and so on.
    case planes

    /// Bytes of a step's row beyond which neighbours in the row, such as pixels of depth, are more alike
    /// than the same place a step later.
    private static let rowByteLimit = 4096

    /// The layout that an array is stored in.
    init(for array: EpisodeArray) {
        let width = array.elementType.byteCount
        if width == 1 {
            self = .recorded
        } else if let steps = array.shape.first, !array.bytes.isEmpty,
            array.bytes.count / steps <= Self.rowByteLimit
        {
            self = .columns
        } else {
            self = .planes
        }
    }

    /// The shape under which a frame has the bytes of `array`.
    func storedShape(of array: EpisodeArray) -> [Int] {
        switch self {
        case .recorded: array.shape
        case .planes: [array.elementType.byteCount] + array.shape
        case .columns:
            array.shape.dropFirst() + [array.elementType.byteCount] + array.shape.prefix(1)
        }
    }

    /// The shape of what a frame has under the shape `stored`; nil if elements of `width` bytes cannot be.
    func shape(stored: [Int], width: Int) -> [Int]? {
        switch self {
        case .recorded: stored
        case .planes: stored.first == width ? Array(stored.dropFirst()) : nil
        case .columns:
            stored.count >= 2 && stored[stored.count - 2] == width
                ? stored.suffix(1) + stored.dropLast(2) : nil
        }
    }

    /// The bytes of `array` as a frame has them.
    func stored(_ array: EpisodeArray) -> [UInt8] {
        let rows = rows(of: array)
        return BytePlanes.transposed(array.bytes, rows: rows, columns: array.bytes.count / rows)
    }

    /// The same into `target`, which has room for all of them.
    func store(_ array: EpisodeArray, into target: UnsafeMutableRawBufferPointer) {
        let rows = rows(of: array)
        array.bytes.withUnsafeBytes {
            BytePlanes.transpose($0, rows: rows, columns: $0.count / rows, into: target)
        }
    }

    /// Rows of the matrix whose transpose is stored: one is stored as it is.
    private func rows(of array: EpisodeArray) -> Int {
        switch self {
        case .recorded: 1
        case .columns: max(1, array.shape.first ?? 1)
        case .planes: max(1, array.bytes.count / array.elementType.byteCount)
        }
    }

    /// What ``stored(_:)`` was given.
    func recorded(_ bytes: [UInt8], shape: [Int], width: Int) -> [UInt8] {
        switch self {
        case .recorded: return bytes
        case .columns:
            let steps = max(1, shape.first ?? 1)
            return BytePlanes.transposed(bytes, rows: bytes.count / steps, columns: steps)
        case .planes:
            return BytePlanes.transposed(bytes, rows: width, columns: bytes.count / width)
        }
    }
}
