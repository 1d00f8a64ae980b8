#if LeRobot
internal import Arrow
internal import Episodes

/// The columns of an episode's rows, as arrays.
struct LeRobotColumns {
    /// Numbers, sorted by name.
    private(set) var arrays: [EpisodeArray] = []
    /// JPEG or PNG files, one a row, padded with zeros to the longest.
    private(set) var pictures: [EpisodeArray] = []
    /// Columns that are not kept, with the reason.
    private(set) var skipped: [String: String] = [:]
    private(set) var warnings: [String] = []

    /// What the columns begin with in which an export of Nightshift keeps labels (docs/export.md).
    private static let labels = "nightshift."

    private let label: String
    private var bytesLeft: Int

    init(label: String, byteLimit: Int) {
        self.label = label
        bytesLeft = byteLimit
    }

    /// Reads all columns but those named, and labels.
    mutating func read(
        _ rows: borrowing ParquetRows, besides ignored: Set<String>
    ) throws(EpisodeRejection) {
        for column in rows.columns
        where !ignored.contains(column) && !column.hasPrefix(Self.labels) {
            guard column.isClean else {
                throw EpisodeRejection(
                    .nameRefused,
                    "\(label): the name \(column.debugDescription) is refused; names have no "
                        + "control characters and no '/'")
            }
            do throws(ArrowError) {
                if try addNumbers(column, rows) { continue }
            } catch {
                throw unreadable(column, error)
            }
            try addPictures(column, rows)
        }
        arrays.sort { $0.name < $1.name }
    }

    /// Whether the column holds numbers, or nothing that is kept; false for pictures.
    private mutating func addNumbers(
        _ column: String, _ rows: borrowing ParquetRows
    ) throws(ArrowError) -> Bool {
        let (element, _) = try rows.layout(of: column)
        if element == .picture { return false }
        guard element.byteCount != nil else {
            skip(column, "its elements are \(element)")
            return true
        }
        guard let array = try rows.array(column, byteLimit: bytesLeft) else { return true }
        bytesLeft -= array.bytes.count
        // One action a step is a column of numbers in Parquet, and still steps x 1.
        let isFlatAction = column == LeRobotTable.action && array.shape.count == 1
        arrays.append(
            isFlatAction
                ? EpisodeArray(
                    name: column, elementType: array.elementType, shape: array.shape + [1],
                    bytes: array.bytes)
                : array)
        return true
    }

    private mutating func addPictures(
        _ column: String, _ rows: borrowing ParquetRows
    ) throws(EpisodeRejection) {
        var files: [[UInt8]] = []
        for row in 0..<rows.rowCount {
            do throws(ArrowError) {
                files.append(
                    try rows.withBytes(of: column, row: row) { [UInt8](copying: $0) } ?? [])
            } catch {
                throw unreadable(column, error)
            }
        }
        guard files.contains(where: { !$0.isEmpty }) else {
            return skip(column, "its pictures lie in other files")
        }
        let array = try PictureRows(files, name: column, label: label, byteLimit: bytesLeft)
            .array
        bytesLeft -= array.bytes.count
        pictures.append(array)
    }

    private mutating func skip(_ column: String, _ reason: String) {
        skipped[column] = reason
        warnings.append("\(label): \(column) is not kept: \(reason)")
    }

    private func unreadable(_ column: String, _ error: ArrowError) -> EpisodeRejection {
        EpisodeRejection(
            error.code == .tooLarge ? .tooLarge : .arrayUnreadable,
            "\(label): \(column) cannot be read: \(error.reason)")
    }
}

extension [UInt8] {
    /// A copy of `span`.
    init(copying span: Span<UInt8>) {
        self = span.withUnsafeBufferPointer { Array($0) }
    }
}
#endif
