import Foundation
import StageRuns

/// Where the executables of the stages are: beside this one, or in NIGHTSHIFT_BIN.
struct StagePrograms: Sendable {
    let directory: URL

    init(environment: [String: String]) throws {
        if let path = environment["NIGHTSHIFT_BIN"], !path.isEmpty {
            directory = URL(filePath: path, directoryHint: .isDirectory)
        } else {
            // The kernel's link to the running file, right even when PATH found it.
            directory = URL(filePath: "/proc/self/exe").resolvingSymlinksInPath()
                .deletingLastPathComponent()
        }
    }

    /// The executable of `stage`.
    ///
    /// - Throws: ``StageError/usage(_:next:)`` that lists the executables that are there.
    func url(of stage: String) throws -> URL {
        let url = directory.appending(path: stage)
        guard FileManager.default.isExecutableFile(atPath: url.path) else {
            throw StageError.usage(
                "the pipeline names the stage '\(stage)', but there is no executable \(url.path)",
                next: try hint(for: stage))
        }
        return url
    }

    private func hint(for stage: String) throws -> String {
        let names = try FileManager.default.contentsOfDirectory(atPath: directory.path).filter {
            !$0.contains(".")
                && FileManager.default.isExecutableFile(
                    atPath: directory.appending(path: $0).path)
        }
        guard let nearest = NearestName.of(stage, among: names) else {
            return
                "Build the stages (swift build -c release), or set NIGHTSHIFT_BIN to their folder."
        }
        return "Did you mean '\(nearest)'? NIGHTSHIFT_BIN may name another folder of executables."
    }
}
