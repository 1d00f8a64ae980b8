import Checkpoints
import Digests
import EpisodeStore
import Episodes
import Foundation
import TestSupport
import Testing
import Zstd

/// An episode of `steps` steps with arrays of several types, unlike others by `number`.
func episode(_ number: Int, steps: Int = 5) -> Episode {
    let actions = (0..<steps * 2).map { Float($0 + number) }
    let flags = (0..<steps).map { UInt8($0 % 2) }
    let embodiment = Embodiment(
        name: "arm", state: [.init(array: "obs/arm", width: 2)], actionWidth: 2,
        controlRateHertz: 20)
    let metadata = EpisodeMetadata(
        instruction: "say \"é\" \\ and\n go", embodiment: embodiment, outcome: .success,
        outcomeSource: .mask, stepCount: steps, actionArray: "actions",
        interventionArray: "flags", sourceFormat: "robomimic", sourceEpisode: "demo_\(number)")
    let bytes = actions.withUnsafeBytes { Array($0) }
    return Episode(
        metadata: metadata,
        arrays: [
            EpisodeArray(name: "obs/arm", elementType: .float32, shape: [steps, 2], bytes: bytes),
            EpisodeArray(name: "flags", elementType: .bool, shape: [steps], bytes: flags),
            EpisodeArray(name: "actions", elementType: .float32, shape: [steps, 2], bytes: bytes),
            EpisodeArray(name: "none", elementType: .int64, shape: [steps, 0], bytes: []),
        ])
}

@Suite("Shards")
struct ShardTests {
    @Test("give back every episode as it went in")
    func roundTrip() throws {
        try withTemporaryDirectory { root in
            let writer = try ShardWriter(workspace: root)
            let episodes = (0..<3).map { episode($0) }
            let frames = try episodes.map { try writer.append($0) }
            let shard = try writer.finish()
            let shards = EpisodeShards(workspace: root)
            for (original, frame) in zip(episodes, frames) {
                let location = EpisodeLocation(
                    shard: shard, offset: frame.offset, length: frame.length)
                #expect(try shards.read(location, expecting: frame.digest) == original)
            }
            #expect(try ObjectStore.digest(ofFile: shards.url(of: shard)) == shard)
        }
    }

    @Test("are the same whether their episodes were compressed one by one or together")
    func compressedTogether() throws {
        try withTemporaryDirectory { root in
            let episodes = (0..<5).map { episode($0, steps: 40 + $0) }
            let alone = try ShardWriter(workspace: root)
            for episode in episodes { _ = try alone.append(episode) }
            let compressor = try EpisodeCompressor(workers: 3)
            let digests = compressor.digests(of: episodes)
            #expect(digests == episodes.map { EpisodeDigest.digest(of: $0) })
            let together = try ShardWriter(workspace: root)
            let pairs = zip(episodes, digests).map { (episode: $0, digest: $1) }
            for frame in try compressor.compress(pairs) {
                _ = try together.append(frame)
            }
            #expect(try alone.finish() == together.finish())
        }
    }

    @Test("keep numbers of eight bytes, however many there are", arguments: [1, 7, 8, 9, 16, 23])
    func wideNumbers(count: Int) throws {
        let bytes = (0..<count * 8).map { UInt8(truncatingIfNeeded: $0 * 41 + 3) }
        let original = Episode(
            metadata: episode(1).metadata,
            arrays: [
                EpisodeArray(name: "a", elementType: .float64, shape: [count], bytes: bytes),
                EpisodeArray(
                    name: "b", elementType: .int64, shape: [count], bytes: bytes.reversed()),
            ])
        try withTemporaryDirectory { root in
            _ = try expectKept(original, in: root)
        }
    }

    @Test("keep compressed pictures in hardly more bytes than they have")
    func pictures() throws {
        var metadata = episode(1).metadata
        metadata.cameras = [Camera(name: "top", array: "top", encoding: .jpegRows)]
        var state: UInt64 = 5
        let bytes = (0..<400_000).map { _ -> UInt8 in
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return UInt8(state >> 56)
        }
        let padding = [UInt8](repeating: 0, count: 100_000)
        let original = Episode(
            metadata: metadata,
            arrays: [
                EpisodeArray(
                    name: "top", elementType: .uint8, shape: [5, 100_000], bytes: bytes + padding)
            ])
        try withTemporaryDirectory { root in
            let frame = try expectKept(original, in: root)
            #expect(frame.bytesStored < bytes.count + 2_000)
        }
    }

    private func expectKept(_ original: Episode, in root: URL) throws -> StoredFrame {
        let writer = try ShardWriter(workspace: root)
        let frame = try writer.append(original)
        let location = EpisodeLocation(
            shard: try writer.finish(), offset: frame.offset, length: frame.length)
        let shards = EpisodeShards(workspace: root)
        #expect(try shards.read(location, expecting: frame.digest) == original)
        return frame
    }

    @Test("of smooth numbers are smaller than their bytes in order would be")
    func planes() throws {
        let values = (0..<4000).map { 1 + sin(Double($0) / 300) / 50 }
        let bytes = values.withUnsafeBytes { Array($0) }
        let metadata = episode(1).metadata
        let smooth = Episode(
            metadata: metadata,
            arrays: [
                EpisodeArray(name: "smooth", elementType: .float64, shape: [4000], bytes: bytes)
            ])
        let plain = try FrameCompressor().compress([bytes]) { _ in }
        try withTemporaryDirectory { root in
            let frame = try ShardWriter(workspace: root).append(smooth)
            #expect(Double(frame.bytesStored) < 0.95 * Double(plain))
        }
    }

    @Test("of rows of numbers are smaller than planes of all of them would be")
    func columns() throws {
        let rows = (0..<4000).map { (index: Int) -> Double in
            let (step, column) = (Double(index / 8), Double(index % 8))
            return sin(step / 80 + column) * pow(10, column - 4)
        }
        let bytes = rows.withUnsafeBytes { Array($0) }
        let planes = (0..<8).flatMap { (byte: Int) -> [UInt8] in
            stride(from: byte, to: bytes.count, by: 8).map { bytes[$0] }
        }
        let array = EpisodeArray(
            name: "states", elementType: .float64, shape: [500, 8], bytes: bytes)
        let smooth = Episode(metadata: episode(1).metadata, arrays: [array])
        let other = try FrameCompressor().compress([planes]) { _ in }
        try withTemporaryDirectory { root in
            let frame = try ShardWriter(workspace: root).append(smooth)
            #expect(Double(frame.bytesStored) < 0.97 * Double(other))
        }
    }

    @Test(
        "give back arrays of every size, whatever their layout",
        arguments: [1, 2, 7, 8, 9, 63, 64, 65, 130], [1, 3, 8, 11, 16, 600, 1100])
    func sizes(steps: Int, width: Int) throws {
        let types: [ElementType] = [.uint8, .float16, .int32, .float64]
        let arrays = types.map { type in
            let bytes = (0..<steps * width * type.byteCount).map { (index: Int) -> UInt8 in
                UInt8(truncatingIfNeeded: (index &* 2_654_435_761) >> 7)
            }
            return EpisodeArray(
                name: "\(type)", elementType: type, shape: [steps, width], bytes: bytes)
        }
        let original = Episode(metadata: episode(1).metadata, arrays: arrays)
        try withTemporaryDirectory { root in _ = try expectKept(original, in: root) }
    }

    @Test("written before numbers were stored as planes are read")
    func firstVersion() throws {
        let episode = episode(4)
        let metadata = String(decoding: try JSONEncoder().encode(episode.metadata), as: UTF8.self)
        let tensors = try episode.arrays.map { array in
            let type = SafetensorsTensor.ElementType(rawValue: array.elementType.rawValue)
            return (
                SafetensorsTensor(
                    name: array.name, elementType: try #require(type), shape: array.shape),
                array.bytes
            )
        }
        let file = SafetensorsWriter.encode(
            tensors,
            metadata: ["format": "nightshift.episode", "version": "1", "metadata": metadata])
        var frame = Data()
        _ = try FrameCompressor().compress([file]) { frame.append(contentsOf: $0) }
        try withTemporaryDirectory { root in
            let shard = Digest.of(Array(frame))
            let shards = EpisodeShards(workspace: root)
            let url = shards.url(of: shard)
            try FileManager.default.createDirectory(
                at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
            try frame.write(to: url)
            let location = EpisodeLocation(shard: shard, offset: 0, length: frame.count)
            let digest = EpisodeDigest.digest(of: episode)
            #expect(try shards.read(location, expecting: digest) == episode)
        }
    }

    @Test("written when all numbers were stored as planes are read")
    func secondVersion() throws {
        let frames = [
            (0, 1087, "5bd318fde538f839ded16424627819d7eafa428f01a2072461433f87981c5a8b"),
            (1087, 1096, "f92398d1ff76273d4cd9ba4248f23360a44923c54ccbb00c0e59c6512bfaeb67"),
            (3276, 732, "0e792e9c9c5a3dafe9a145324279ffd4e42b159e6064bf8e39944227a8bf4dee"),
        ]
        try withTemporaryDirectory { root in
            let old = try Data(contentsOf: oldShard("version-2"))
            let shard = Digest.of(Array(old))
            let shards = EpisodeShards(workspace: root)
            let url = shards.url(of: shard)
            try FileManager.default.createDirectory(
                at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
            try old.write(to: url)
            for (offset, length, name) in frames {
                let location = EpisodeLocation(shard: shard, offset: offset, length: length)
                let digest = try Digest(hex: name)
                let episode = try shards.read(location, expecting: digest)
                #expect(episode.metadata.stepCount > 1)
                // Kept again, in today's version, it is still the same episode.
                let writer = try ShardWriter(workspace: root)
                #expect(try writer.append(episode).digest == digest)
            }
        }
    }

    @Test("of the same episodes are the same bytes")
    func deterministic() throws {
        try withTemporaryDirectory { root in
            let names = try (0..<2).map { _ in
                let writer = try ShardWriter(workspace: root)
                _ = try writer.append(episode(4))
                return try writer.finish()
            }
            #expect(names[0] == names[1])
        }
    }

    @Test("that are not finished leave nothing")
    func discarded() throws {
        try withTemporaryDirectory { root in
            var writer: ShardWriter? = try ShardWriter(workspace: root)
            _ = try writer?.append(episode(1))
            writer = nil
            let files = try FileManager.default.contentsOfDirectory(
                atPath: root.appending(path: "shards").path)
            #expect(files.isEmpty)
        }
    }

    @Test("do not believe a location, a digest, or damaged bytes")
    func damage() throws {
        try withTemporaryDirectory { root in
            let writer = try ShardWriter(workspace: root)
            let frame = try writer.append(episode(1))
            let shard = try writer.finish()
            let shards = EpisodeShards(workspace: root)
            func code(_ offset: Int, _ length: Int, _ digest: Digest) -> EpisodeStoreError.Code? {
                let location = EpisodeLocation(shard: shard, offset: offset, length: length)
                let error = #expect(throws: EpisodeStoreError.self) {
                    try shards.read(location, expecting: digest)
                }
                return error?.code
            }
            #expect(code(1, frame.length, frame.digest) == .locationOutOfBounds)
            #expect(code(-1, frame.length, frame.digest) == .locationOutOfBounds)
            #expect(code(0, frame.length - 1, frame.digest) == .frameMalformed)
            #expect(code(0, frame.length, Digest.of([1])) == .digestMismatch)
            var bytes = try Data(contentsOf: shards.url(of: shard))
            bytes[bytes.count / 2] ^= 1
            try bytes.write(to: shards.url(of: shard))
            #expect(code(0, frame.length, frame.digest) == .frameMalformed)
        }
    }

    @Test("refuse a frame that states more bytes than the limit")
    func frameLimit() throws {
        try withTemporaryDirectory { root in
            let writer = try ShardWriter(workspace: root)
            let frame = try writer.append(episode(1, steps: 10_000))
            let location = EpisodeLocation(
                shard: try writer.finish(), offset: frame.offset, length: frame.length)
            let error = #expect(throws: EpisodeStoreError.self) {
                try EpisodeShards(workspace: root, episodeByteLimit: 1000)
                    .read(location, expecting: frame.digest)
            }
            #expect(error?.description.contains("the limit is 1000") == true)
        }
    }
}

@Suite("Episode identity")
struct EpisodeDigestTests {
    @Test("is the arrays', whatever their order and the metadata")
    func identity() {
        let one = episode(1)
        var renamed = Episode(metadata: one.metadata, arrays: one.arrays.reversed())
        renamed.metadata.sourceEpisode = "demo_77"
        renamed.metadata.outcome = .failure
        #expect(EpisodeDigest.digest(of: one) == EpisodeDigest.digest(of: renamed))
        #expect(EpisodeDigest.digest(of: one) != EpisodeDigest.digest(of: episode(2)))
    }

    @Test("differs where only a name, a type or a shape does")
    func differences() {
        func digest(_ name: String, _ type: ElementType, _ shape: [Int]) -> Digest {
            let array = EpisodeArray(
                name: name, elementType: type, shape: shape,
                bytes: [UInt8](repeating: 1, count: 24))
            return EpisodeDigest.digest(
                of: Episode(metadata: episode(1).metadata, arrays: [array]))
        }
        let digests = [
            digest("a", .float32, [3, 2]), digest("b", .float32, [3, 2]),
            digest("a", .int32, [3, 2]), digest("a", .float32, [2, 3]),
        ]
        #expect(Set(digests).count == 4)
    }
}

@Suite("Objects")
struct ObjectStoreTests {
    @Test("are named by their digest, and verified when read")
    func roundTrip() throws {
        try withTemporaryDirectory { root in
            let store = ObjectStore(workspace: root)
            let digest = try store.put([1, 2, 3])
            #expect(digest == Digest.of([1, 2, 3]))
            #expect(try store.read(digest) == [1, 2, 3])
            #expect(store.url(of: digest).path.hasSuffix("objects/03/\(digest.hex)"))
            try Data([1, 2, 4]).write(to: store.url(of: digest))
            let error = #expect(throws: EpisodeStoreError.self) { try store.read(digest) }
            #expect(error?.code == .digestMismatch)
            #expect(throws: EpisodeStoreError.self) { try store.verify(digest) }
        }
    }

    @Test("that are damaged are mended by putting them again")
    func mended() throws {
        try withTemporaryDirectory { root in
            let store = ObjectStore(workspace: root)
            let digest = try store.put([1, 2, 3])
            try Data([9]).write(to: store.url(of: digest))
            #expect(try store.put([1, 2, 3]) == digest)
            #expect(try store.read(digest) == [1, 2, 3])
        }
    }

    @Test("that are missing say which file and what to do")
    func missing() throws {
        try withTemporaryDirectory { root in
            let error = #expect(throws: EpisodeStoreError.self) {
                try ObjectStore(workspace: root).read(Digest.of([1]))
            }
            #expect(error?.code == .objectMissing)
            #expect(error?.description.contains("rerun the stage") == true)
        }
    }

    @Test("take over a file")
    func takeOver() throws {
        try withTemporaryDirectory { root in
            let store = ObjectStore(workspace: root)
            let file = root.appending(path: "temporary")
            try Data([5, 6]).write(to: file)
            let digest = try store.put(file: file)
            #expect(try store.read(digest) == [5, 6])
            #expect(!FileManager.default.fileExists(atPath: file.path))
        }
    }
}

@Suite("Durable files")
struct DurableFileTests {
    @Test("replace what was there, and leave no other file")
    func replace() throws {
        try withTemporaryDirectory { root in
            let file = root.appending(path: "a.json")
            try DurableFile.write("one", to: file)
            try DurableFile.write("two", to: file)
            #expect(try String(contentsOf: file, encoding: .utf8) == "two")
            try DurableFile.replaceSymbolicLink(
                at: root.appending(path: "link"), pointingTo: "a.json")
            try DurableFile.replaceSymbolicLink(
                at: root.appending(path: "link"), pointingTo: "b.json")
            let names = try FileManager.default.contentsOfDirectory(atPath: root.path)
            #expect(Set(names) == ["a.json", "link"])
            let target = try FileManager.default.destinationOfSymbolicLink(
                atPath: root.appending(path: "link").path)
            #expect(target == "b.json")
        }
    }

    @Test("name the path and the cause where the system refuses")
    func refusal() throws {
        try withTemporaryDirectory { root in
            let error = #expect(throws: EpisodeStoreError.self) {
                try DurableFile.write("x", to: root.appending(path: "none/a"))
            }
            #expect(error?.description.contains("No such file or directory") == true)
        }
    }
}
