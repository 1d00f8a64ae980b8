package import Digests
package import Episodes

/// Everything that made a policy, and what a robot needs to run it.
///
/// It holds no time and no signature: two nights over the same experience write the same bytes,
/// and the SHA-256 of those bytes is the release's id. Fine-tune writes one as its candidate.
package struct ReleaseManifest: Codable, Sendable, Equatable {
    /// `ReleaseManifest.formatName`.
    package var format = ReleaseManifest.formatName
    /// `ReleaseManifest.formatVersion` of the program that wrote it.
    package var version = ReleaseManifest.formatVersion
    package var weights: WeightsFile
    /// The checkpoint that training started from; nil where it started from random weights.
    package var base: Digest?
    /// The list of episodes that it learned from.
    package var snapshot: Digest
    /// Advantages and indicators that it learned from; nil where the conditioning needs none.
    package var labelSet: Digest?
    /// The value functions behind the label set, one a fold.
    package var valueFunctions: [Digest]
    /// The advantage above which a step was positive, one a task.
    package var thresholds: [AdvantageThreshold]
    /// `indicator`, `weight`, `success-only` or `none`.
    package var conditioning: String
    /// The fine-tune configuration as resolved.
    package var configuration: JSONValue
    package var seed: UInt64
    /// Share of each task's episodes, chosen by digest, that training never saw.
    package var heldOutShare: Double
    package var machine: MachineNotes
    package var policy: PolicyNotes
    package var tasks: [ManifestTask]
    package var trainingCurve: [TrainingPoint]

    package init(
        weights: WeightsFile, base: Digest?, snapshot: Digest, labelSet: Digest?,
        valueFunctions: [Digest], thresholds: [AdvantageThreshold], conditioning: String,
        configuration: JSONValue, seed: UInt64, heldOutShare: Double, machine: MachineNotes,
        policy: PolicyNotes, tasks: [ManifestTask], trainingCurve: [TrainingPoint]
    ) {
        self.weights = weights
        self.base = base
        self.snapshot = snapshot
        self.labelSet = labelSet
        self.valueFunctions = valueFunctions
        self.thresholds = thresholds
        self.conditioning = conditioning
        self.configuration = configuration
        self.seed = seed
        self.heldOutShare = heldOutShare
        self.machine = machine
        self.policy = policy
        self.tasks = tasks
        self.trainingCurve = trainingCurve
    }
}

extension ReleaseManifest {
    /// The policy's checkpoint: a safetensors file with configuration and normaliser inside.
    package struct WeightsFile: Codable, Sendable, Equatable {
        package var digest: Digest
        package var byteCount: Int

        package init(digest: Digest, byteCount: Int) {
            self.digest = digest
            self.byteCount = byteCount
        }
    }

    /// One task's advantage threshold, and the share of steps that it made positive.
    package struct AdvantageThreshold: Codable, Sendable, Equatable {
        package var instruction: String
        package var embodiment: String
        package var threshold: Double
        package var positiveShare: Double

        package init(
            instruction: String, embodiment: String, threshold: Double, positiveShare: Double
        ) {
            self.instruction = instruction
            self.embodiment = embodiment
            self.threshold = threshold
            self.positiveShare = positiveShare
        }
    }

    /// What the bytes of the weights depend on beside configuration and data.
    package struct MachineNotes: Codable, Sendable, Equatable {
        /// Program and version that trained it, such as `nightshift 0.1.0`.
        package var program: String
        /// Data-parallel workers.
        package var workers: Int
        /// OpenBLAS kernel, such as `SkylakeX`.
        package var blasCore: String

        package init(program: String, workers: Int, blasCore: String) {
            self.program = program
            self.workers = workers
            self.blasCore = blasCore
        }
    }

    /// What a robot must feed the policy, and what comes out.
    package struct PolicyNotes: Codable, Sendable, Equatable {
        /// Preset of the network, such as `tiny`.
        package var preset: String
        /// Observations that the policy sees, the newest last.
        package var historyLength: Int
        /// Actions in a chunk, one a control tick.
        package var horizon: Int
        /// Robots that it can drive: state layout, action width, control rate.
        package var embodiments: [Embodiment]
        /// How raw states and actions become the network's; the numbers are in the weights file.
        package var normaliser: String
        /// How the instruction becomes the network's input.
        package var tokenizer: String

        package init(
            preset: String, historyLength: Int, horizon: Int, embodiments: [Embodiment],
            normaliser: String, tokenizer: String
        ) {
            self.preset = preset
            self.historyLength = historyLength
            self.horizon = horizon
            self.embodiments = embodiments
            self.normaliser = normaliser
            self.tokenizer = tokenizer
        }
    }

    /// A task that the policy was trained on, and from how much.
    package struct ManifestTask: Codable, Sendable, Equatable {
        package var instruction: String
        package var embodiment: String
        package var trainingEpisodes: Int
        package var heldOutEpisodes: Int

        package init(
            instruction: String, embodiment: String, trainingEpisodes: Int, heldOutEpisodes: Int
        ) {
            self.instruction = instruction
            self.embodiment = embodiment
            self.trainingEpisodes = trainingEpisodes
            self.heldOutEpisodes = heldOutEpisodes
        }
    }

    /// One point of the training curve.
    package struct TrainingPoint: Codable, Sendable, Equatable {
        package var step: Int
        /// Mean loss since the point before.
        package var loss: Double
        package var gradientNorm: Double
        package var learningRate: Double

        package init(step: Int, loss: Double, gradientNorm: Double, learningRate: Double) {
            self.step = step
            self.loss = loss
            self.gradientNorm = gradientNorm
            self.learningRate = learningRate
        }
    }
}
