#if LeRobot
import Arrow
import Foundation
import TestSupport
import Testing

@Suite("Parquet files")
struct ParquetFileTests {
    private static let packed = leRobotDataset("v30-pictures").appending(
        path: "data/chunk-000/file-000.parquet")

    @Test("give rows across row groups, lists of both kinds and booleans")
    func rows() throws {
        let file = try ParquetFile(readingFrom: Self.packed.path)
        #expect(file.rowCount == 18)
        #expect(file.columns.contains("observation.state"))
        let rows = try file.rows(4..<13)  // the ends of two episodes, and a whole one
        let index = try rows.numbers("index")
        #expect(index.element == .int64)
        #expect(index.shape == [9])
        #expect(index.bytes == (4..<13).flatMap { [UInt8($0), 0, 0, 0, 0, 0, 0, 0] })
        #expect(try rows.numbers("observation.state").shape == [9, 3])
        let success = try rows.numbers("next.success")
        #expect(success.bytes == [0, 1, 0, 0, 1, 0, 0, 0, 0])
        let lists = try ParquetFile(
            readingFrom: leRobotDataset("v21-state").appending(
                path: "data/chunk-000/episode_000001.parquet"
            ).path)
        #expect(try lists.rows(1..<4).numbers("observation.state").shape == [3, 3])
    }

    @Test("give only the columns asked for")
    func columns() throws {
        let file = try ParquetFile(
            readingFrom: Self.packed.path, columns: ["index", "no.such.column"])
        #expect(file.columns == ["index"])
        let rows = try file.rows(0..<2)
        let error = #expect(throws: ArrowError.self) { try rows.numbers("action") }
        #expect(error?.code == .columnMissing)
    }

    @Test("give texts and pictures, and refuse them as numbers")
    func texts() throws {
        let tasks = try ParquetFile(
            readingFrom: leRobotDataset("v30-state").appending(path: "meta/tasks.parquet").path)
        #expect(try tasks.rows(0..<2).text("__index_level_0__", row: 1) == "lift the lid")
        let rows = try ParquetFile(readingFrom: Self.packed.path).rows(6..<8)
        let column = "observation.images.wrist"
        #expect(try rows.layout(of: column).element == .picture)
        let length = try rows.withBytes(of: column, row: 1) { $0.count }
        #expect(try #require(length) > 60)
        let error = #expect(throws: ArrowError.self) { try rows.numbers(column) }
        #expect(error?.code == .columnUnfit)
    }

    @Test("are refused where they are something else, or larger than the limit")
    func refusals() throws {
        let other = #expect(throws: ArrowError.self) {
            try ParquetFile(readingFrom: recording("good").path)
        }
        #expect(other?.code == .fileUnreadable)
        #expect(other?.description.contains("good.hdf5 as Parquet") == true)
        let rows = try ParquetFile(readingFrom: Self.packed.path).rows(0..<18)
        let large = #expect(throws: ArrowError.self) {
            try rows.numbers("action", byteLimit: 143)
        }
        #expect(large?.code == .tooLarge)
        #expect(try rows.numbers("action", byteLimit: 144).bytes.count == 144)
    }
}
#endif
