internal import HDF5

/// A file as a whole cannot be used.
package struct EpisodeFileError: Error, Equatable, Sendable, CustomStringConvertible {
    /// The situation; the raw value is the reason code in quarantine.
    package enum Code: String, Sendable {
        case fileEmpty = "file-empty"
        case fileTruncated = "file-truncated"
        case fileLocked = "file-locked"
        case formatUnknown = "format-unknown"
        case layoutUnknown = "layout-unknown"
        case noEpisodes = "no-episodes"
        case fileUnreadable = "file-unreadable"
        /// This program was built without what the layout needs.
        case supportMissing = "support-missing"
    }

    package let code: Code
    /// Which file, what was found, what was expected, and what to try.
    package let description: String

    init(_ code: Code, _ description: String) {
        self.code = code
        self.description = description
    }

    init(opening error: HDF5Error, of file: CandidateFile) {
        let (byteCount, bytes) = file.beginning()
        switch error.code {
        case .notHDF5 where byteCount == 0:
            self.init(.fileEmpty, "\(file.name): the file is empty; deliver it again")
        case .notHDF5:
            self.init(
                .formatUnknown,
                "\(file.name): found \(Self.guess(bytes)) in \(byteCount) bytes, expected an HDF5 "
                    + "file; \(Self.advice(bytes))")
        case .fileTruncated:
            self.init(
                .fileTruncated,
                "\(file.name): it is cut off: \(error.reason); deliver the whole file again")
        case .fileLocked:
            self.init(
                .fileLocked,
                "\(file.name): another program has it open for writing; "
                    + "it is left until that is done")
        default:
            self.init(
                .fileUnreadable,
                "\(file.name): the HDF5 library cannot open it: \(error.reason); "
                    + "check it with h5dump -H, or write it again without libver='latest'")
        }
    }

    private static let gitLFSMark = Array("version https://git-lfs".utf8)

    private static func guess(_ bytes: [UInt8]) -> String {
        if bytes.starts(with: gitLFSMark) { return "a Git LFS pointer" }
        if bytes.allSatisfy({ $0 >= 32 && $0 < 127 || $0 == 9 || $0 == 10 || $0 == 13 }) {
            return "text"
        }
        return "no HDF5 signature"
    }

    private static func advice(_ bytes: [UInt8]) -> String {
        bytes.starts(with: gitLFSMark) ? "fetch the data with: git lfs pull" : "deliver it again"
    }
}
