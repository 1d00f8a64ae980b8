import Foundation
import HDF5
import TestSupport
import Testing

@Suite("HDF5 files that are written")
struct HDF5WriterTests {
    private static let allTypes: [HDF5ElementType] = [
        .bool, .uint8, .int8, .uint16, .int16, .uint32, .int32, .uint64, .int64, .float16,
        .float32, .float64,
    ]

    @Test("give back every type of element bit for bit", arguments: allTypes)
    func types(type: HDF5ElementType) throws {
        try withTemporaryDirectory { folder in
            let path = folder.appending(path: "a.hdf5").path
            // Patterns of NaN, infinity and sign bits are among them.
            let bytes = (0..<(6 * type.byteCount)).map { index in
                type == .bool ? UInt8(index % 2) : UInt8(truncatingIfNeeded: 0xF9 &+ index * 37)
            }
            let writer = try HDF5Writer(creating: path)
            try writer.write(bytes, as: type, shape: [2, 3], at: "around/values")
            try writer.close()
            let dataset = try Self.dataset("values", in: "around", of: path)
            #expect(dataset.elementType == type)
            #expect(dataset.shape == [2, 3])
            #expect(try dataset.read() == bytes)
        }
    }

    @Test("take a dataset row by row")
    func rows() throws {
        try withTemporaryDirectory { folder in
            let path = folder.appending(path: "a.hdf5").path
            let writer = try HDF5Writer(creating: path)
            do {
                let rows = try writer.rows(as: .uint16, shape: [3, 2, 2], at: "g/rows")
                for row in 0..<3 {
                    let bytes = (0..<8).map { UInt8(row * 8 + $0) }
                    try rows.append(([99] + bytes)[1...])
                }
            }
            try writer.close()
            let dataset = try Self.dataset("rows", in: "g", of: path)
            #expect(dataset.shape == [3, 2, 2])
            #expect(try dataset.read() == (0..<24).map { UInt8($0) })
        }
    }

    @Test("lock nothing, which children would inherit, and keep readers off until they are closed")
    func unlocked() throws {
        try withTemporaryDirectory { folder in
            let path = folder.appending(path: "a.hdf5").path
            let writer = try HDF5Writer(creating: path)
            try writer.createGroup("data")
            let copy = folder.appending(path: "copy.hdf5").path
            let handle = try FileHandle(forUpdating: URL(filePath: path))
            #expect(flock(handle.fileDescriptor, LOCK_EX | LOCK_NB) == 0)
            try handle.close()
            try FileManager.default.copyItem(atPath: path, toPath: copy)
            #expect(throws: HDF5Error.self) { try HDF5File(readingFrom: copy) }
            try writer.close()
            #expect(try HDF5File(readingFrom: path).root().group("data") != nil)
        }
    }

    @Test("keep attributes and lists of names, and an array without rows")
    func attributes() throws {
        try withTemporaryDirectory { folder in
            let path = folder.appending(path: "a.hdf5").path
            let writer = try HDF5Writer(creating: path)
            try writer.createGroup("data/demo_0")
            try writer.set("words", of: "data", to: .text("put the cup – über"))
            try writer.set("empty", of: "data", to: .text(""))
            try writer.set("total", of: "data", to: .integer(-7))
            try writer.set("weight", of: "data/demo_0", to: .number(0.25))
            try writer.set("success", of: "data/demo_0", to: .flag(true))
            try writer.write(names: ["demo_0", "demo_10"], at: "mask/success")
            try writer.write([], as: .float32, shape: [0, 4], at: "data/demo_0/nothing")
            try writer.close()
            let root = try HDF5File(readingFrom: path).root()
            let data = try #require(try root.group("data"))
            #expect(try data.attribute("words").text == "put the cup – über")
            #expect(try data.attribute("empty").text == "")
            #expect(try data.attribute("total").integer == -7)
            let demo = try #require(try data.group("demo_0"))
            #expect(try demo.attribute("weight") == .numbers([0.25]))
            #expect(try demo.attribute("success") == .flags([true]))
            let names = try Self.dataset("success", in: "mask", of: path)
            #expect(try names.strings(countLimit: 9) == ["demo_0", "demo_10"])
            #expect(try Self.dataset("nothing", in: "data/demo_0", of: path).shape == [0, 4])
        }
    }

    @Test("say what could not be written, and where")
    func refusals() throws {
        try withTemporaryDirectory { folder in
            let nowhere = folder.appending(path: "no/such/folder.hdf5").path
            let error = #expect(throws: HDF5Error.self) { try HDF5Writer(creating: nowhere) }
            #expect(error?.description.contains("could not write \(nowhere)") == true)
            let path = folder.appending(path: "a.hdf5").path
            let writer = try HDF5Writer(creating: path)
            try writer.write([1], as: .uint8, shape: [1], at: "twice")
            let twice = #expect(throws: HDF5Error.self) {
                try writer.write([1], as: .uint8, shape: [1], at: "twice")
            }
            #expect(twice?.description.contains("twice of \(path)") == true)
            #expect(throws: HDF5Error.self) {
                try writer.set("a", of: "not there", to: .integer(1))
            }
            try writer.close()
            #expect(throws: HDF5Error.self) { try writer.createGroup("late") }
        }
    }

    private static func dataset(
        _ name: String, in path: String, of file: String
    ) throws -> HDF5Dataset {
        var group = try HDF5File(readingFrom: file).root()
        for part in path.split(separator: "/") {
            group = try #require(try group.group(String(part)))
        }
        guard case .dataset(let dataset) = try group.member(name) else {
            throw CocoaError(.fileNoSuchFile)
        }
        return dataset
    }
}
