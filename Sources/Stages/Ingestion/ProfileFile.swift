import Digests
import EpisodeFiles
import Foundation
import StageRuns

extension ImportProfile: StageConfiguration {}

/// An import profile as it was read, with the digest of what it says.
struct ProfileFile {
    let profile: ImportProfile
    let digest: Digest

    /// Reads the profiles at `paths`, which begin at the workspace unless they are absolute.
    ///
    /// - Throws: ``StageError/usage(_:next:)`` for a file that is not there, a key that is not known
    ///   with the nearest that is, a value that is none, or two profiles of one name.
    static func load(_ paths: [String], workspace: URL) throws -> [ProfileFile] {
        var names: [String: String] = [:]
        return try paths.map { path in
            let url = URL(filePath: path, relativeTo: workspace.appending(path: "."))
            let profile = try ConfigurationFile.load(
                ImportProfile.self, from: url,
                next: "Correct 'profiles' in ingest's settings: paths that are not absolute begin "
                    + "at the workspace.")
            if let other = names.updateValue(path, forKey: profile.name) {
                throw StageError.usage(
                    "the import profiles \(other) and \(path) are both named '\(profile.name)'",
                    next: "Give one of them another name.")
            }
            return ProfileFile(
                profile: profile, digest: Digest.of(try canonicalJSON(profile)))
        }
    }
}
