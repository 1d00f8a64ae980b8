import Catalogue
import Foundation
import MorningReports
import StageRuns

/// What the pipeline was told otherwise than in the run before.
extension MorningGathering {
    func changes() throws -> [MorningReport.Change] {
        guard let before = history.entries.dropLast().last else { return [] }
        let old = try Self.settings(before.record.configurationJSON)
        let new = try Self.settings(run.configurationJSON)
        return Set(old.keys).union(new.keys).sorted().flatMap { stage in
            Self.differences(stage, old[stage], new[stage])
        }
    }

    private static func settings(_ json: String) throws -> [String: ConfigurationValue] {
        let pipeline = try JSONDecoder().decode(ConfigurationValue.self, from: Data(json.utf8))
        let stages = pipeline["stages"].elements.compactMap { stage in
            stage["stage"].string.map { ($0, stage["settings"]) }
        }
        return Dictionary(stages, uniquingKeysWith: { $0.overlaid(by: $1) })
    }

    private static func differences(
        _ stage: String, _ old: ConfigurationValue?, _ new: ConfigurationValue?
    ) -> [MorningReport.Change] {
        guard let old else {
            return [MorningReport.Change(stage: stage, key: "", before: "", after: "runs")]
        }
        guard let new else {
            return [MorningReport.Change(stage: stage, key: "", before: "ran", after: "")]
        }
        return Set(old.entries.map(\.key)).union(new.entries.map(\.key)).sorted().compactMap {
            key in
            guard old[key] != new[key] else { return nil }
            return MorningReport.Change(
                stage: stage, key: key, before: old[key].written, after: new[key].written)
        }
    }
}
