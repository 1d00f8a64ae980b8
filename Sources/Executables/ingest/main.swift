import Foundation
import Ingestion
import StageCommands
import StageRuns

struct Ingest: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "ingest",
        abstract: "Takes recorded episodes into the experience, exactly once.",
        discussion: """
            Reads robomimic, IsaacLab, LIBERO, Nightshift, ALOHA and DROID HDF5. A bad file or episode goes to quarantine with its reason; the
            rest goes in. Files that are named are read in place and never changed; files of the inbox are claimed.

            Example:
              ingest --workspace /data/nightshift day-1.hdf5 recordings/
            """)
    @OptionGroup var options: StageOptionGroup

    @Argument(help: "Files or folders; the inbox if none.") var paths: [String] = []

    func run() throws {
        let urls = paths.map { URL(filePath: $0) }
        if IngestWorker.isCurrent {
            try IngestWorker.begin(options: options.resolved())
        } else if try hasFilesToIngest(paths: urls, options: options.resolved()) {
            Foundation.exit(try IngestWorker.supervise(options: options.resolved()))
        } else {
            IngestWorker.dismiss()
        }
        try runStage(options, text: \.lines) { try ingest(paths: urls, options: $0) }
    }
}

IngestWorker.prepare()
runProgram(Ingest.self)
