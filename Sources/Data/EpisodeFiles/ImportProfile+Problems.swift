internal import Episodes

extension ImportProfile {
    /// Names that messages and metadata use for layouts that have a reader of their own.
    private static let taken: Set<String> = [
        "robomimic", "nightshift", "isaaclab", "libero", "aloha", "droid", "lerobot",
    ]

    /// Every problem of the values, each a sentence that names the key.
    package func problems() -> [String] {
        var problems: [String] = []
        if !name.isClean {
            problems.append("name is \(name.debugDescription), expected the layout's name")
        } else if Self.taken.contains(name) {
            problems.append("name is '\(name)', a layout that is read without a profile")
        }
        if !episodes.hasPrefix("/") {
            problems.append(
                "episodes is '\(episodes)', expected a path from the root, such as / or /runs/*")
        }
        if actions.isEmpty { problems.append("actions is empty, expected paths of arrays") }
        if state.isEmpty { problems.append("state is empty, expected paths of arrays") }
        if outcome.success.isEmpty || outcome.failure.isEmpty {
            problems.append("outcome.success and outcome.failure need a word each")
        }
        if let word = Set(outcome.success).intersection(outcome.failure).first {
            problems.append("outcome: '\(word.text)' means both success and failure")
        }
        if let rate = controlRateHertz, !(rate > 0) {
            problems.append("controlRateHertz is \(rate), expected above 0")
        }
        return problems + cameras.enumerated().flatMap { Self.problems(of: $1, at: $0) }
            + arrayProblems
    }

    private static func problems(of camera: CameraRule, at index: Int) -> [String] {
        var problems: [String] = []
        let key = "cameras.\(index)"
        if !camera.name.isClean { problems.append("\(key).name is no name of a camera") }
        if ![Camera.Encoding.raw, .jpegRows].contains(Camera.Encoding(rawValue: camera.encoding)) {
            problems.append("\(key).encoding is '\(camera.encoding)', expected raw or jpegRows")
        }
        if Camera.ChannelOrder(rawValue: camera.channelOrder) == nil {
            problems.append("\(key).channelOrder is '\(camera.channelOrder)', expected rgb or bgr")
        }
        return problems
    }

    /// Arrays belong to the episode, so their paths cannot begin at the root.
    private var arrayProblems: [String] {
        let paths: [(key: String, paths: [String])] = [
            ("actions", actions), ("state", state), ("cameras", cameras.map(\.array)),
            ("timestamps", timestamps.map { [$0] } ?? []),
            ("interventions", interventions.map { [$0] } ?? []),
            ("outcome.array", outcome.array.map { [$0] } ?? []),
        ]
        return paths.flatMap { key, paths in
            paths.filter { path in
                !path.split(separator: "/", omittingEmptySubsequences: false)
                    .allSatisfy { String($0).isClean }
            }.map { "\(key) has '\($0)', expected a path below the episode, such as obs/joints" }
        }
    }
}
