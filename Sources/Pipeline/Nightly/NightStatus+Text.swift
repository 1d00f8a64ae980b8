import Foundation
import StageRuns

extension NightStatus {
    /// The status as a person reads it.
    package var lines: [String] {
        var lines = ["Catalogue \(catalogue): \(episodes) episodes"]
        if !quarantined.isEmpty {
            let reasons = quarantined.sorted { $0.key < $1.key }.map { "\($0.key) \($0.value)" }
            lines.append("Quarantined: " + reasons.joined(separator: ", "))
        }
        let size = inboxBytes.formatted(.byteCount(style: .file))
        lines.append("Inbox: " + (inboxFiles == 0 ? "empty" : "\(inboxFiles) files, \(size)"))
        lines += channelLines + workingLines + runLines
        return lines
    }

    private var channelLines: [String] {
        guard !channels.isEmpty else { return ["Channels: no release is in any channel yet"] }
        return ["Channels:"]
            + channels.sorted { $0.key < $1.key }.map { "  \($0.key): \($0.value)" }
    }

    private var workingLines: [String] {
        guard !working.isEmpty else { return ["At work: nobody"] }
        return ["At work:"]
            + working.sorted { $0.key < $1.key }.map {
                "  \($0.key): \($0.value)"
            }
    }

    private var runLines: [String] {
        guard !runs.isEmpty else {
            return ["Runs: none yet; start one: nightshift run pipelines/nightly.yaml"]
        }
        return ["Runs, the newest first:"]
            + runs.map { run in
                let state = run.nothingNew == true ? "nothing new" : run.state
                let time = run.seconds.map { ", " + NightResult.duration($0) } ?? ""
                let release = run.release.map { ", release \($0.prefix(12))" } ?? ""
                return "  \(run.run)  \(run.pipeline)  \(state)\(time)\(release)"
            }
    }
}
