internal import Episodes

/// Pictures as rows of one array: JPEG or PNG files, padded with zeros to the longest.
struct PictureRows {
    let array: EpisodeArray

    private static let marks: [[UInt8]] = [[0xFF, 0xD8, 0xFF], [0x89, 0x50, 0x4E, 0x47]]

    /// - Throws: ``EpisodeRejection`` where a file is neither JPEG nor PNG, or all rows together have
    ///   more than `byteLimit` bytes.
    init(
        _ files: [[UInt8]], name: String, label: String, byteLimit: Int
    ) throws(EpisodeRejection) {
        if let step = files.firstIndex(where: { file in
            !Self.marks.contains { file.starts(with: $0) }
        }) {
            throw EpisodeRejection(
                .frameMalformed,
                "\(label): \(name)[\(step)] has \(files[step].count) bytes that begin neither as a "
                    + "JPEG nor as a PNG file; every step needs its picture")
        }
        let width = files.map(\.count).max() ?? 0
        guard width <= byteLimit / max(1, files.count) else {
            throw EpisodeRejection(
                .tooLarge,
                "\(label): \(files.count) pictures of up to \(width) bytes in \(name) are more than "
                    + "\(byteLimit) bytes; raise episodeByteLimit if that is right")
        }
        var bytes: [UInt8] = []
        bytes.reserveCapacity(files.count * width)
        for file in files {
            bytes += file
            bytes.append(contentsOf: repeatElement(0, count: width - file.count))
        }
        array = EpisodeArray(
            name: name, elementType: .uint8, shape: [files.count, width], bytes: bytes)
    }
}
