import Foundation
import Nightly
import StageRuns

/// A workspace whose stages are shell scripts, and a pipeline that names them.
///
/// A script finds its name in `$name` and writes what it was called with to `$calls`.
struct ScriptedNight {
    let root: URL
    let options: StageOptions

    init(in directory: URL) throws {
        root = directory
        options = StageOptions(workspace: directory.appending(path: "workspace"))
        try FileManager.default.createDirectory(at: programs, withIntermediateDirectories: true)
    }

    var programs: URL { root.appending(path: "bin") }
    var calls: URL { root.appending(path: "calls") }

    /// Adds a stage that runs `body` and then prints `result`.
    func addStage(_ name: String, body: String = "", result: String = "{}") throws {
        let file = programs.appending(path: name)
        let script = """
            #!/bin/sh
            name=\(name)
            calls='\(calls.path)'
            echo "$name $*" >> "$calls"
            \(body)
            echo '\(result)'
            """
        try script.write(to: file, atomically: true, encoding: .utf8)
        try FileManager.default.setAttributes(
            [.posixPermissions: 0o755], ofItemAtPath: file.path)
    }

    /// Writes a pipeline file.
    func pipeline(_ yaml: String) throws -> URL {
        let file = root.appending(path: "pipeline.yaml")
        try yaml.write(to: file, atomically: true, encoding: .utf8)
        return file
    }

    /// A night of the pipeline `yaml`.
    func night(_ yaml: String) throws -> Night {
        try Night(
            pipelineFile: pipeline(yaml), options: options,
            environment: ["NIGHTSHIFT_BIN": programs.path])
    }

    /// The stages that were called, with their arguments, in order.
    func callLines() throws -> [String] {
        guard FileManager.default.fileExists(atPath: calls.path) else { return [] }
        return try String(contentsOf: calls, encoding: .utf8).split(separator: "\n")
            .map(String.init)
    }

    func workspace() throws -> Workspace { try Workspace(root: options.workspace) }
}

/// Two stages, `first` and `second`.
let twoStages = "name: test\nstages:\n  - stage: first\n  - stage: second\n"
