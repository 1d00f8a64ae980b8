import Foundation
import Testing

/// A module as it stands on disk: its layer, its name and what its files import.
struct SourceModule: Sendable, CustomTestStringConvertible {
    struct Import: Sendable {
        let module: String
        let file: String
        let line: Int
    }

    let layer: String
    let name: String
    let imports: [Import]

    var testDescription: String { "\(layer)/\(name)" }
}

/// The tree under Sources/, read from disk.
enum SourceTree {
    static let root = URL(filePath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

    /// Layers from the bottom up.
    ///
    /// A module may import modules of its own layer or of layers before it.
    static let layers = [
        "System", "Bindings", "Values", "Learning", "Data", "Reports", "Stages", "Pipeline",
        "Executables",
    ]

    static func modules() throws -> [SourceModule] {
        try layers.flatMap { layer in
            let folder = root.appending(path: "Sources/\(layer)")
            return try FileManager.default.contentsOfDirectory(atPath: folder.path()).sorted().map {
                name in
                SourceModule(
                    layer: layer, name: name,
                    imports: try imports(under: folder.appending(path: name)))
            }
        }
    }

    private static func imports(under folder: URL) throws -> [SourceModule.Import] {
        let pattern =
            #/^\s*(?:@\w+\s+)?(?:public |package |internal |private )?import\s+(?:struct |class |enum |func )?(\w+)/#
        var found: [SourceModule.Import] = []
        let files = FileManager.default.enumerator(atPath: folder.path())
        while let path = files?.nextObject() as? String {
            guard path.hasSuffix(".swift") else { continue }
            let text = try String(contentsOf: folder.appending(path: path), encoding: .utf8)
            for (index, line) in text.split(separator: "\n", omittingEmptySubsequences: false)
                .enumerated()
            {
                guard let match = line.firstMatch(of: pattern) else { continue }
                found.append(.init(module: String(match.1), file: path, line: index + 1))
            }
        }
        return found
    }
}
