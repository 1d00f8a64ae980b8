import BLAS
import Catalogue
import Foundation
package import StageRuns

/// Parses the command line, runs `command`, and ends the process.
///
/// Exit codes are those of docs/operations.md. The last line on standard error says what to do next.
/// A program that multiplies matrices says so, and gets kernels that are right for this processor.
package func runProgram<Command: ParsableCommand>(
    _ command: Command.Type, multipliesMatrices: Bool = false
) -> Never {
    if multipliesMatrices { ProcessorKernels.restartWhereUnknown() }
    prepareProcess()
    do {
        var parsed = try command.parseAsRoot()
        try parsed.run()
        exit(0)
    } catch {
        end(command, after: error)
    }
}

/// The same for a command that waits for other processes.
package func runAsynchronousProgram<Command: AsyncParsableCommand>(_ command: Command.Type) async
    -> Never
{
    prepareProcess()
    do {
        var parsed = try command.parseAsRoot()
        if var waiting = parsed as? any AsyncParsableCommand {
            try await waiting.run()
        } else {
            try parsed.run()
        }
        exit(0)
    } catch {
        end(command, after: error)
    }
}

/// Asks the stage for its result, and prints it: as JSON with `--json`, as `text` makes it otherwise.
package func runStage<Result: Encodable>(
    _ group: StageOptionGroup, text: (Result) -> [String],
    _ work: (StageOptions) throws -> Result
) throws {
    let options = try group.resolved()
    let result = try work(options)
    try printResult(result, asJSON: options.json, text: text)
}

/// Prints `result` on standard output: as one JSON object, or as lines for a person.
package func printResult<Result: Encodable>(
    _ result: Result, asJSON: Bool, text: (Result) -> [String]
) throws {
    guard asJSON else {
        for line in text(result) { print(line) }
        return
    }
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    print(String(decoding: try encoder.encode(result), as: UTF8.self))
}

private func prepareProcess() {
    StopRequest.installSignalHandlers()
    let lifeline = ProcessInfo.processInfo.environment["NIGHTSHIFT_LIFELINE"]
    if let descriptor = lifeline.flatMap(Int32.init) { StopRequest.watch(lifeline: descriptor) }
}

private func end<Command: ParsableCommand>(_ command: Command.Type, after error: any Error) -> Never
{
    if let failure = error as? StageError ?? (error as? CatalogueError).map(StageError.init) {
        printFailure(failure)
        exit(failure.exitCode)
    }
    switch command.exitCode(for: error) {
    case .success:  // --help and --version arrive here
        print(command.fullMessage(for: error))
        exit(0)
    case .validationFailure:
        // ArgumentParser's message ends with the hint to ask for --help.
        FileHandle.standardError.write(Data((command.fullMessage(for: error) + "\n").utf8))
        exit(2)
    default:
        printFailure(
            .internalError(
                "\(error)", next: "Run the same command again; if it fails again, report it."))
        exit(70)
    }
}

private func printFailure(_ failure: StageError) {
    FileHandle.standardError.write(Data("error: \(failure.message)\n\(failure.next)\n".utf8))
}
