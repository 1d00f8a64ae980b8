import Catalogue
import Digests
import EpisodeStore
import Episodes
import Foundation
package import StageRuns

/// What experience takes, where it came from, and what it costs to keep.
package struct StorageCosts: Codable, Equatable, Sendable {
    /// What some episodes take.
    package struct Share: Codable, Equatable, Sendable {
        package var episodes = 0
        package var steps = 0
        /// Hours of experience, of the episodes whose control rate is known.
        package var hours = 0.0
        /// Bytes of the arrays as recorded.
        package var bytesIn = 0
        /// Bytes in shards.
        package var bytes = 0
        /// Bytes of those whose control rate is known.
        var timedBytes = 0

        private enum CodingKeys: String, CodingKey {
            case episodes, steps, hours, bytes
            case bytesIn = "bytes_in"
            case timedBytes = "timed_bytes"
        }

        /// Bytes that an hour of experience takes; nil where no control rate is known.
        package var bytesAnHour: Double? { hours > 0 ? Double(timedBytes) / hours : nil }

        mutating func add(_ record: EpisodeRecord) {
            episodes += 1
            steps += record.metadata.stepCount
            bytesIn += record.bytesIn
            bytes += record.bytesStored
            if let rate = record.metadata.embodiment.controlRateHertz, rate > 0 {
                hours += Double(record.metadata.stepCount) / rate / 3600
                timedBytes += record.bytesStored
            }
        }
    }

    /// The price of keeping 10^9 bytes for a month, in any currency.
    package var pricePerGigabyteMonth: Double
    package var total = Share()
    package var tasks: [String: Share] = [:]
    package var sites: [String: Share] = [:]
    package var robots: [String: Share] = [:]
    /// By the day of ingest, UTC: how the store grows.
    package var nights: [String: Share] = [:]
    /// Episodes that were delivered again and not kept again.
    package var duplicates: Int
    /// Bytes that they would have taken, at the mean of what is kept.
    package var bytesSavedByDuplicates = 0
    /// Bytes of objects that stages made, by kind.
    package var artefacts: [String: Int] = [:]
    /// Bytes on disk in shards, episodes and gaps.
    package var shardBytes: Int
    /// What a month costs: shards and objects.
    package var costAMonth = 0.0
    /// What keeping an hour of experience costs a month; nil where no control rate is known.
    package var costOfAnHourAMonth: Double?

    private enum CodingKeys: String, CodingKey {
        case total, tasks, sites, robots, nights, duplicates, artefacts
        case pricePerGigabyteMonth = "price_per_gb_month"
        case bytesSavedByDuplicates = "bytes_saved_by_duplicates"
        case shardBytes = "shard_bytes"
        case costAMonth = "cost_a_month"
        case costOfAnHourAMonth = "cost_of_an_hour_a_month"
    }

    /// Adds up what the workspace of `options` holds, one episode in memory at a time.
    ///
    /// - Throws: ``StageError``, or the catalogue's errors.
    package init(options: StageOptions, pricePerGigabyteMonth price: Double) throws {
        guard price >= 0, price.isFinite else {
            throw StageError.usage(
                "the price is \(price), expected a number of 0 or more",
                next: "Give for example --price 0.023 for 0.023 a gigabyte and month.")
        }
        let session = try StageSession(options: options)
        pricePerGigabyteMonth = price
        duplicates = try session.catalogue.intakeCounts().duplicates
        shardBytes = try session.shards.files().reduce(0) { $0 + $1.byteCount }
        try session.catalogue.forEachEpisode { add($0) }
        var seen: Set<String> = []
        for kept in try session.catalogue.keptArtefacts()
        where seen.insert(kept.artefact.digest.hex).inserted {
            artefacts[kept.artefact.kind, default: 0] += kept.artefact.byteCount
        }
        if total.episodes > 0 {
            bytesSavedByDuplicates = duplicates * (total.bytes / total.episodes)
        }
        let objectBytes = artefacts.values.reduce(0, +)
        costAMonth = Double(shardBytes + objectBytes) / 1e9 * price
        costOfAnHourAMonth = total.bytesAnHour.map { $0 / 1e9 * price }
    }

    private mutating func add(_ record: EpisodeRecord) {
        let provenance = record.metadata.provenance
        total.add(record)
        tasks[record.metadata.instruction, default: Share()].add(record)
        sites[provenance.site ?? "unknown", default: Share()].add(record)
        robots[provenance.robot ?? "unknown", default: Share()].add(record)
        nights[String(record.ingestedAt.prefix(10)), default: Share()].add(record)
    }
}

extension StorageCosts {
    /// The costs as a person reads them.
    package var lines: [String] {
        guard total.episodes > 0 else { return ["There is no experience yet."] }
        let ratio = Double(total.bytesIn) / Double(max(1, total.bytes))
        var lines = [
            "\(total.episodes) episodes, \(total.steps) steps, \(Self.hours(total)) of experience.",
            "\(size(total.bytes)) in shards, \(String(format: "%.1f", ratio)) times less than "
                + "recorded; \(size(shardBytes)) on disk.",
            "\(duplicates) episodes came again and were not kept again: about "
                + "\(size(bytesSavedByDuplicates)) saved.",
        ]
        let money = pricePerGigabyteMonth
        if let bytes = total.bytesAnHour, let cost = costOfAnHourAMonth {
            lines.append(
                "An hour of experience takes \(size(Int(bytes))) and costs \(Self.amount(cost)) a "
                    + "month at \(money) a GB; everything costs \(Self.amount(costAMonth)).")
        }
        for (name, shares) in [("task", tasks), ("site", sites), ("robot", robots)] {
            lines += [""] + Self.table(name, shares, order: { $0.value.bytes > $1.value.bytes })
        }
        lines += [""] + Self.table("night", nights, order: { $0.key > $1.key })
        lines += [""] + artefactLines
        return lines
    }

    private var artefactLines: [String] {
        let rows = artefacts.sorted { ($1.value, $0.key) < ($0.value, $1.key) }
            .map { [$0.key, size($0.value)] }
        return Storekeeping.table([["made by stages", "bytes"]] + rows)
    }

    private static func table(
        _ name: String, _ shares: [String: Share],
        order: ((key: String, value: Share), (key: String, value: Share)) -> Bool
    ) -> [String] {
        let shown = 30
        let rows = shares.sorted(by: order).prefix(shown).map { key, share in
            [
                String(key.prefix(60)), "\(share.episodes)", "\(share.steps)", hours(share),
                size(share.bytes), share.bytesAnHour.map { size(Int($0)) } ?? "-",
            ]
        }
        let head = [name, "episodes", "steps", "hours", "bytes", "bytes an hour"]
        let rest = shares.count > shown ? ["  and \(shares.count - shown) more"] : []
        return Storekeeping.table([head] + rows) + rest
    }

    private static func hours(_ share: Share) -> String {
        share.hours > 0 ? String(format: "%.2f h", share.hours) : "-"
    }

    private static func amount(_ money: Double) -> String { String(format: "%.4g", money) }
}
