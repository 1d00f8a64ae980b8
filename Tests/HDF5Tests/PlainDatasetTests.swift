import Foundation
import HDF5
import TestSupport
import Testing

/// Datasets that are read without the library, beside the same ones read by it.
@Suite("Plain HDF5 datasets")
struct PlainDatasetTests {
    @Test(
        "are what the library reads",
        arguments: [
            "good", "half-precision", "booleans", "odd-types", "big-endian", "gzip", "soft-link",
            "bad-empty", "bad-virtual", "isaaclab-dataset", "libero", "droid-failure",
            "aloha-jpeg_episode_3",
        ])
    func same(name: String) throws {
        let path = recording(name).path
        let answers = try Self.answers(path, byLink: true)
        #expect(answers.count > 3)
        #expect(try answers == Self.answers(path, byLink: false))
    }

    /// What is changed of a description, found by the bytes before it, and how.
    private static let damages: [(name: String, mark: [UInt8], offset: Int, byte: UInt8)] = [
        ("an unknown version of the extents", [1, 0, 0x28, 0, 0, 0, 0, 0], 8, 9),
        ("more rows than there are values", [1, 0, 0x28, 0, 0, 0, 0, 0], 16, 177),
        ("values behind the file's end", [8, 0, 0x18, 0, 0, 0, 0, 0], 15, 0x0F),
        ("numbers of an odd form", [3, 0, 0x18, 0, 1, 0, 0, 0], 21, 9),
        ("an unknown version of the fill value", [5, 0, 8, 0, 1, 0, 0, 0], 8, 9),
        ("a fill value that is not there", [5, 0, 8, 0, 1, 0, 0, 0], 13, 1),
        ("a message of an odd size", [5, 0, 8, 0, 1, 0, 0, 0], 2, 9),
    ]

    @Test("that are damaged get the library's answer", arguments: damages.indices)
    func damaged(index: Int) throws {
        let damage = Self.damages[index]
        try withTemporaryDirectory { folder in
            let path = folder.appending(path: "a.hdf5").path
            var file = try Data(contentsOf: recording("good"))
            let mark = try #require(file.range(of: Data(damage.mark)), "\(damage.name)")
            file[mark.lowerBound + damage.offset] = damage.byte
            try file.write(to: URL(filePath: path))
            let answers = try Self.answers(path, byLink: true)
            #expect(try answers == Self.answers(path, byLink: false), "\(damage.name)")
            let whole = try Self.answers(recording("good").path, byLink: true)
            #expect(answers != whole, "\(damage.name)")
        }
    }

    /// A line for every dataset of a file, opened by its link or by its name.
    private static func answers(_ path: String, byLink: Bool) throws -> [String] {
        try answers(HDF5File(readingFrom: path).root(), byLink: byLink)
    }

    private static func answers(_ group: HDF5Group, byLink: Bool) throws -> [String] {
        try group.links().flatMap { link -> [String] in
            do {
                switch try byLink ? group.member(link) : group.member(link.name) {
                case .group(let child): return try answers(child, byLink: byLink)
                case .dataset(let dataset): return [try answer(dataset)]
                case .other: return ["\(link.name) is no dataset"]
                }
            } catch {
                return ["\(error)"]
            }
        }
    }

    private static func answer(_ dataset: HDF5Dataset) throws -> String {
        let description = "\(dataset.path) \(dataset.typeName) \(dataset.shape ?? [])"
        guard dataset.byteCount != nil else { return description }
        return "\(description) \(try dataset.read())"
    }
}
