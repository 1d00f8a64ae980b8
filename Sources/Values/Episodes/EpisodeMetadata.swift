/// How one attempt ended: one label an episode, from a person or a program.
package enum Outcome: String, Codable, Sendable, CaseIterable {
    case success, failure, unlabelled
}

/// Which rule of docs/formats decided an episode's outcome, in the order they are tried.
package enum OutcomeSource: String, Codable, Sendable, CaseIterable {
    case attribute, mask, terminalReward, terminalDone, path, none
}

/// A kind of robot: what its state and action vectors are made of, and how often it acts.
package struct Embodiment: Codable, Hashable, Sendable {
    /// One array whose columns are part of the state vector.
    package struct Component: Codable, Hashable, Sendable {
        /// Array name inside the episode, such as `obs/robot0_eef_pos`.
        package let array: String
        package let width: Int

        package init(array: String, width: Int) {
            self.array = array
            self.width = width
        }

        /// What robots call it: the array's name without the group that recordings put it into, such
        /// as `robot0_eef_pos`.
        package var key: String {
            guard let slash = array.firstIndex(of: "/") else { return array }
            return String(array[array.index(after: slash)...])
        }
    }

    package let name: String
    /// The state vector is these arrays' rows side by side, in this order.
    package let state: [Component]
    package let actionWidth: Int
    /// Control ticks a second; nil where the source states none and has no timestamps.
    package let controlRateHertz: Double?

    package init(
        name: String, state: [Component], actionWidth: Int, controlRateHertz: Double?
    ) {
        self.name = name
        self.state = state
        self.actionWidth = actionWidth
        self.controlRateHertz = controlRateHertz
    }

    /// Width of the state vector.
    package var stateWidth: Int { state.reduce(0) { $0 + $1.width } }
}

/// One camera of an episode, in the encoding it was recorded with.
package struct Camera: Codable, Hashable, Sendable {
    package enum Encoding: String, Codable, Sendable {
        /// T x height x width x 3, 8 bits a channel.
        case raw
        /// T x padded length: one JPEG or PNG file a row, zero-padded to the longest.
        case jpegRows
        /// The bytes of one MP4 file with T frames, frame t shown at step t.
        case video
    }

    package enum ChannelOrder: String, Codable, Sendable { case rgb, bgr }

    package let name: String
    /// The array that holds the frames.
    package let array: String
    package let encoding: Encoding
    /// `bgr` where a standard decoder returns red and blue swapped, as in compressed ALOHA files.
    package let channelOrder: ChannelOrder

    package init(
        name: String, array: String, encoding: Encoding, channelOrder: ChannelOrder = .rgb
    ) {
        self.name = name
        self.array = array
        self.encoding = encoding
        self.channelOrder = channelOrder
    }
}

/// Where an episode came from.
///
/// Every field is nil where the source does not say.
package struct Provenance: Codable, Hashable, Sendable {
    package var robot: String?
    package var site: String?
    package var operatorName: String?
    /// Release id of the policy that drove, or nil when a person drove throughout.
    package var policyRelease: String?
    package var calibration: String?
    package var licence: String?
    /// ISO 8601 instant at which recording began.
    package var recordedAt: String?

    package init(
        robot: String? = nil, site: String? = nil, operatorName: String? = nil,
        policyRelease: String? = nil, calibration: String? = nil, licence: String? = nil,
        recordedAt: String? = nil
    ) {
        self.robot = robot
        self.site = site
        self.operatorName = operatorName
        self.policyRelease = policyRelease
        self.calibration = calibration
        self.licence = licence
        self.recordedAt = recordedAt
    }
}

/// Everything about an episode that is not an array.
///
/// Not part of its identity.
package struct EpisodeMetadata: Codable, Sendable, Equatable {
    /// The task in words.
    package var instruction: String
    package var embodiment: Embodiment
    package var outcome: Outcome
    package var outcomeSource: OutcomeSource
    /// T, the number of control ticks.
    package var stepCount: Int
    /// Name of the T x A action array.
    package var actionArray: String
    /// Name of the array of T seconds, if recorded.
    package var timestampArray: String?
    /// Name of the array of T flags, nonzero where a human was driving, if recorded.
    package var interventionArray: String?
    package var cameras: [Camera]
    /// Whether a human drove throughout.
    package var isDemonstration: Bool
    /// Whether an emergency stop or a collision was marked (quality gate H11).
    package var hasSafetyMark: Bool
    package var provenance: Provenance
    /// The layout that it was read from, such as `robomimic`.
    package var sourceFormat: String
    /// The episode's name inside its source file, such as `demo_3`.
    package var sourceEpisode: String

    package init(
        instruction: String, embodiment: Embodiment, outcome: Outcome,
        outcomeSource: OutcomeSource, stepCount: Int, actionArray: String,
        timestampArray: String? = nil, interventionArray: String? = nil, cameras: [Camera] = [],
        isDemonstration: Bool = false, hasSafetyMark: Bool = false,
        provenance: Provenance = Provenance(), sourceFormat: String, sourceEpisode: String
    ) {
        self.instruction = instruction
        self.embodiment = embodiment
        self.outcome = outcome
        self.outcomeSource = outcomeSource
        self.stepCount = stepCount
        self.actionArray = actionArray
        self.timestampArray = timestampArray
        self.interventionArray = interventionArray
        self.cameras = cameras
        self.isDemonstration = isDemonstration
        self.hasSafetyMark = hasSafetyMark
        self.provenance = provenance
        self.sourceFormat = sourceFormat
        self.sourceEpisode = sourceEpisode
    }
}

/// One attempt at one task by one robot.
package struct Episode: Sendable, Equatable {
    package var metadata: EpisodeMetadata
    /// Sorted by name.
    package let arrays: [EpisodeArray]

    package init(metadata: EpisodeMetadata, arrays: [EpisodeArray]) {
        self.metadata = metadata
        self.arrays = arrays.sorted { $0.name < $1.name }
    }

    /// The array of that name, if the episode has it.
    package func array(named name: String) -> EpisodeArray? { arrays.first { $0.name == name } }
}
