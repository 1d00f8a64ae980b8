import Promotion
import StageCommands
import StageRuns

/// The night's promotion, and what people do by hand.
struct Promote: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "promote",
        abstract: "Releases candidates in stages, on evidence, and takes them back.",
        discussion: """
            Without a subcommand it does the night's step: it signs and registers the newest candidate, \
            and moves channels as the evidence of shadow-evaluate allows.

            Examples:
              promote --workspace /data/nightshift
              promote status --workspace /data/nightshift
              promote candidate 3f2a9c --reason "bench trials: 48 of 50" --workspace /data/nightshift
              promote rollback --reason "drops cups at site 2" --workspace /data/nightshift
            """,
        subcommands: [
            Night.self, Status.self, Candidate.self, Rollback.self, Pin.self, History.self,
        ],
        defaultSubcommand: Night.self)
}

/// The step that nightshift calls.
struct Night: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "night", abstract: "Does the night's step; the default.")
    @OptionGroup var options: StageOptionGroup

    func run() throws {
        try runStage(options, text: \.summary.lines) { try promoteNightly(options: $0) }
    }
}

struct Status: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Shows channels and releases, and repairs links that a crash left behind.")
    @OptionGroup var options: StageOptionGroup

    func run() throws {
        try runStage(options, text: \.lines) { try promotionStatus(options: $0) }
    }
}

struct Candidate: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Points a channel at a release of a higher version.")
    @OptionGroup var options: StageOptionGroup
    @Argument(help: "At least 6 digits of the release's id.") var release: String
    @Option(help: "The channel; production if none is given.") var channel: String?
    @Option(help: "Why, for the history.") var reason: String
    @Flag(help: "Promote although shadow-evaluate vetoed it.") var despiteVeto = false

    func run() throws {
        try runStage(options, text: \.lines) {
            try ManualPromotion(options: $0).promote(
                release, channel: channel, reason: reason, despiteVeto: despiteVeto)
        }
    }
}

struct Rollback: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Points a channel back at the release that it had before, or at a pinned one.")
    @OptionGroup var options: StageOptionGroup
    @Option(help: "The channel; production if none is given.") var channel: String?
    @Option(help: "At least 6 digits of the release's id; the one before if none is given.")
    var to: String?
    @Option(help: "Why, for the history.") var reason: String

    func run() throws {
        try runStage(options, text: \.lines) {
            try ManualPromotion(options: $0).rollBack(channel: channel, to: to, reason: reason)
        }
    }
}

struct Pin: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Keeps a release resident, so that any channel can be rolled back to it.")
    @OptionGroup var options: StageOptionGroup
    @Argument(help: "At least 6 digits of the release's id.") var release: String
    @Option(help: "Why, for the history.") var reason = "known good"

    func run() throws {
        try runStage(options, text: \.lines) {
            try ManualPromotion(options: $0).pin(release, reason: reason)
        }
    }
}

struct History: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Shows every decision about releases, the oldest first.")
    @OptionGroup var options: StageOptionGroup
    @Flag(help: "Check the hash chain, and the releases that channels point to or that are pinned.")
    var verify = false

    func run() throws {
        try runStage(options, text: \.lines) {
            try promotionHistory(options: $0, verify: verify)
        }
    }
}

runProgram(Promote.self)
