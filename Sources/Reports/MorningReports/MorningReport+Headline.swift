import Foundation
import Reports

extension MorningReport {
    /// The night in one sentence: what came in, what happened to the policy, what needs a human.
    package var headline: String {
        let today = needs.isEmpty ? "nothing needs a human today" : needsInBrief
        return [arrival, policy, today].joined(separator: "; ") + "."
    }

    private var arrival: String {
        let tally = tonight?.total ?? Tally()
        guard tally.episodes > 0 else { return "Nothing new came in" }
        let time = tally.seconds > 0 ? " (\(duration(tally.seconds)) of robot time)" : ""
        return "\(counted(tally.episodes, "episode")) came in\(time)"
    }

    /// What happened to the policy, as part of a sentence.
    var policy: String {
        if state != "succeeded", let failed = stages.last(where: { $0.state != "succeeded" }) {
            return "the night ended early, in \(failed.name)"
        }
        if let to = decision?.moves.compactMap(\.to).first {
            let channels = decision?.moves.filter { $0.to == to }.map(\.channel) ?? []
            return "release \(short(to)) went to \(channels.joined(separator: " and "))"
                + comparison
        }
        guard let verdict = decision?.verdict ?? evidence?.verdict else {
            return "no candidate was made"
        }
        if isStanding { return "the policy stays as it is, for nothing new was learned" }
        switch verdict {
        case "pass": return "the candidate passed, and no channel moved"
        case "fail": return "the candidate was not promoted: it failed\(comparison)"
        default:
            let more = evidence?.moreEpisodes.map {
                ", about \(counted($0, "more episode")) would settle it"
            }
            return "the candidate was not promoted: it is undecided\(more ?? comparison)"
        }
    }

    /// Whether nothing was learned this night, so that verdicts are those of an earlier one.
    private var isStanding: Bool {
        let fineTune = stages.first { $0.name == "fine-tune" }
        return fineTune?.isReused == true
    }

    /// The simulated successes of both policies.
    private var comparison: String {
        guard let tasks = evidence?.simulation?.tasks else { return "" }
        let shared = tasks.filter { $0.incumbent != nil }
        guard !shared.isEmpty else { return "" }
        let candidate = shared.reduce(0) { $0 + $1.candidate }
        let incumbent = shared.reduce(0) { $0 + ($1.incumbent ?? 0) }
        let episodes = shared.reduce(0) { $0 + $1.episodes }
        return ", with \(candidate) against \(incumbent) successes of "
            + "\(counted(episodes, "simulated episode"))"
    }

    private var needsInBrief: String {
        needs.count == 1
            ? "one thing needs a human today" : "\(needs.count) things need a human today"
    }

    /// The lines of a message one after the other, each with the point that ends a sentence.
    private static func sentences(_ lines: String) -> String {
        lines.split(separator: "\n").map { line in
            let isWhole = line.last.map { ".!?".contains($0) } ?? false
            return isWhole ? String(line) : line + "."
        }.joined(separator: " ")
    }

    /// What a person should look at today, the most urgent first.
    package var needs: [String] {
        var needs: [String] = []
        for stage in stages where stage.state != "succeeded" {
            let message = stage.message.map { ": \($0)" } ?? ""
            let sentences = Self.sentences("\(stage.name) \(stage.state)\(message)")
            needs.append("\(sentences) Its log: \(stage.log)")
        }
        if let intake, intake.unreadableFiles > 0 {
            let example = intake.unreadableExample.map { ", such as \($0)" } ?? ""
            needs.append(
                "\(counted(intake.unreadableFiles, "recording")) could not be read\(example)")
        }
        if !review.isEmpty {
            needs.append("Look at \(counted(review.count, "episode")) whose label may be wrong.")
        }
        for origin in doubtful.filter(\.isSuspicious).prefix(3) {
            needs.append(
                "Check the outcomes of \(origin.kind) \(origin.name): \(origin.doubtful) of "
                    + "\(origin.episodes) contradict the ends of their episodes.")
        }
        for robot in offenders.filter(\.needsService).prefix(3) {
            needs.append(
                "Look at robot \(robot.robot): gates refused \(robot.refused) of its "
                    + "\(counted(robot.episodes, "new episode")). \(robot.reason)")
        }
        return needs + drifted.prefix(3)
    }

    /// What drifted and by whom, all measures of the same episodes in one sentence.
    private var drifted: [String] {
        let alarms = diversity?.drift.filter(\.isAlarm) ?? []
        var slices: [String] = []
        for alarm in alarms where !slices.contains(alarm.slice) { slices.append(alarm.slice) }
        return slices.map { slice in
            let measures = alarms.filter { $0.slice == slice }.map(\.measure)
            let whose = slice == "all" ? "all episodes" : slice
            return "Say whether it is meant: the \(listed(measures)) of \(whose) drifted away from "
                + "the 30 nights before by more than chance explains."
        }
    }
}

extension MorningReport.Offender {
    /// Whether so much of it was refused that somebody should go and see.
    var needsService: Bool { refused >= 3 && refused * 5 >= episodes }
}

/// Words as a list in a sentence.
private func listed(_ words: [String]) -> String {
    guard let last = words.last, words.count > 1 else { return words.first ?? "" }
    return words.dropLast().joined(separator: ", ") + " and " + last
}

/// A count with its noun, in the singular for one.
func counted(_ count: Int, _ noun: String) -> String {
    "\(shortNumber(Double(count))) \(noun)\(count == 1 ? "" : "s")"
}

/// Seconds, minutes or hours, as people say them.
func duration(_ seconds: Double) -> String {
    guard seconds.isFinite, seconds >= 0 else { return "–" }
    if seconds < 60 { return "\(tenths(seconds)) s" }
    if seconds < 5400 { return "\(shortNumber((seconds / 60).rounded())) min" }
    return "\(tenths(seconds / 3600)) h"
}

/// One decimal below ten, none above.
private func tenths(_ value: Double) -> String {
    value < 9.95 && value != value.rounded()
        ? String(format: "%.1f", value) : shortNumber(value.rounded())
}

/// The beginning of a digest.
func short(_ digest: String) -> String { String(digest.prefix(12)) }
