import EpisodeFiles
import Episodes
import Foundation
import TestSupport
import Testing

@Suite("Rejections")
struct RejectionTests {
    /// A recording, why its demo_1 is refused, and what the message must name.
    struct Case: Sendable, CustomTestStringConvertible {
        let name: String
        let code: EpisodeRejection.Code
        let words: [String]
        var testDescription: String { name }

        init(_ name: String, _ code: EpisodeRejection.Code, _ words: String...) {
            self.name = name
            self.code = code
            self.words = words
        }
    }

    static let cases = [
        Case("bad-nan-action", .valueNotFinite, "actions[3, 1] is NaN"),
        Case("bad-infinite-state", .valueNotFinite, "obs/arm[2, 0] is -infinity"),
        Case("bad-empty", .tooFewSteps, "0 steps"),
        Case("bad-one-step", .tooFewSteps, "1 step,"),
        Case("bad-no-actions", .arrayMissing, "no array actions"),
        Case("bad-no-observation", .arrayMissing, "obs/gripper is missing"),
        Case("bad-extra-row", .shapeMismatch, "obs/arm has 7 rows, actions has 6"),
        Case("bad-num-samples", .shapeMismatch, "num_samples says 9, actions has 6"),
        Case("bad-transposed", .shapeMismatch, "[2, 6]", "transposed"),
        Case("bad-action-width", .shapeMismatch, "5 columns, 2 in 2"),
        Case("bad-magnitude", .actionMagnitude, "median"),
        Case("bad-strings", .typeMismatch, "string"),
        Case("bad-complex", .typeMismatch, "compound"),
        Case("bad-clock-gap", .clockGap, "3.05 s between steps 3 and 4", "limit 2.0 s"),
        Case("bad-clock-backwards", .clockBackwards, "0.14 s between steps 3 and 4"),
        Case("bad-done-in-middle", .doneInMiddle, "dones[2] is 1", "dones[5]"),
        Case("bad-next-observation", .nextObservationUnshifted, "next_obs/arm"),
        Case("bad-external-link", .linkRefused, "obs/arm", "external"),
        Case("bad-external-storage", .linkRefused, "obs/arm", "externalFiles"),
        Case("bad-virtual", .linkRefused, "obs/arm", "virtual"),
        Case("bad-huge", .tooLarge, "extra"),
        Case("bad-name", .nameRefused, "a\\nb"),
        Case("bad-checksum", .arrayUnreadable, "actions", "Fletcher32"),
    ]

    @Test("cost the bad episode only, and name file, episode, place and value", arguments: cases)
    func badEpisode(_ expected: Case) throws {
        let reading = try Reading(expected.name)
        #expect(reading.accepted.count == (expected.name == "bad-checksum" ? 1 : 2))
        #expect(reading.accepted.allSatisfy { $0.metadata.sourceEpisode != "demo_1" })
        let rejection = try #require(reading.rejected.first)
        #expect(reading.rejected.count == 1)
        #expect(rejection.code == expected.code)
        for word in ["\(expected.name).hdf5 demo_1: "] + expected.words {
            #expect(rejection.description.contains(word), "\(rejection.description)")
        }
    }

    @Test(
        "of whole files say what the file is",
        arguments: [
            ("text", EpisodeFileError.Code.formatUnknown, "found text in 21 bytes"),
            ("git-lfs", .formatUnknown, "git lfs pull"), ("zero-bytes", .fileEmpty, "empty"),
            ("no-layout", .layoutUnknown, "/data"), ("no-episodes", .noEpisodes, "no episodes"),
        ])
    func badFile(name: String, code: EpisodeFileError.Code, word: String) {
        let error = #expect(throws: EpisodeFileError.self) { try Reading(name) }
        #expect(error?.code == code)
        #expect(error?.description.contains(word) == true)
        #expect(error?.description.hasPrefix("\(name).hdf5: ") == true)
    }

    @Test("a file that is cut off is told from one that is no HDF5")
    func truncated() throws {
        try withTemporaryDirectory { folder in
            let bytes = try Data(contentsOf: recording("good"))
            let file = folder.appending(path: "cut.hdf5")
            try bytes.prefix(bytes.count / 2).write(to: file)
            let error = #expect(throws: EpisodeFileError.self) { try Reading(of: file) }
            #expect(error?.code == .fileTruncated)
            #expect(error?.description.contains("cut.hdf5") == true)
        }
    }

    @Test("an episode above the byte limit is refused before it is read")
    func byteLimit() throws {
        let reading = try Reading("good", limits: EpisodeLimits(episodeBytes: 100))
        #expect(reading.accepted.isEmpty)
        #expect(reading.rejected.map(\.code) == [.tooLarge, .tooLarge, .tooLarge])
    }

    @Test("leave no file open", arguments: cases)
    func handles(_ expected: Case) throws {
        try withTemporaryDirectory { folder in
            // The library closes a file with the last of its objects.
            let copy = folder.appending(path: "copy.hdf5")
            try FileManager.default.copyItem(at: recording(expected.name), to: copy)
            _ = try Reading(of: copy)
            let files = FileManager.default
            let open = try files.contentsOfDirectory(atPath: "/proc/self/fd").compactMap {
                // Another test may close a file between the listing and this look at it.
                try? files.destinationOfSymbolicLink(atPath: "/proc/self/fd/\($0)")
            }
            #expect(!open.contains(copy.path))
        }
    }
}
