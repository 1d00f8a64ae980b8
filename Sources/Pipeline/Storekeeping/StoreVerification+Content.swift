import Catalogue
import Digests
import EpisodeStore
import Foundation
import Releases
import StageRuns

extension StoreVerification {
    /// A check of one thing: what is wrong with it, and how many bytes were read.
    typealias Check = (problem: VerificationReport.Problem?, bytesRead: Int)

    func verifyShards(_ report: inout VerificationReport) throws {
        let usage = try session.catalogue.shardUsage()
        let buried = Set(try session.catalogue.unerasedEpisodes().map(\.shard))
        let files = try session.shards.files()
        let known = Set(usage.map(\.shard)).union(buried)
        for file in files {
            if file.isTemporary {
                report.temporaryFiles.add(file.byteCount)
            } else if !(file.digest.map(known.contains) ?? false) {
                report.unreferencedShards.add(file.byteCount)
            }
        }
        report.shards = usage.count
        let present = Set(files.compactMap(\.digest))
        // A shard that is not there at all: each of its episodes would say the same.
        for lost in usage where !present.contains(lost.shard) {
            guard try !session.catalogue.frames(in: lost.shard).isEmpty,
                session.shards.byteCount(of: lost.shard) == nil
            else { continue }
            report.add(
                .init(
                    kind: .missing, what: "shard", id: lost.shard.hex,
                    message: "\(session.shards.url(of: lost.shard).path) with \(lost.episodes) "
                        + "episodes is not there; restore it from a backup"))
        }
        let sizes = Dictionary(
            files.compactMap { file in file.digest.map { ($0, file.byteCount) } },
            uniquingKeysWith: max)
        let chosen = usage.map(\.shard).filter { present.contains($0) && sample.contains($0) }
        try check(chosen, "shards", &report) { shard in
            do {
                try session.shards.verify(shard)
            } catch {
                guard session.shards.byteCount(of: shard) != nil else { return (nil, 0) }
                return (
                    .init(
                        kind: .damaged, what: "shard", id: shard.hex, message: "\(error)"),
                    sizes[shard] ?? 0
                )
            }
            return (nil, sizes[shard] ?? 0)
        }
    }

    func verifyEpisodes(_ report: inout VerificationReport) throws {
        let total = try session.catalogue.episodeCount()
        try session.catalogue.forEachFramePage { page in
            try StopRequest.check(during: "verifying episodes")
            let present = Set(page.map(\.shard)).filter {
                session.shards.byteCount(of: $0) != nil
            }
            let frames = page.filter { present.contains($0.shard) && sample.contains($0.digest) }
            let checks = parallel(frames, workers: workers) { check($0) }
            for (frame, check) in zip(frames, checks) {
                report.bytesRead += check.bytesRead
                guard var problem = check.problem else { continue }
                // A compaction may have moved it, or somebody withdrawn it, since the page was read.
                let now = try session.catalogue.frame(of: frame.digest)
                if now == nil { continue }
                if let now, now != frame {
                    guard let again = self.check(now).problem else { continue }
                    problem = again
                }
                report.add(problem)
            }
            report.episodes += page.count
            log.progress("episodes", done: report.episodes, total: total)
        }
    }

    private func check(_ frame: FramePlace) -> Check {
        do {
            _ = try session.shards.read(
                EpisodeLocation(
                    shard: frame.shard, offset: frame.offset, length: frame.length),
                expecting: frame.digest)
            return (nil, frame.length)
        } catch {
            return (
                .init(
                    kind: .damaged, what: "episode", id: frame.digest.hex, message: "\(error)"),
                frame.length
            )
        }
    }

    func verifyObjects(_ report: inout VerificationReport) throws {
        let expected = try expectedObjects()
        var sizes: [Digest: Int] = [:]
        report.objects = expected.count
        try session.objects.forEachFile { files in
            for file in files {
                if file.isTemporary {
                    report.temporaryFiles.add(file.byteCount)
                } else if let digest = file.digest, expected.contains(digest) {
                    sizes[digest] = file.byteCount
                } else {
                    report.unreferencedObjects.add(file.byteCount)
                }
            }
        }
        let found = sizes
        try check(expected.sorted(), "objects", &report) { check($0, found[$0] ?? 0) }
    }

    /// The objects that the catalogue names.
    private func expectedObjects() throws -> Set<Digest> {
        var expected = Set(try session.catalogue.keptArtefacts().map(\.artefact.digest))
        for release in try keptReleases() {
            expected.insert(release.manifest)
            // A manifest that cannot be read is named when its object is checked.
            guard let bytes = try? session.objects.read(release.manifest),
                let manifest = try? ReleaseManifest(verifiedBytes: bytes)
            else { continue }
            expected.insert(manifest.weights.digest)
        }
        return expected
    }

    private func check(_ object: Digest, _ byteCount: Int) -> Check {
        let path = session.objects.url(of: object).path
        guard session.objects.exists(object) else {
            return (
                .init(
                    kind: .missing, what: "object", id: object.hex,
                    message: "\(path) is not there; rerun the stage that made it, or restore it "
                        + "from a backup"), 0
            )
        }
        guard sample.contains(object) else { return (nil, 0) }
        do {
            try session.objects.verify(object)
            return (nil, byteCount)
        } catch {
            return (
                .init(kind: .damaged, what: "object", id: object.hex, message: "\(error)"),
                byteCount
            )
        }
    }

    /// Checks names in parts, so that a request to stop is heard and memory stays what it is.
    private func check(
        _ names: [Digest], _ label: String, _ report: inout VerificationReport,
        _ body: @Sendable (Digest) -> Check
    ) throws {
        let partSize = 256
        for start in stride(from: 0, to: names.count, by: partSize) {
            try StopRequest.check(during: "verifying \(label)")
            let part = Array(names[start..<min(start + partSize, names.count)])
            for (problem, bytesRead) in parallel(part, workers: workers, body) {
                report.bytesRead += bytesRead
                if let problem { report.add(problem) }
            }
            log.progress(label, done: start + part.count, total: names.count)
        }
    }
}
