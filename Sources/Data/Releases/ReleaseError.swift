package import Digests

/// Why a release is refused.
package enum ReleaseError: Error, Equatable, Sendable {
    case keyUnreadable(path: String, found: String)
    case keyExposed(path: String, mode: UInt16)
    case fileMissing(path: String)
    case signatureUnreadable(path: String, found: String)
    case signatureInvalid(release: String, key: String)
    case keyUnknown(release: String, key: String, expected: String)
    case manifestChanged(release: String, found: Digest)
    case manifestUnreadable(String)
    case manifestTooNew(found: Int, newest: Int)
    case weightsChanged(release: String, found: Digest, expected: Digest)
    case weightsLength(release: String, found: Int, expected: Int)
    case channelName(String)
    case channelDiffers(channel: String, link: String, catalogue: String)
}

extension ReleaseError: CustomStringConvertible {
    package var description: String {
        switch self {
        case .keyUnreadable(let path, let found):
            "Reading the signing key \(path): found \(found), expected 32 bytes of an Ed25519 "
                + "private key. Restore it from your backup; a new key would make robots refuse "
                + "what was signed with the old one."
        case .keyExposed(let path, let mode):
            "Reading the signing key \(path): its mode is \(String(mode, radix: 8)), so others "
                + "than its owner can read it. Expected 600: run chmod 600 '\(path)', and "
                + "consider whether somebody has copied it."
        case .fileMissing(let path):
            "Reading a release: \(path) is missing. Promote it again with 'promote', which "
                + "rebuilds a release from the object store."
        case .signatureUnreadable(let path, let found):
            "Reading the signature \(path): \(found). Expected JSON with format "
                + "'\(ReleaseSignature.formatName)'. The release is not used."
        case .signatureInvalid(let release, let key):
            "Verifying release \(release): the signature of key \(key) does not fit the "
                + "manifest. One of the two was changed after signing; the release is not used."
        case .keyUnknown(let release, let key, let expected):
            "Verifying release \(release): it was signed by key \(key), expected \(expected), "
                + "the public key in this workspace's keys folder."
        case .manifestChanged(let release, let found):
            "Verifying release \(release): the manifest's SHA-256 is \(found), expected the "
                + "release's id. The manifest was changed; the release is not used."
        case .manifestUnreadable(let found):
            "Reading a release manifest: \(found)."
        case .manifestTooNew(let found, let newest):
            "Reading a release manifest: its version is \(found), and this program reads up to "
                + "\(newest). Use the program that wrote it, or a newer one."
        case .weightsChanged(let release, let found, let expected):
            "Verifying release \(release): the SHA-256 of weights.safetensors is \(found), "
                + "expected \(expected) as its manifest says. The release is not used."
        case .weightsLength(let release, let found, let expected):
            "Verifying release \(release): weights.safetensors has \(found) bytes, expected "
                + "\(expected) as its manifest says. The release is not used."
        case .channelName(let name):
            "'\(name)' is no channel name: expected letters, digits, '-' and '_', such as "
                + "production."
        case .channelDiffers(let channel, let link, let catalogue):
            "Reading channel \(channel) back: its link names \(link), and the catalogue says "
                + "\(catalogue). Run 'promote status' to repair the link from the catalogue."
        }
    }
}
