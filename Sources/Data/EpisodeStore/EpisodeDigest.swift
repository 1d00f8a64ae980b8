package import Digests
package import Episodes

/// The identity of an episode: its arrays, sorted by name; its metadata are apart.
package enum EpisodeDigest {
    /// SHA-256 over each array's name, element type, shape and bytes.
    ///
    /// docs/formats/episode-frame.md says exactly which bytes are hashed.
    package static func digest(of episode: Episode) -> Digest {
        var accumulator = DigestAccumulator()
        accumulator.update("nightshift.episode/1\n")
        accumulator.update(littleEndian(episode.arrays.count))
        for array in episode.arrays {
            accumulator.update(lengthPrefixed(array.name))
            accumulator.update(lengthPrefixed(array.elementType.rawValue))
            accumulator.update(littleEndian(array.shape.count))
            for extent in array.shape { accumulator.update(littleEndian(extent)) }
            accumulator.update(array.bytes)
        }
        return accumulator.finalize()
    }

    private static func lengthPrefixed(_ text: String) -> [UInt8] {
        let bytes = Array(text.utf8)
        return littleEndian(bytes.count) + bytes
    }

    private static func littleEndian(_ number: Int) -> [UInt8] {
        withUnsafeBytes(of: UInt64(number).littleEndian) { Array($0) }
    }
}
