import Foundation

/// Reads the lines that another process adds to a file.
struct LogTail {
    private let file: URL
    private var offset: UInt64
    private var rest = Data()

    /// Begins at byte `offset` of `file`.
    init(file: URL, from offset: Int64) {
        self.file = file
        self.offset = UInt64(max(0, offset))
    }

    /// The lines that were completed since the last call.
    mutating func newLines() throws -> [String] {
        let handle = try FileHandle(forReadingFrom: file)
        defer { try? handle.close() }  // nothing was written through it
        try handle.seek(toOffset: offset)
        guard let bytes = try handle.readToEnd(), !bytes.isEmpty else { return [] }
        offset += UInt64(bytes.count)
        var parts = (rest + bytes).split(separator: 0x0A, omittingEmptySubsequences: false)
        rest = parts.popLast().map { Data($0) } ?? Data()
        return parts.map { String(decoding: $0, as: UTF8.self) }
    }

    /// The last lines of `file` that are not empty, at most `count`.
    static func lastLines(of file: URL, count: Int) throws -> [String] {
        let handle = try FileHandle(forReadingFrom: file)
        defer { try? handle.close() }  // nothing was written through it
        let end = try handle.seekToEnd()
        try handle.seek(toOffset: end > 65_536 ? end - 65_536 : 0)
        let text = String(decoding: try handle.readToEnd() ?? Data(), as: UTF8.self)
        return text.split(separator: "\n").suffix(count).map(String.init)
    }
}
