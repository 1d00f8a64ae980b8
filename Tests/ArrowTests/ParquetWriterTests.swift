#if LeRobot
import Arrow
import Foundation
import TestSupport
import Testing

@Suite("Parquet files that are written")
struct ParquetWriterTests {
    private static let numeric = ParquetElement.allCases.filter { $0.byteCount != nil }

    @Test("give back numbers and lists of them bit for bit", arguments: numeric)
    func numbers(element: ParquetElement) throws {
        try withTemporaryDirectory { folder in
            let path = folder.appending(path: "a.parquet").path
            let width = try #require(element.byteCount)
            func bytes(_ count: Int, from first: Int) -> [UInt8] {
                (0..<(count * width)).map { index in
                    element == .bool
                        ? UInt8((index + first) % 2)
                        : UInt8(truncatingIfNeeded: first &+ index * 37)
                }
            }
            let writer = try ParquetWriter(
                creating: path,
                fields: [
                    ParquetField("one", element), ParquetField("three", element, width: 3),
                    ParquetField("two", element, width: 2, hasAnyLength: true),
                ])
            for group in 0..<2 {
                try writer.write(
                    rowCount: 4,
                    columns: [
                        .numbers(bytes(4, from: group)), .numbers(bytes(12, from: group + 5)),
                        .numbers(bytes(8, from: group + 9)),
                    ])
            }
            try writer.finish()
            let file = try ParquetFile(readingFrom: path)
            #expect(file.rowCount == 8)
            for group in 0..<2 {
                let rows = try file.rows((4 * group)..<(4 * group + 4))
                let found = try rows.numbers("one")
                #expect(found.element == element)
                #expect(found.bytes == bytes(4, from: group))
                #expect(try rows.numbers("three").shape == [4, 3])
                #expect(try rows.numbers("three").bytes == bytes(12, from: group + 5))
                #expect(try rows.numbers("two").bytes == bytes(8, from: group + 9))
            }
        }
    }

    @Test("give back texts, binaries and pictures, empty ones too")
    func binaries() throws {
        try withTemporaryDirectory { folder in
            let path = folder.appending(path: "a.parquet").path
            let writer = try ParquetWriter(
                creating: path,
                fields: [
                    ParquetField("words", .text), ParquetField("bytes", .binary),
                    ParquetField("camera", .picture),
                ], metadata: [("pandas", "{}")])
            let files: [[UInt8]] = [[0xFF, 0xD8, 0, 1], [], [7]]
            try writer.write(
                rowCount: 3,
                columns: [.texts(["über", "", "b"]), .binaries(files), .binaries(files)])
            try writer.finish()
            let rows = try ParquetFile(readingFrom: path).rows(0..<3)
            #expect(try rows.text("words", row: 0) == "über")
            #expect(try rows.text("words", row: 1) == "")
            for (row, file) in files.enumerated() {
                for column in ["bytes", "camera"] {
                    let found = try rows.withBytes(of: column, row: row) { bytes in
                        (0..<bytes.count).map { bytes[$0] }
                    }
                    #expect(found ?? [] == file)
                }
            }
            #expect(try rows.layout(of: "camera").element == .picture)
        }
    }

    @Test("say what could not be written, and where")
    func refusals() throws {
        try withTemporaryDirectory { folder in
            let nowhere = folder.appending(path: "no/such/folder.parquet").path
            let error = #expect(throws: ArrowError.self) {
                try ParquetWriter(creating: nowhere, fields: [ParquetField("a", .int8)])
            }
            #expect(error?.code == .fileUnwritable)
            #expect(error?.description.contains("creating \(nowhere)") == true)
            #expect(throws: ArrowError.self) {
                try ParquetWriter(
                    creating: folder.appending(path: "a").path, fields: [ParquetField("a", .other)])
            }
        }
    }
}
#endif
