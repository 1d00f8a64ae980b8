import EpisodeStore
import Foundation

/// Appends JSON lines to a file in the scratch folder, in blocks.
struct LineWriter {
    private let handle: FileHandle
    private var pending = Data()
    private let encoder: JSONEncoder
    let url: URL
    private(set) var lineCount = 0

    init(to url: URL) throws {
        self.url = url
        try Data().write(to: url)
        handle = try FileHandle(forWritingTo: url)
        encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    }

    mutating func append(_ value: some Encodable) throws {
        pending.append(try encoder.encode(value))
        pending.append(UInt8(ascii: "\n"))
        lineCount += 1
        if pending.count > 1 << 16 { try flush() }
    }

    mutating func close() throws {
        try flush()
        try handle.close()
    }

    private mutating func flush() throws {
        try handle.write(contentsOf: pending)
        pending.removeAll(keepingCapacity: true)
    }
}

/// Reads JSON lines one at a time, whatever the length of the file.
struct LineReader<Value: Decodable> {
    private let handle: FileHandle
    private let decoder = JSONDecoder()
    private let url: URL
    private var buffer = Data()
    private var lineNumber = 0

    init(_: Value.Type, from url: URL) throws {
        self.url = url
        handle = try FileHandle(forReadingFrom: url)
    }

    /// The value of the next line, or nil at the end.
    mutating func next() throws -> Value? {
        while true {
            if let end = buffer.firstIndex(of: UInt8(ascii: "\n")) {
                let line = buffer[buffer.startIndex..<end]
                buffer = buffer[(end + 1)...]
                lineNumber += 1
                return try decode(Data(line))
            }
            guard let more = try handle.read(upToCount: 1 << 16), !more.isEmpty else {
                try handle.close()
                return nil
            }
            buffer = Data(buffer) + more
        }
    }

    private func decode(_ line: Data) throws -> Value {
        do {
            return try decoder.decode(Value.self, from: line)
        } catch {
            throw LineFileError(
                description:
                    "\(url.path) line \(lineNumber) is not what this program wrote: \(error)")
        }
    }
}

/// A file of JSON lines does not hold what it should.
struct LineFileError: Error, CustomStringConvertible {
    let description: String
}
