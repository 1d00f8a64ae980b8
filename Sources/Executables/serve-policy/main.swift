import Batching
import Foundation
import Policies
import Serving
import StageCommands
import StageRuns

struct ServePolicy: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "serve-policy",
        abstract: "Serves a policy to robots over WebSockets, as openpi's policy server does.",
        discussion: """
            Robots connect with openpi-client. When a channel moves to another release, that is verified and \
            served, and no connection is dropped.

            Examples:
              serve-policy --workspace /data/nightshift
              serve-policy --workspace /data/nightshift --channel canary --host 0.0.0.0 --api-key-file key
              serve-policy --weights weights.safetensors --port 0 --json
            """)

    @Option(
        help: ArgumentHelp(
            "The directory that holds everything on disk.",
            discussion: "If it is not given, the environment variable NIGHTSHIFT_WORKSPACE is.",
            valueName: "dir"))
    var workspace: String?
    @Option(help: "The channel that is followed; production if none is given.")
    var channel: String?
    @Option(help: ArgumentHelp("One release, by its id or its first digits.", valueName: "id"))
    var release: String?
    @Option(help: ArgumentHelp("A checkpoint that is no release.", valueName: "file"))
    var weights: String?
    @Option(help: "The address to listen on; 0.0.0.0 for all of this machine's.")
    var host = "127.0.0.1"
    @Option(help: "The port to listen on; 0 for any free one.") var port = 8000
    @Option(
        help: ArgumentHelp(
            "positive, negative or absent.",
            discussion:
                "If it is not given: positive where the policy was trained with indicators.",
            valueName: "word"))
    var indicator: String?
    @Option(
        help: ArgumentHelp(
            "Weight of the indicator; 1 follows it.",
            discussion: "More goes beyond what was learned, at the cost of a second pass.",
            valueName: "number"))
    var guidance = FlowPolicy.usualGuidance
    @Option(
        help: ArgumentHelp(
            "How much chance has a say in actions, 0 to 1.",
            discussion: "1 draws actions as they were learned; 0 always gives the same.",
            valueName: "number"))
    var temperature: Float = 0.5
    @Option(help: ArgumentHelp("A file with the key that clients must show.", valueName: "file"))
    var apiKeyFile: String?
    @Option(help: "The noise of the first request that names no seed; any if none is given.")
    var seed: UInt64?
    @Option(help: ArgumentHelp("Longer messages are refused.", valueName: "MiB"))
    var maxMessageMib = 64
    @Option(help: ArgumentHelp("Robots that may be connected at once.", valueName: "count"))
    var maxConnections = 256
    @Flag(help: "Print one JSON object when ready; logs go to standard error.")
    var json = false

    func validate() throws {
        if [channel, release, weights].compactMap(\.self).count > 1 {
            throw ValidationError("Give one of --channel, --release and --weights.")
        }
        if let indicator, Indicator(word: indicator) == nil {
            throw ValidationError(
                "--indicator is '\(indicator)'; expected positive, negative or absent.")
        }
        if !(0...65535).contains(port) { throw ValidationError("--port is \(port).") }
        if !guidance.isFinite { throw ValidationError("--guidance is \(guidance).") }
        if !(0...1).contains(temperature) {
            throw ValidationError("--temperature is \(temperature); expected 0 to 1.")
        }
        if !(1...1024).contains(maxMessageMib) {
            throw ValidationError("--max-message-mib is \(maxMessageMib); expected 1 to 1024.")
        }
        if maxConnections < 1 { throw ValidationError("--max-connections is \(maxConnections).") }
    }

    func run() throws {
        let options = ServingOptions(
            source: try source(),
            asking: Asking(
                indicator: indicator.flatMap(Indicator.init(word:)), guidance: guidance,
                temperature: temperature),
            host: host, port: port,
            apiKey: try apiKeyFile.map { try readAPIKey(at: URL(filePath: $0)) },
            seed: seed ?? .random(in: 0...UInt64.max), maximumMessageBytes: maxMessageMib << 20,
            maximumConnections: maxConnections)
        try servePolicy(options) { notice in
            try printResult(notice, asJSON: json, text: \.lines)
            fflush(nil)  // Whoever started this waits for the line, often through a pipe.
        }
    }

    private func source() throws -> PolicySource {
        if let weights { return .weights(URL(filePath: weights)) }
        var group = StageOptionGroup()
        (group.workspace, group.config, group.json, group.force) = (workspace, nil, json, false)
        let root = try group.resolved().workspace
        if let release { return .release(release, workspace: root) }
        return .channel(channel ?? "production", workspace: root)
    }
}

runProgram(ServePolicy.self, multipliesMatrices: true)
