import Foundation
import Testing

/// The laws of docs/layout.md, read off the imports.
@Suite("Layers") struct LayeringTests {
    static let modules = (try? SourceTree.modules()) ?? []  // empty fails the first test below
    static let layerOf = Dictionary(
        uniqueKeysWithValues: modules.map { ($0.name, SourceTree.layers.firstIndex(of: $0.layer)) })

    /// Third-party packages, and the one module at which each enters.
    static let doors = [
        "ArgumentParser": "StageCommands", "Crypto": "Digests", "GRDB": "Catalogue",
        "Logging": "StageRuns", "NIOCore": "Serving", "NIOHTTP1": "Serving",
        "NIOPosix": "Serving", "NIOWebSocket": "Serving", "Subprocess": "Nightly",
        "Yams": "StageRuns",
    ]
    static let platform: Set<String> = [
        "Foundation", "FoundationEssentials", "Dispatch", "Glibc", "Synchronization", "Swift",
        "SystemPackage",
    ]

    @Test("the tree has modules in every layer")
    func treeIsRead() {
        #expect(Set(Self.modules.map(\.layer)) == Set(SourceTree.layers))
    }

    @Test("an import points down, or sideways inside a layer", arguments: modules)
    func importsPointDown(module: SourceModule) {
        let own = SourceTree.layers.firstIndex(of: module.layer) ?? -1
        for found in module.imports {
            guard case .some(.some(let layer)) = Self.layerOf[found.module] else { continue }
            #expect(
                layer <= own,
                "\(module.name)/\(found.file):\(found.line) imports \(found.module), a layer above it"
            )
        }
    }

    @Test("no stage imports another stage", arguments: modules.filter { $0.layer == "Stages" })
    func stagesMeetInTheCatalogue(module: SourceModule) {
        let stages = Set(Self.modules.filter { $0.layer == "Stages" }.map(\.name))
        for found in module.imports {
            #expect(
                !stages.contains(found.module),
                "\(module.name)/\(found.file):\(found.line) imports the stage \(found.module)")
        }
    }

    @Test("the orchestrator links no stage", arguments: modules.filter { $0.name == "Nightly" })
    func orchestratorStartsProcesses(module: SourceModule) {
        let stages = Set(Self.modules.filter { $0.layer == "Stages" }.map(\.name))
        #expect(stages.isDisjoint(with: module.imports.map(\.module)))
    }

    @Test("a third-party package enters at one module", arguments: modules)
    func packagesEnterAtOneDoor(module: SourceModule) {
        for found in module.imports where Self.layerOf[found.module] == nil {
            guard !Self.platform.contains(found.module) else { continue }
            #expect(
                Self.doors[found.module] == module.name,
                "\(module.name)/\(found.file):\(found.line) imports \(found.module)")
        }
    }

    @Test("only bindings and tensors import C modules", arguments: modules)
    func cModulesStayBelow(module: SourceModule) {
        let allowed = module.layer == "Bindings" || module.name == "Tensors"
        for found in module.imports where Self.isC(found.module) {
            #expect(allowed, "\(module.name)/\(found.file):\(found.line) imports \(found.module)")
        }
    }

    @Test(
        "learning and values see no SQL and no robots' formats",
        arguments: modules.filter { $0.layer == "Learning" || $0.layer == "Values" })
    func learningIsPure(module: SourceModule) {
        let data: Set = ["HDF5", "Zstd", "Postgres", "GRDB"]
        #expect(data.isDisjoint(with: module.imports.map(\.module)))
    }

    @Test("a module never bears the name of a type inside", arguments: modules)
    func namesDoNotCollide(module: SourceModule) throws {
        let folder = SourceTree.root.appending(path: "Sources/\(module.layer)/\(module.name)")
        let pattern = try Regex(
            "\\b(?:struct|class|enum|actor|protocol)\\s+\(NSRegularExpression.escapedPattern(for: module.name))\\b"
        )
        for file in try FileManager.default.subpathsOfDirectory(atPath: folder.path())
        where file.hasSuffix(".swift") {
            let text = try String(contentsOf: folder.appending(path: file), encoding: .utf8)
            #expect(
                text.firstMatch(of: pattern) == nil,
                "\(module.name)/\(file) declares its module's name")
        }
    }

    private static func isC(_ name: String) -> Bool {
        layerOf[name] == .some(SourceTree.layers.firstIndex(of: "System"))
    }
}
