import FineTuning
import Foundation
import Ingestion
import Promotion
import QualityFiltering
import ShadowEvaluation
import StageRuns
import Testing
import ValueLabelling

/// pipelines/nightly.yaml documents every setting in comments: these tests keep them true.
@Suite("The settings in pipelines/nightly.yaml") struct PipelineFileTests {
    @Test("of ingest are its defaults, and all of them")
    func ingest() throws { try expectDefaults(IngestConfiguration.self, of: "ingest") }

    @Test("of filter-by-quality are its defaults, and all of them")
    func filter() throws { try expectDefaults(QualityConfiguration.self, of: "filter-by-quality") }

    @Test("of label-with-value-function are its defaults, and all of them")
    func label() throws {
        try expectDefaults(LabellingConfiguration.self, of: "label-with-value-function")
    }

    @Test("of fine-tune are its defaults, and all of them")
    func fineTune() throws { try expectDefaults(FineTuneConfiguration.self, of: "fine-tune") }

    @Test("of shadow-evaluate are its defaults, and all of them")
    func shadow() throws { try expectDefaults(ShadowConfiguration.self, of: "shadow-evaluate") }

    @Test("of promote are its defaults, and all of them")
    func promote() throws { try expectDefaults(PromotionConfiguration.self, of: "promote") }

    private func expectDefaults<Settings: StageConfiguration>(
        _ type: Settings.Type, of stage: String
    ) throws {
        let yaml = try documentedSettings(of: stage)
        let read = try ConfigurationFile.parse(type, yaml, source: "nightly.yaml, \(stage)")
        #expect(read == Settings())
        _ = try ConfigurationFile.parse(
            type, text(of: stage).joined(separator: "\n"), source: "nightly.yaml, \(stage)")
        let keys = try JSONDecoder().decode(
            [String: ConfigurationValue].self, from: JSONEncoder().encode(Settings()))
        for key in keys.keys {
            let isMentioned = try text(of: stage).contains { $0.contains("\(key):") }
            #expect(isMentioned, "nightly.yaml does not mention \(key) of \(stage)")
        }
    }

    /// The settings that are commented out, without their comment marks.
    ///
    /// Examples of values that have no default are indented further, and left out.
    private func documentedSettings(of stage: String) throws -> String {
        try text(of: stage).filter { $0.hasPrefix("# ") }
            .map { $0.trimmingPrefix("# ") }
            .filter { !$0.hasPrefix(" ") }.joined(separator: "\n")
    }

    /// The lines under `settings:` of a stage, without their indentation.
    private func text(of stage: String) throws -> [Substring] {
        let root = URL(filePath: #filePath).deletingLastPathComponent()
            .deletingLastPathComponent().deletingLastPathComponent()
        let text = try String(
            contentsOf: root.appending(path: "pipelines/nightly.yaml"), encoding: .utf8)
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
        let start = try #require(lines.firstIndex(of: "  - stage: \(stage)"))
        return lines[(start + 2)...].prefix { $0.hasPrefix("      ") }
            .map { $0.trimmingPrefix("      ") }
    }
}
