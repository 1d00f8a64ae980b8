import Catalogue
import Digests
import EpisodeFiles
import EpisodeStore
import StageRuns

/// Reads files one after the other, one episode at a time, and hands on what it finds.
final class FileReading {
    private let run: StageRun
    private let configuration: IngestConfiguration
    private let profiles: [ImportProfile]
    private let mark: ReadingMark
    /// Files that a worker before this one died of.
    private let poison = IngestWorker.refused()
    /// Files that were handed on and may not be recorded yet.
    private var handedOn: Set<Digest> = []

    init(run: StageRun, configuration: IngestConfiguration, profiles: [ImportProfile]) throws {
        self.run = run
        self.configuration = configuration
        self.profiles = profiles
        mark = try ReadingMark(of: run.workspace)
    }

    /// Reads all of `files`, in their order; `record` makes what was handed on visible.
    func read(
        _ files: [SourceFile], to handOver: HandOver, recording record: () throws -> Void
    ) throws {
        let digests = DigestsAhead(of: files)
        for (index, file) in files.enumerated() {
            do { try StopRequest.check(during: "ingesting") } catch {
                try handOver.drain()
                try record()
                throw error
            }
            let digest = try digests.digest(at: index)
            if handedOn.contains(digest) {
                try handOver.drain()
                try record()
                handedOn = []
            }
            try read(file, digest, to: handOver)
            handedOn.insert(digest)
        }
        try handOver.drain()
    }

    private func read(_ file: SourceFile, _ digest: Digest, to handOver: HandOver) throws {
        if let known = try run.catalogue.sourceFile(digest: digest), known.quarantined == 0,
            known.accepted + known.duplicates > 0
        {
            return try handOver.add(.known(file, digest, known))
        }
        if let cause = poison[digest.hex] {
            return try handOver.add(Self.refusal(of: file, digest, crashedBy: cause))
        }
        try mark.set(file, digest)
        defer { mark.clear() }
        do {
            let reader = try EpisodeFileFormats.open(
                file.url, name: file.name, profiles: profiles, limits: configuration.limits)
            try handOver.add(.opened(file, digest, warnings: reader.warnings))
            for name in reader.episodeNames {
                mark.renew()
                try handOver.add(.episode(name, reader.read(name)))
            }
            try handOver.add(.closed)
        } catch let error as EpisodeFileError {
            let isForLater = error.code == .fileLocked || error.code == .supportMissing
            try handOver.add(
                isForLater
                    ? .left(file, reason: error.description)
                    : .refused(
                        file, digest, reason: error.code.rawValue, message: error.description))
        }
    }

    private static func refusal(
        of file: SourceFile, _ digest: Digest, crashedBy cause: String
    ) -> IngestItem {
        .refused(
            file, digest, reason: "reader-crashed",
            message: "\(file.name): the process that read it \(cause); the file is damaged, or "
                + "made to do harm: check it with h5dump on a machine that may crash")
    }
}
