import Dispatch
import EpisodeStore
import Foundation
import Synchronization

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

    /// Appends a line that was encoded before.
    mutating func append(line: Data) throws {
        pending.append(line)
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

/// Reads JSON lines one at a time, whatever the length of the file; some are decoded ahead, on all cores.
struct LineReader<Value: Decodable & Sendable> {
    private let handle: FileHandle
    private let url: URL
    private var buffer: [UInt8] = []
    /// Where in the buffer the next line begins.
    private var start = 0
    private var lineNumber = 0
    /// The next lines, the last one first.
    private var ahead: [(value: Value, line: Data)] = []
    private static var aheadCount: Int { 256 }

    init(_: Value.Type, from url: URL) throws {
        self.url = url
        handle = try FileHandle(forReadingFrom: url)
    }

    /// The value of the next line, or nil at the end.
    mutating func next() throws -> Value? { try nextLine()?.value }

    /// The same with the line itself.
    mutating func nextLine() throws -> (value: Value, line: Data)? {
        if ahead.isEmpty { try decodeAhead() }
        return ahead.popLast()
    }

    private mutating func decodeAhead() throws {
        var lines: [Data] = []
        while lines.count < Self.aheadCount, let line = try readLine() { lines.append(line) }
        let found = lines
        let parts = min(ProcessInfo.processInfo.activeProcessorCount, found.count)
        let decoded = Mutex([Result<[Value], any Error>?](repeating: nil, count: parts))
        let (path, first) = (url.path, lineNumber - found.count)
        DispatchQueue.concurrentPerform(iterations: parts) { part in
            let range = (part * found.count / parts)..<((part + 1) * found.count / parts)
            let result = Result {
                let decoder = JSONDecoder()
                return try range.map {
                    try Self.decode(found[$0], decoder, "\(path) line \(first + $0 + 1)")
                }
            }
            decoded.withLock { $0[part] = result }
        }
        let values = try decoded.withLock { try $0.flatMap { try $0?.get() ?? [] } }
        ahead = Array(zip(values, found).reversed()).map { (value: $0.0, line: $0.1) }
    }

    private mutating func readLine() throws -> Data? {
        var searched = start
        while true {
            // A constant of its own: the search would otherwise ask for access at every byte.
            let bytes = buffer
            if let end = bytes[searched...].firstIndex(of: UInt8(ascii: "\n")) {
                let line = Data(bytes[start..<end])
                start = end + 1
                lineNumber += 1
                return line
            }
            guard let more = try handle.read(upToCount: 1 << 18), !more.isEmpty else { return nil }
            searched = buffer.count - start
            buffer = Array(bytes[start...])
            buffer += more
            start = 0
        }
    }

    private static func decode(
        _ line: Data, _ decoder: JSONDecoder, _ place: String
    ) throws -> Value {
        do {
            return try decoder.decode(Value.self, from: line)
        } catch {
            throw LineFileError(
                description: "\(place) is not what this program wrote: \(error)")
        }
    }
}

/// A file of JSON lines does not hold what it should.
struct LineFileError: Error, CustomStringConvertible {
    let description: String
}

/// Measurements of an earlier attempt, if this program's gates can use them.
struct CarriedMeasurements: Decodable, Sendable {
    let episode: String
    /// Nil where an older program measured other things.
    let measurements: EpisodeMeasurements?
    /// The first one where an older program did not count them.
    let night: Int

    private enum Keys: CodingKey { case version, episode, night }

    init(from decoder: any Decoder) throws {
        let keys = try decoder.container(keyedBy: Keys.self)
        episode = try keys.decode(String.self, forKey: .episode)
        night = try keys.decodeIfPresent(Int.self, forKey: .night) ?? 1
        let version = try keys.decode(Int.self, forKey: .version)
        measurements =
            version == EpisodeMeasurements.version ? try EpisodeMeasurements(from: decoder) : nil
    }
}
