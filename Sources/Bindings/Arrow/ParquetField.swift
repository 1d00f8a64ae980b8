/// One column of a Parquet file to write.
package struct ParquetField: Hashable, Sendable {
    package let name: String
    package let element: ParquetElement
    /// How many elements a row has: nil for one that is no list.
    package let width: Int?
    /// Whether readers see lists of any length, although all have the same here.
    package let hasAnyLength: Bool

    package init(
        _ name: String, _ element: ParquetElement, width: Int? = nil, hasAnyLength: Bool = false
    ) {
        self.name = name
        self.element = element
        self.width = width
        self.hasAnyLength = hasAnyLength
    }
}

/// The values of one column in one row group.
package enum ParquetValues: Sendable {
    /// Row-major, little-endian; booleans are one byte each.
    case numbers([UInt8])
    /// Texts, binaries or pictures.
    case binaries([[UInt8]])

    /// Texts.
    package static func texts(_ texts: [String]) -> ParquetValues {
        .binaries(texts.map { Array($0.utf8) })
    }

    /// Bytes of all values.
    package var byteCount: Int {
        switch self {
        case .numbers(let bytes): bytes.count
        case .binaries(let files): files.reduce(0) { $0 + $1.count }
        }
    }
}
