import Cameras
import Catalogue
import EpisodeStore
import Episodes
import Foundation
import JPEG
import MorningReports
import PictureDecoding
import StageRuns

/// Makes pictures of what an episode's camera saw, small enough for a page.
struct EpisodePictures: ~Copyable {
    /// Pixels along the longer side.
    private static let side = 160
    /// About 5 kB a picture.
    private static let quality = 70
    /// Frames that are looked at to find the worst.
    private static let looks = 9

    private let shards: EpisodeShards
    private var encoder: JPEGEncoder
    private var preparer: PicturePreparer
    private var values: [Float]

    init(workspace: Workspace) throws {
        // One patch is the whole picture, row by row.
        let layout = PictureLayout(side: Self.side, patchSide: Self.side)
        let encoder = try JPEGEncoder()
        let preparer = PicturePreparer(layout: layout, decoder: ConfinedDecoder())
        shards = EpisodeShards(workspace: workspace.root)
        self.encoder = encoder
        self.preparer = preparer
        values = Array(repeating: 0, count: layout.valueCount)
    }

    /// The first frame of the first camera, and the last; of a faulty camera the one with least to see.
    ///
    /// Empty where the camera gave nothing that can be shown, which is what gate H5 refuses it for.
    mutating func frames(
        of record: EpisodeRecord, isFaulty: Bool
    ) throws -> [MorningReport.Thumbnail] {
        let episode = try shards.read(
            EpisodeLocation(shard: record.shard, offset: record.offset, length: record.length),
            expecting: record.digest)
        let cameras = record.metadata.cameras.sorted { $0.name < $1.name }
        guard let camera = cameras.first,
            case let count = episode.pictureCount(of: camera), count > 0
        else { return [] }
        let looks =
            isFaulty
            ? (0..<Self.looks).map { $0 * (count - 1) / (Self.looks - 1) } : [0, count - 1]
        var seen: [(step: Int, pixels: [UInt8])] = []
        for step in Set(looks).sorted() {
            do {
                seen.append((step, try pixels(episode, camera, step: step)))
            } catch let error as CameraError where error.isUnavailability {
                throw error
            } catch {
                // A picture that is none is what the episode was refused for, and no reason to have no report.
                continue
            }
        }
        guard let first = seen.first else { return [] }
        let rest = seen.dropFirst()
        let second =
            isFaulty ? rest.min { contrast($0.pixels) < contrast($1.pixels) } : rest.last
        return try [first, second].compactMap(\.self).map { step, pixels in
            let which =
                step == 0 ? "first" : step == count - 1 ? "last" : "frame \(step + 1)"
            let fault = isFaulty && step != first.step ? ", least to see" : ""
            let name = cameras.count > 1 ? "\(camera.name), " : ""
            return try thumbnail(pixels, "\(name)\(which) of \(count)\(fault)")
        }
    }

    private mutating func pixels(
        _ episode: Episode, _ camera: Camera, step: Int
    ) throws -> [UInt8] {
        try preparer.prepare(
            episode.frame(of: camera, step: step), named: "\(camera.name), step \(step)",
            into: &values, at: 0)
        return values.map { UInt8(max(0, min(255, (($0 + 1) * 127.5).rounded()))) }
    }

    /// The variance of the levels.
    private func contrast(_ pixels: [UInt8]) -> Double {
        let count = Double(max(1, pixels.count))
        let mean = pixels.reduce(0.0) { $0 + Double($1) } / count
        return pixels.reduce(0.0) { $0 + (Double($1) - mean) * (Double($1) - mean) } / count
    }

    private mutating func thumbnail(
        _ pixels: [UInt8], _ caption: String
    ) throws -> MorningReport.Thumbnail {
        let (cut, width, height) = Self.withoutBars(pixels)
        let file = try encoder.encode(
            cut.span, width: width, height: height, quality: Self.quality, halvesColour: true)
        return MorningReport.Thumbnail(
            caption: caption, base64: Data(file).base64EncodedString(), width: width,
            height: height)
    }

    /// A square without the black that stands beside a picture which is no square.
    private static func withoutBars(
        _ pixels: [UInt8]
    ) -> (pixels: [UInt8], width: Int, height: Int) {
        func isBlack(row: Int) -> Bool {
            pixels[(row * side * 3)..<((row + 1) * side * 3)].allSatisfy { $0 == 0 }
        }
        func isBlack(column: Int) -> Bool {
            (0..<side).allSatisfy { row in
                let start = (row * side + column) * 3
                return pixels[start..<(start + 3)].allSatisfy { $0 == 0 }
            }
        }
        func bar(_ isBlack: (Int) -> Bool) -> Int {
            (0..<(side / 3)).first { !isBlack($0) || !isBlack(side - 1 - $0) } ?? 0
        }
        let (top, left) = (bar(isBlack(row:)), bar(isBlack(column:)))
        guard top > 0 || left > 0 else { return (pixels, side, side) }
        let (width, height) = (side - 2 * left, side - 2 * top)
        var cut: [UInt8] = []
        for row in top..<(side - top) {
            let start = (row * side + left) * 3
            cut += pixels[start..<(start + 3 * width)]
        }
        return (cut, width, height)
    }
}
