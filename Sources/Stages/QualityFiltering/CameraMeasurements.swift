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
    /// Looks at all pictures' bytes, and decodes two a second, or 32 of a short episode; of a video it decodes all,
    /// because its bytes say nothing of a picture alone.
    ///
    /// - Throws: `CameraError` where no picture at all can be decoded.
    init(of camera: Camera, in episode: Episode, period: Double?, isMoving: [Bool]) throws {
        let stepCount = episode.metadata.stepCount
        let count = episode.pictureCount(of: camera)
        self.init(name: camera.name, pictureCount: count)
        let every = max(1, min(count / 32, Int(0.5 / (period ?? 0.1))))
        let steps = Set(stride(from: 0, to: count, by: every)).union([count - 1])
        var run = EqualRun(isMoving: isMoving)
        var tally = PictureTally()
        do {
            if camera.encoding == .video {
                try watch(camera, in: episode, lookingAt: steps, &run, &tally)
            } else {
                try compare(camera, in: episode, count: count, &run)
                try look(at: steps.sorted(), camera, in: episode, &tally)
            }
        } catch let error as CameraError where error.isUnavailability {
            throw error
        } catch {
            unreadable = unreadable ?? Unreadable(step: min(count, stepCount), reason: "\(error)")
        }
        if run.longest.moving > 0 {
            frozenSeconds = .init(
                value: Double(run.longest.moving) * (period ?? 0.1), step: run.longest.start)
        }
        take(tally)
    }

    /// Compares the files of pictures that follow each other.
    private mutating func compare(
        _ camera: Camera, in episode: Episode, count: Int, _ run: inout EqualRun
    ) throws {
        var previous: ArraySlice<UInt8> = []
        for step in 0..<count {
            let frame = try episode.frame(of: camera, step: step)
            if unreadable == nil, case .jpeg = frame.encoding,
                frame.bytes.prefix(2) != [0xFF, 0xD8]
            {
                unreadable = Unreadable(
                    step: step, reason: "it begins neither as a JPEG nor as a PNG file does")
            }
            run.add(step, isSame: step > 0 && frame.bytes.elementsEqual(previous))
            previous = frame.bytes
        }
    }

    private mutating func look(
        at steps: [Int], _ camera: Camera, in episode: Episode, _ tally: inout PictureTally
    ) throws {
        var decoder = LumaDecoder()
        for step in steps where step >= 0 {
            let frame = try episode.frame(of: camera, step: step)
            do { tally.add(try decoder.decode(frame), step: step) } catch {
                try note(error, at: step)
            }
        }
    }

    /// Decodes every picture once, and compares levels.
    private mutating func watch(
        _ camera: Camera, in episode: Episode, lookingAt steps: Set<Int>, _ run: inout EqualRun,
        _ tally: inout PictureTally
    ) throws {
        var decoder = LumaDecoder()
        for step in 0..<pictureCount {
            let frame = try episode.frame(of: camera, step: step)
            do {
                let picture = try decoder.decode(frame)
                run.add(step, isSame: step > 0 && decoder.isSameAsBefore)
                if steps.contains(step) { tally.add(picture, step: step) }
            } catch {
                // What follows in a video depends on what was before.
                return try note(error, at: step)
            }
        }
    }

    private mutating func note(_ error: CameraError, at step: Int) throws {
        guard !error.isUnavailability else { throw error }
        unreadable = unreadable ?? Unreadable(step: step, reason: "\(error)")
    }

    private mutating func take(_ tally: PictureTally) {
        decodedCount = tally.count
        guard tally.count > 0 else { return }
        blankShare = Double(tally.blankCount) / Double(tally.count)
        firstBlank = tally.firstBlank
        let sharp = tally.sharp.sorted()
        sharpness = sortedQuantile(sharp, 0.5)
        lowSharpness = sortedQuantile(sharp, 0.2)
        brightness = tally.sums.map { $0 / Double(tally.count) }
    }

    private init(name: String, pictureCount: Int) {
        self.name = name
        self.pictureCount = pictureCount
    }
}

/// The longest run of equal pictures, by the steps of it at which the robot moved.
private struct EqualRun {
    let isMoving: [Bool]
    private(set) var longest = (moving: 0, start: 0)
    private var (moving, start) = (0, 0)

    init(isMoving: [Bool]) { self.isMoving = isMoving }

    mutating func add(_ step: Int, isSame: Bool) {
        guard isSame else {
            (moving, start) = (0, step)
            return
        }
        moving += step < isMoving.count && isMoving[step] ? 1 : 0
        if moving > longest.moving { longest = (moving, start) }
    }
}

/// What the decoded pictures have in common.
private struct PictureTally {
    private(set) var count = 0
    private(set) var blankCount = 0
    private(set) var firstBlank: EpisodeMeasurements.Extreme?
    private(set) var sharp: [Double] = []
    private(set) var sums = [Double](repeating: 0, count: 16)

    mutating func add(_ picture: LumaPicture, step: Int) {
        count += 1
        let mean = picture.mean
        if mean < 5 || mean > 250 || picture.deviation(around: mean) < 3 {
            blankCount += 1
            firstBlank = firstBlank ?? .init(value: mean, step: step)
        }
        sharp.append(picture.sharpness)
        for (bin, share) in picture.histogram.enumerated() { sums[bin] += share }
    }
}
