package import Digests
import EpisodeStore
package import Foundation

/// The pointers that robots follow: `channels/<name> -> ../releases/<id>`.
///
/// The catalogue decides where a channel points; a link only repeats it for those who have no
/// catalogue. Links are swapped by renaming, so that a reader finds the old or the new release.
package struct ChannelLinks: Sendable {
    package let directory: URL

    /// The channels of the workspace at `root`.
    package init(workspace root: URL) {
        directory = root.appending(path: "channels", directoryHint: .isDirectory)
    }

    /// The release that the link names; nil where there is no link.
    ///
    /// - Throws: ``ReleaseError`` `.channelDiffers` where it names something else.
    package func release(of channel: String) throws -> Digest? {
        let path = directory.appending(path: channel).path
        guard Self.isLink(path) else { return nil }
        let target = try FileManager.default.destinationOfSymbolicLink(atPath: path)
        let name = String(target.dropFirst(Self.prefix.count))
        guard target.hasPrefix(Self.prefix), let release = try? Digest(hex: name) else {
            throw ReleaseError.channelDiffers(  // the target is in the error
                channel: channel, link: target, catalogue: "\(Self.prefix)<release>")
        }
        return release
    }

    /// Points the channel at a release, and reads the link back.
    ///
    /// - Throws: ``ReleaseError``, or the errors of the file system.
    package func point(_ channel: String, at release: Digest) throws {
        try Self.checkName(channel)
        try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
        try DurableFile.replaceSymbolicLink(
            at: directory.appending(path: channel), pointingTo: Self.prefix + release.hex)
        let found = try self.release(of: channel)
        guard found == release else {
            throw ReleaseError.channelDiffers(
                channel: channel, link: found?.hex ?? "nothing", catalogue: release.hex)
        }
    }

    /// Removes a link of a channel that the catalogue does not know.
    package func remove(_ channel: String) throws {
        try FileManager.default.removeItem(at: directory.appending(path: channel))
    }

    /// The names of all links, sorted.
    package func names() throws -> [String] {
        guard FileManager.default.fileExists(atPath: directory.path) else { return [] }
        return try FileManager.default.contentsOfDirectory(atPath: directory.path)
            .filter { !$0.hasPrefix(".") && Self.isLink(directory.appending(path: $0).path) }
            .sorted()
    }

    /// - Throws: ``ReleaseError`` `.channelName` for what could not be a file's name.
    package static func checkName(_ channel: String) throws(ReleaseError) {
        let allowed = channel.utf8.allSatisfy { byte in
            switch UInt8(byte) {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "_"):
                true
            default: false
            }
        }
        guard allowed, !channel.isEmpty, channel.utf8.count <= 64 else {
            throw .channelName(channel)
        }
    }

    private static let prefix = "../releases/"

    private static func isLink(_ path: String) -> Bool {
        let attributes = try? FileManager.default.attributesOfItem(atPath: path)  // nil: nothing
        return attributes?[.type] as? FileAttributeType == .typeSymbolicLink
    }
}
