import Cameras
import EpisodeStore
import Episodes
import Evidence

/// What the camera gates need to know of one camera in one episode.
package struct CameraMeasurements: Codable, Sendable, Equatable {
    package let name: String
    /// Pictures that the recording has for its steps.
    package let pictureCount: Int
    /// The first step without a readable picture, and why.
    package var unreadable: Unreadable?
    /// Pictures that were decoded.
    package var decodedCount = 0
    /// Share of the decoded pictures that are black, white or of one shade, and the first such step.
    package var blankShare = 0.0
    package var firstBlank: EpisodeMeasurements.Extreme?
    /// The longest time that the same picture came again while the robot moved, in seconds.
    package var frozenSeconds: EpisodeMeasurements.Extreme?
    /// Variance of the Laplacian: the median picture's, and that which a fifth of them stay below.
    package var sharpness: Double?
    package var lowSharpness: Double?
    /// Mean shares of pixels in 16 ranges of brightness.
    package var brightness: [Double] = []

    /// A picture that is not there, or cannot be decoded.
    package struct Unreadable: Codable, Sendable, Equatable {
        package let step: Int
        package let reason: String
    }
}

extension CameraMeasurements {
    /// Looks at all pictures' bytes, and decodes two a second, or 32 of a short episode.
    init(of camera: Camera, in episode: Episode, period: Double?, isMoving: [Bool]) {
        let stepCount = episode.metadata.stepCount
        let rows = episode.array(named: camera.array)?.shape.first ?? 0
        self.init(name: camera.name, pictureCount: rows)
        do {
            try freeze(camera, in: episode, count: rows, period: period, isMoving: isMoving)
            let every = max(1, min(rows / 32, Int(0.5 / (period ?? 0.1))))
            var steps = Array(stride(from: 0, to: rows, by: every))
            if let last = steps.last, last != rows - 1 { steps.append(rows - 1) }
            try look(at: steps, camera, in: episode)
        } catch {
            unreadable = unreadable ?? Unreadable(step: min(rows, stepCount), reason: "\(error)")
        }
    }

    /// The longest run of equal pictures, by the steps of it at which the robot moved.
    private mutating func freeze(
        _ camera: Camera, in episode: Episode, count: Int, period: Double?, isMoving: [Bool]
    ) throws {
        var (moving, start) = (0, 0)
        var longest = (moving: 0, start: 0)
        var previous: ArraySlice<UInt8> = []
        for step in 0..<count {
            let bytes = try episode.frame(of: camera, step: step).bytes
            if unreadable == nil, camera.encoding == .jpegRows, bytes.prefix(2) != [0xFF, 0xD8] {
                unreadable = Unreadable(step: step, reason: "it does not begin as a JPEG file does")
            }
            if step > 0, bytes.elementsEqual(previous) {
                moving += step < isMoving.count && isMoving[step] ? 1 : 0
                if moving > longest.moving { longest = (moving, start) }
            } else {
                (moving, start) = (0, step)
            }
            previous = bytes
        }
        guard longest.moving > 0 else { return }
        frozenSeconds = .init(
            value: Double(longest.moving) * (period ?? 0.1), step: longest.start)
    }

    private mutating func look(at steps: [Int], _ camera: Camera, in episode: Episode) throws {
        var decoder = try LumaDecoder()
        var sharp: [Double] = []
        var sums = [Double](repeating: 0, count: 16)
        var blankCount = 0
        for step in steps {
            let frame = try episode.frame(of: camera, step: step)
            let picture: LumaPicture
            do {
                picture = try decoder.decode(frame)
            } catch {
                unreadable = unreadable ?? Unreadable(step: step, reason: "\(error)")
                continue
            }
            decodedCount += 1
            let mean = picture.mean
            if mean < 5 || mean > 250 || picture.deviation(around: mean) < 3 {
                blankCount += 1
                firstBlank = firstBlank ?? .init(value: mean, step: step)
            }
            sharp.append(picture.sharpness)
            for (bin, share) in picture.histogram.enumerated() { sums[bin] += share }
        }
        guard decodedCount > 0 else { return }
        blankShare = Double(blankCount) / Double(decodedCount)
        sharp.sort()
        sharpness = sortedQuantile(sharp, 0.5)
        lowSharpness = sortedQuantile(sharp, 0.2)
        brightness = sums.map { $0 / Double(decodedCount) }
    }

    private init(name: String, pictureCount: Int) {
        self.name = name
        self.pictureCount = pictureCount
    }
}
