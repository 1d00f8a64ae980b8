package import Tokenizers

extension PolicyConfiguration {
    /// The names that ``preset(_:embodiments:tasks:tokenizer:)`` knows.
    package static let presetNames = ["tiny", "small", "base"]

    /// Pixels of the pictures that a preset looks at; 0 for one that sees states only.
    ///
    /// - Throws: ``PolicyError`` if there is no such preset.
    package static func imageSize(ofPreset name: String) throws(PolicyError) -> Int {
        try sizes(ofPreset: name).imageSize
    }

    private static func sizes(ofPreset name: String) throws(PolicyError) -> Sizes {
        guard let sizes = Sizes.named(name) else {
            throw PolicyError(
                .presetUnknown,
                "choosing a network: there is no preset '\(name)'; "
                    + "try one of: \(presetNames.joined(separator: ", "))")
        }
        return sizes
    }

    /// A preset for these robots and tasks.
    ///
    /// `tiny` sees states only, has under a million parameters for usual robots, and trains in
    /// minutes on a core; `small` looks at cameras at 96 pixels with about 5 million; `base` at 224
    /// pixels with about 60 million. Without a tokenizer one is trained on the instructions.
    /// - Throws: ``PolicyError`` if there is no such preset, or the robots or tasks are invalid.
    package static func preset(
        _ name: String, embodiments: [EmbodimentSpecification], tasks: [TaskSpecification],
        tokenizer: BytePairTokenizer? = nil
    ) throws(PolicyError) -> PolicyConfiguration {
        let sizes = try sizes(ofPreset: name)
        // Pairs that stand once are not merged: said twice, each word of few instructions becomes a
        // token, and the trunk has fewer to read.
        let texts = tasks.map(\.instruction)
        let tokenizer =
            tokenizer ?? .trained(on: texts + texts, vocabularySize: sizes.vocabularySize)
        let longest = tasks.map { tokenizer.encode($0.instruction).count }.max() ?? 0
        let hasCameras = embodiments.contains { !$0.cameras.isEmpty }
        let configuration = PolicyConfiguration(
            preset: name, embodiments: embodiments, tasks: tasks, tokenizer: tokenizer,
            historyLength: 2, octaves: 3, pairGains: pairGains(for: embodiments),
            imageSize: hasCameras ? sizes.imageSize : 0,
            patchSize: hasCameras && sizes.imageSize > 0 ? 16 : 0,
            instructionLength: max(sizes.instructionLength, longest),
            subtaskLength: sizes.subtaskLength, vocabularySize: tokenizer.vocabularySize,
            trunk: sizes.trunk, expert: sizes.expert, horizon: 16, integrationSteps: 10,
            insulatesTrunk: false, subtaskLossWeight: 0.1)
        try configuration.validate()
        return configuration
    }

    /// As many gains as keep the differences of pairs, whose number grows with the square of the
    /// columns, at 900: they would otherwise outweigh the rest of a small network.
    private static func pairGains(for embodiments: [EmbodimentSpecification]) -> [Float] {
        let columns = embodiments.map(\.stateWidth).max() ?? 0
        let choices: [[Float]] = [[1, 4, 16], [1, 8], [4]]
        return choices.first { $0.count * columns * (columns - 1) / 2 <= 900 } ?? []
    }

    /// What presets differ in.
    private struct Sizes {
        var imageSize: Int
        var instructionLength: Int
        var subtaskLength: Int
        var vocabularySize: Int
        var trunk: TrunkSize
        var expert: ExpertSize

        static func named(_ name: String) -> Sizes? {
            switch name {
            case "tiny": tiny
            case "small": small
            case "base": base
            default: nil
            }
        }

        static let tiny = Sizes(
            imageSize: 0, instructionLength: 8, subtaskLength: 0, vocabularySize: 512,
            trunk: .init(
                width: 64, layers: 3, heads: 2, headWidth: 32, expansion: 4, stateWidth: 192),
            expert: .init(width: 160, expansion: 2, conditionWidth: 32, stepsPerToken: 16))

        static let small = Sizes(
            imageSize: 96, instructionLength: 16, subtaskLength: 0, vocabularySize: 512,
            trunk: .init(
                width: 256, layers: 4, heads: 4, headWidth: 64, expansion: 4, stateWidth: 256),
            expert: .init(width: 128, expansion: 4, conditionWidth: 64, stepsPerToken: 1))

        static let base = Sizes(
            imageSize: 224, instructionLength: 32, subtaskLength: 16, vocabularySize: 8192,
            trunk: .init(
                width: 512, layers: 12, heads: 8, headWidth: 64, expansion: 4, stateWidth: 512),
            expert: .init(width: 256, expansion: 4, conditionWidth: 512, stepsPerToken: 1))
    }
}
