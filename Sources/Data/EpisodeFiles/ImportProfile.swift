/// Where a layout that has no reader of its own keeps what an episode is made of.
///
/// Paths lie below the episode, or below the file's root where they begin with `/`. Decoded from YAML;
/// docs/formats/import-profile.md explains every key.
package struct ImportProfile: Codable, Equatable, Sendable {
    /// The layout's name, kept in each episode's metadata.
    package var name = ""
    /// Endings of paths of files that this profile reads, `*` standing for anything; nil for all.
    package var files: String?
    /// The groups that are episodes, such as `/runs/*/take_*`; `/` where a file is one episode.
    package var episodes = "/"
    /// T x n arrays of numbers, whose columns side by side are the action.
    package var actions: [String] = []
    /// Arrays of one row a step, whose columns side by side are the state.
    package var state: [String] = []
    package var cameras: [CameraRule] = []
    /// An array of one clock reading a step, in seconds.
    package var timestamps: String?
    /// An array of one number a step, above 0 where a person drove.
    package var interventions: String?
    package var outcome = OutcomeRule()
    /// Attributes, or datasets of one text, that say something about the episode.
    package var attributes = ProfileWords()
    /// What is said where the file says nothing.
    package var constants = ProfileWords()
    /// An attribute that holds the control ticks a second.
    package var controlRateAttribute: String?
    /// Control ticks a second, where neither that attribute nor timestamps say it.
    package var controlRateHertz: Double?
    /// Whether a person drove throughout; nil where `interventions` say it.
    package var isDemonstration: Bool?

    /// One camera.
    package struct CameraRule: Codable, Equatable, Sendable {
        package var name: String
        package var array: String
        /// `raw`: T x height x width x 3 bytes; `jpegRows`: one zero-padded JPEG file a row.
        package var encoding: String
        /// `bgr` where a JPEG decoder returns red and blue swapped.
        package var channelOrder: String

        package init(
            name: String, array: String, encoding: String = "raw", channelOrder: String = "rgb"
        ) {
            self.name = name
            self.array = array
            self.encoding = encoding
            self.channelOrder = channelOrder
        }
    }

    /// What decides an episode's outcome: the first of these that says one of the words.
    package struct OutcomeRule: Codable, Equatable, Sendable {
        package var attribute: String?
        /// An array of one number a step; the last decides.
        package var array: String?
        /// Whether a folder on the file's path may be named by one of the words.
        package var folder = false
        package var success = [OutcomeWord("true"), OutcomeWord("1"), OutcomeWord("success")]
        package var failure = [OutcomeWord("false"), OutcomeWord("0"), OutcomeWord("failure")]
    }

    package init() {}
}

/// What a profile says of an episode in words: names of attributes, or the words themselves.
package struct ProfileWords: Codable, Equatable, Sendable {
    package var instruction: String?
    package var embodiment: String?
    package var robot: String?
    package var site: String?
    package var `operator`: String?
    package var policy: String?
    package var calibration: String?
    package var licence: String?
    package var recordedAt: String?
}

/// A value that means success or failure; `true`, `1` and `'1'` may be written with or without quotes.
package struct OutcomeWord: Codable, Hashable, Sendable {
    package let text: String

    package init(_ text: String) { self.text = text.lowercased() }

    /// The word of a number, such as `1` of 1.0.
    init(_ number: Double) {
        self.init(Int(exactly: number).map(String.init) ?? String(number))
    }

    /// Reads a flag, a number, or text.
    package init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        // Each `try?` asks whether the value has that type; the last one throws if it has none.
        if let flag = try? container.decode(Bool.self) {
            self.init(flag ? "true" : "false")
        } else if let number = try? container.decode(Double.self) {
            self.init(number)
        } else {
            self.init(try container.decode(String.self))
        }
    }

    /// Writes text.
    package func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(text)
    }
}
