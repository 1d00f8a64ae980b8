/// Why a stage could not do its work, and what to do next; each case has its exit code.
package enum StageError: Error, Equatable, Sendable {
    /// The command line or the configuration is wrong: 2.
    case usage(String, next: String)
    /// The input data cannot be used: 65.
    case inputRefused(String, next: String)
    /// A service, such as the database, does not answer: 69.
    case unavailable(String, next: String)
    /// A fault of the program or of the disk under it: 70.
    case internalError(String, next: String)
    /// Somebody else is at work, or the stage was asked to stop; the same command later succeeds: 75.
    case locked(String, next: String)

    /// The exit code of the process.
    package var exitCode: Int32 {
        switch self {
        case .usage: 2
        case .inputRefused: 65
        case .unavailable: 69
        case .internalError: 70
        case .locked: 75
        }
    }

    /// What was being done, to what, what was found and what was expected.
    package var message: String { parts.message }

    /// What to try.
    package var next: String { parts.next }

    private var parts: (message: String, next: String) {
        switch self {
        case .usage(let message, let next), .inputRefused(let message, let next),
            .unavailable(let message, let next), .internalError(let message, let next),
            .locked(let message, let next):
            (message, next)
        }
    }
}

extension StageError: CustomStringConvertible {
    package var description: String { "\(message)\n\(next)" }
}
