import EpisodeFiles
import Episodes
import Foundation
import TestSupport
import Testing

/// What Tests/Fixtures/profiles/lab.yaml says.
private func labProfile() -> ImportProfile {
    var profile = ImportProfile()
    profile.name = "towel-lab"
    profile.episodes = "/runs/*/take_*"
    profile.actions = ["command/arm", "command/gripper"]
    profile.state = ["sensors/q", "sensors/force"]
    profile.timestamps = "clock"
    profile.interventions = "human"
    profile.outcome.attribute = "verdict"
    profile.outcome.success = [OutcomeWord("ok")]
    profile.outcome.failure = [OutcomeWord("dropped")]
    profile.attributes.instruction = "meta/words"
    profile.attributes.site = "station"
    profile.attributes.operator = "/@who"
    profile.controlRateAttribute = "hz"
    profile.constants.robot = "arm-7"
    return profile
}

private let lab = recording("good").deletingLastPathComponent()
    .appending(path: "../profiles/lab.h5").standardizedFileURL

private func readings(_ profile: ImportProfile) throws -> [String: EpisodeReading] {
    let reader = try EpisodeFileFormats.open(lab, profiles: [profile])
    return Dictionary(
        uniqueKeysWithValues: reader.episodeNames.map { ($0, reader.read($0)) })
}

private func accepted(_ reading: EpisodeReading?) throws -> Episode {
    guard case .accepted(let episode, _) = try #require(reading) else {
        throw TestFailure("refused: \(String(describing: reading))")
    }
    return episode
}

private struct TestFailure: Error {
    let text: String
    init(_ text: String) { self.text = text }
}

@Suite("Import profiles")
struct ImportProfileTests {
    @Test("find the groups that match, in the order of their numbers")
    func order() throws {
        let reader = try EpisodeFileFormats.open(lab, profiles: [labProfile()])
        #expect(
            reader.episodeNames == [2, 3, 4, 10].map { "runs/day-1/take_\($0)" })
    }

    @Test("join actions, and find states, words, rates and outcomes")
    func episode() throws {
        let episode = try accepted(try readings(labProfile())["runs/day-1/take_2"])
        let metadata = episode.metadata
        #expect(metadata.sourceFormat == "towel-lab")
        #expect(metadata.instruction == "fold towel 2")
        #expect(metadata.outcome == .failure)
        #expect(metadata.outcomeSource == .attribute)
        #expect(metadata.embodiment.controlRateHertz == 20)
        #expect(metadata.embodiment.stateWidth == 4)
        #expect(metadata.provenance.site == "bench-4")
        #expect(metadata.provenance.operatorName == "maria")
        #expect(metadata.provenance.robot == "arm-7")
        let actions = try #require(episode.array(named: metadata.actionArray))
        #expect(actions.shape == [5, 3])
        let expected = (0..<5).flatMap { (step: Int) -> [Double] in
            [Double(step + 2), Double(step) * 0.5, Double(step % 2)]
        }
        #expect(actions.doubles() == expected)
        #expect(try episode.interventions() == [false, false, false, true, true])
        #expect(episode.array(named: "command/arm")?.elementType == .float32)
    }

    @Test("take an outcome's word whatever its case and spaces, and no other word")
    func outcomes() throws {
        #expect(
            try accepted(try readings(labProfile())["runs/day-1/take_10"]).metadata.outcome
                == .success)
        var profile = labProfile()
        profile.outcome.failure = [OutcomeWord("broken")]
        let unknown = try accepted(try readings(profile)["runs/day-1/take_2"])
        #expect(unknown.metadata.outcome == .unlabelled)
        profile.outcome.attribute = nil
        profile.outcome.array = "human"
        profile.outcome.success = [OutcomeWord("1")]
        let last = try accepted(try readings(profile)["runs/day-1/take_2"])
        #expect(last.metadata.outcome == .success)
    }

    @Test("warn of what they name and a file does not have")
    func absences() throws {
        var profile = labProfile()
        profile.attributes.instruction = "meta/wordz"
        profile.attributes.site = nil
        profile.outcome.attribute = "verdickt"
        profile.controlRateAttribute = "rate"
        guard case .accepted(let episode, let warnings) = try readings(profile)["runs/day-1/take_2"]
        else { throw TestFailure("refused") }
        #expect(
            warnings.filter { $0.contains("it has no") } == [
                "lab.h5 runs/day-1/take_2: it has no 'meta/wordz', which the profile's "
                    + "attributes.instruction names",
                "lab.h5 runs/day-1/take_2: it has no 'verdickt', which the profile's "
                    + "outcome.attribute names",
                "lab.h5 runs/day-1/take_2: it has no 'rate', which the profile's "
                    + "controlRateAttribute names",
            ])
        #expect(episode.metadata.outcome == .unlabelled)
        guard case .accepted(_, let none) = try readings(labProfile())["runs/day-1/take_2"]
        else { throw TestFailure("refused") }
        #expect(!none.contains { $0.contains("it has no") })
    }

    @Test("refuse an episode that lacks an array, and a link out of the file")
    func refusals() throws {
        let readings = try readings(labProfile())
        guard case .rejected(let missing) = readings["runs/day-1/take_3"],
            case .rejected(let link) = readings["runs/day-1/take_4"]
        else { throw TestFailure("something was accepted") }
        #expect(missing.code == .arrayMissing)
        #expect(missing.description.contains("sensors/force"))
        #expect(link.code == .linkRefused)
    }

    @Test("read cameras as they are described, and refuse what is described wrongly")
    func cameras() throws {
        var profile = labProfile()
        profile.cameras = [
            ImportProfile.CameraRule(
                name: "wrist", array: "eyes/wrist", encoding: "jpegRows", channelOrder: "bgr")
        ]
        let episode = try accepted(try readings(profile)["runs/day-1/take_2"])
        let camera = Camera(
            name: "wrist", array: "eyes/wrist", encoding: .jpegRows, channelOrder: .bgr)
        #expect(episode.metadata.cameras == [camera])
        profile.cameras[0].encoding = "raw"
        guard case .rejected(let rejection) = try readings(profile)["runs/day-1/take_2"] else {
            throw TestFailure("a camera of another shape was accepted")
        }
        #expect(rejection.code == .shapeMismatch)
        #expect(rejection.description.contains("eyes/wrist"))
    }

    @Test("leave files to others that their `files` or their arrays do not match")
    func otherFiles() throws {
        var profile = labProfile()
        profile.files = "/elsewhere/*.h5"
        #expect(throws: EpisodeFileError.self) {
            try EpisodeFileFormats.open(lab, profiles: [profile])
        }
        profile.files = "/profiles/l*.h5"
        #expect(try EpisodeFileFormats.open(lab, profiles: [profile]).episodeNames.count == 4)
        let good = try EpisodeFileFormats.open(recording("good"), profiles: [labProfile()])
        #expect(good.episodeNames.contains("demo_0"))
    }

    @Test("list every problem of their values")
    func problems() {
        var profile = ImportProfile()
        profile.name = "aloha"
        profile.episodes = "runs"
        profile.state = ["/obs"]
        profile.cameras = [ImportProfile.CameraRule(name: "top", array: "a", encoding: "png")]
        let problems = profile.problems().joined(separator: "\n")
        for word in ["'aloha'", "'runs'", "actions is empty", "'/obs'", "'png'"] {
            #expect(problems.contains(word), "\(problems)")
        }
        #expect(labProfile().problems().isEmpty)
    }
}
