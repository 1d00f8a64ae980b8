import EpisodeFiles
import Episodes
import TestSupport
import Testing

@Suite("ALOHA files")
struct ALOHATests {
    @Test("with JPEG rows keep them as they are, red and blue swapped")
    func jpeg() throws {
        let reading = try Reading("aloha-jpeg_episode_3")
        let episode = try #require(reading.accepted.first)
        #expect(reading.rejected.isEmpty)
        #expect(episode.metadata.sourceFormat == "aloha")
        #expect(episode.metadata.stepCount == 6)
        #expect(episode.metadata.outcome == .unlabelled)
        #expect(episode.metadata.instruction == "aloha-jpeg")
        #expect(episode.metadata.embodiment.stateWidth == 28)
        #expect(episode.metadata.embodiment.actionWidth == 14)
        #expect(episode.metadata.cameras.map(\.name) == ["angle", "top"])
        for camera in episode.metadata.cameras {
            #expect(camera.encoding == .jpegRows)
            #expect(camera.channelOrder == .bgr)
        }
        let lengths = try #require(episode.array(named: "compress_len"))
        #expect(lengths.shape == [2, 6])
        #expect(lengths.elementType == .float32)
        let state = try episode.stateMatrix()
        #expect(
            state[28..<56].elementsEqual(
                [Float](repeating: 2, count: 14) + [Float](repeating: 3, count: 14)))
    }

    @Test("with raw frames keep them")
    func raw() throws {
        let episode = try #require(try Reading("aloha-raw_episode_0").accepted.first)
        #expect(episode.metadata.cameras.map(\.encoding) == [.raw, .raw])
        #expect(episode.array(named: "observations/images/top")?.shape == [6, 4, 6, 3])
    }

    @Test(
        "with a frame that is none are refused",
        arguments: [
            ("aloha-bad-length", "compress_len says 99.0 bytes for step 2"),
            ("aloha-bad-frame", "observations/images/top[4]"),
        ])
    func badFrames(name: String, word: String) throws {
        let reading = try Reading(name)
        #expect(reading.accepted.isEmpty)
        #expect(reading.rejected.first?.code == .frameMalformed)
        #expect(reading.rejected.first?.description.contains(word) == true)
    }
}
