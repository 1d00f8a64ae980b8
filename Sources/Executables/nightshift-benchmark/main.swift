import Foundation
import StageCommands
import Tensors

/// What scripts/benchmark runs beside PyTorch; nobody needs it to run Nightshift.
struct Benchmark: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "nightshift-benchmark",
        abstract: "Measures the model package: one JSON object a line.",
        discussion: """
            scripts/benchmark runs this beside PyTorch on the same work, and compares.

            Example:
              nightshift-benchmark train
            """,
        subcommands: [
            Train.self, Infer.self, Cases.self, Shape.self, Weights.self, Access.self, Kernels.self,
        ])
}

struct Train: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Training samples a second, share of the products' peak, and memory.")
    @Option(help: "Only this figure, by its name.") var only: String?
    @Option(help: "Seconds that each figure is measured for.") var seconds = 10.0
    @Option(help: "Workers; the machine's cores if not given.") var workers: Int?

    func run() throws { try measureTraining(only: only, seconds: seconds, workers: workers) }
}

struct Infer: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Value states a second, and the latency of an action chunk.")
    @Option(help: "Only this figure, by its name.") var only: String?
    @Option(help: "Seconds that each figure is measured for.") var seconds = 10.0

    func run() throws { try measureInference(only: only, seconds: seconds) }
}

struct Cases: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Writes networks, inputs, outputs and gradients for the twin to agree with.")
    @Argument(help: "The folder that the files go to.") var folder: String

    func run() throws { try writeCases(to: folder) }
}

struct Shape: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "configuration",
        abstract: "Prints the configuration of a network that is measured, as JSON.")
    @Argument(help: "tiny or small.") var preset: String
    @Flag(help: "The value function's instead of the policy's.") var value = false

    func run() throws { try printConfiguration(preset, isValue: value) }
}

struct Weights: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract:
            "Writes an untrained policy of Meta-World's robot, for serve-policy to be measured with."
    )
    @Argument(help: "The file that it goes to.") var file: String

    func run() throws { try writeServedPolicy(to: file) }
}

struct Access: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Windows of random episodes into training batches, in windows a second.")
    @Argument(help: "The workspace whose episodes are read.") var workspace: String
    @Option(help: "Samples in a batch.") var batch = 100
    @Option(help: "Steps of a window.") var length = 10
    @Option(help: "Seconds that each figure is measured for.") var seconds = 5.0

    func run() throws {
        try measureAccess(
            workspace: URL(filePath: workspace), batch: batch, length: length, seconds: seconds)
    }
}

struct Kernels: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "What multiplies matrices: OpenBLAS's version, its kernels, and its threads.")

    func run() { print(NumericsDescription.text) }
}

runProgram(Benchmark.self, multipliesMatrices: true)
