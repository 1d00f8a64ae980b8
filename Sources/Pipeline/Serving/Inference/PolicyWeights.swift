import Checkpoints
import Digests
package import Foundation
import Releases
import StageRuns

/// A policy's checkpoint, and what is known of it.
struct PolicyWeights {
    let bytes: [UInt8]
    let manifest: ReleaseManifest?
    let conditioning: String?

    /// Weights of a release, after its signature and its digests were found true.
    ///
    /// - Throws: `ReleaseError`.
    init(release: Digest, workspace: URL) throws {
        let key = try SigningKeyFile(workspace: workspace).readPublic()
        let (manifest, bytes) = try ReleaseStore(workspace: workspace)
            .verifiedWeights(release, key: key)
        self.bytes = bytes
        self.manifest = manifest
        conditioning = manifest.conditioning
    }

    /// A file that nobody signed.
    init(file: URL) throws {
        guard let data = FileManager.default.contents(atPath: file.path) else {
            throw StageError.usage(
                "cannot read the weights \(file.path)",
                next: "Give --weights a safetensors file that fine-tune wrote.")
        }
        bytes = Array(data)
        manifest = nil
        conditioning = try SafetensorsFile(bytes).metadata["conditioning"]
    }
}

/// Where the policy comes from.
package enum PolicySource: Sendable {
    /// What a channel of a workspace points at, now and later.
    case channel(String, workspace: URL)
    /// One release of a workspace, by its id or the first digits of it.
    case release(String, workspace: URL)
    /// A checkpoint that is no release.
    case weights(URL)

    /// Loads and verifies it.
    ///
    /// - Throws: `StageError` where there is nothing to serve, or what verification found.
    package func load(_ asking: Asking) throws -> ServedPolicy {
        switch self {
        case .weights(let file):
            let weights = try PolicyWeights(file: file)
            return try ServedPolicy(
                id: Digest.of(weights.bytes), weights: weights, asking: asking)
        case .release(let name, let workspace):
            return try Self.load(
                try Self.resident(name, workspace: workspace), workspace: workspace, asking)
        case .channel(let name, let workspace):
            try ChannelLinks.checkName(name)
            guard let release = try ChannelLinks(workspace: workspace).release(of: name) else {
                throw StageError.unavailable(
                    "the channel '\(name)' of \(workspace.path) points at no release",
                    next: "Promote one first, see 'promote status'; or give --release or --weights."
                )
            }
            return try Self.load(release, workspace: workspace, asking)
        }
    }

    /// Loads a release, and draws a first chunk with it.
    static func load(
        _ release: Digest, workspace: URL, _ asking: Asking
    ) throws -> ServedPolicy {
        let weights = try PolicyWeights(release: release, workspace: workspace)
        let served = try ServedPolicy(id: release, weights: weights, asking: asking)
        try served.warmUp()
        return served
    }

    private static func resident(_ name: String, workspace: URL) throws -> Digest {
        if let release = try? Digest(hex: name) { return release }  // else the first digits of one
        let folder = ReleaseStore(workspace: workspace).directory
        let names = (try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []
        let found = names.filter { $0.hasPrefix(name) }.compactMap { try? Digest(hex: $0) }
        guard name.count >= 6, found.count == 1 else {
            throw StageError.usage(
                "'\(name)' stands for \(found.count) releases in \(folder.path)",
                next: "Give at least 6 digits of a release's id; 'promote status' lists them.")
        }
        return found[0]
    }
}

extension PolicySource {
    /// The same as ``load(_:)`` at a server's start, with what to do next in its errors.
    ///
    /// - Throws: `StageError`.
    func loadFirst(_ asking: Asking) throws -> ServedPolicy {
        do { return try load(asking) } catch let error as StageError { throw error } catch {
            let next =
                switch self {
                case .weights:
                    "Give --weights a policy's checkpoint that this version's fine-tune wrote."
                case .release: "Give --release another one; 'promote status' lists them."
                case .channel: "Run 'promote rollback', or promote a release that can be served."
                }
            throw StageError.inputRefused("\(error)", next: next)
        }
    }

    /// A word for it in metrics.
    var label: String {
        switch self {
        case .channel(let name, _): "channel:\(name)"
        case .release: "release"
        case .weights: "weights"
        }
    }
}
