import Cameras
import Diversity
import EpisodeStore
import Episodes
import Foundation

extension EpisodeStatistics {
    /// Columns and cameras beyond these are not remembered.
    private static let limits = (states: 48, actions: 24, cameras: 4)

    /// Of an episode as it was recorded; empty where its arrays are not what they should be, which gate H1 reports.
    ///
    /// - Throws: `CameraError` where no picture at all can be decoded.
    init(of episode: Episode) throws {
        let embodiment = episode.metadata.embodiment
        guard let states = try? episode.stateMatrix(), let actions = try? episode.actionMatrix(),
            states.allSatisfy(\.isFinite), actions.allSatisfy(\.isFinite)
        else {
            self.init(states: [], actions: [], pictures: [])
            return
        }
        self.init(
            states: Self.states(states, width: embodiment.stateWidth),
            actions: Self.actions(actions, width: embodiment.actionWidth),
            pictures: try Self.pictures(episode))
    }

    private static func states(_ matrix: [Float], width: Int) -> [Float] {
        guard width > 0, matrix.count >= width else { return [] }
        return (0..<min(width, limits.states)).flatMap { column in
            let spread = spread(of: matrix, column, width: width)
            return [
                matrix[column], matrix[matrix.count - width + column], spread.mean,
                spread.deviation,
            ]
        }
    }

    private static func actions(_ matrix: [Float], width: Int) -> [Float] {
        guard width > 0, matrix.count >= width else { return [] }
        let numbers = (0..<min(width, limits.actions)).flatMap { column in
            let spread = spread(of: matrix, column, width: width)
            return [spread.mean, spread.deviation, spread.change]
        }
        return numbers + [Float(log(Double(matrix.count / width)))]
    }

    /// Mean, standard deviation and root mean square change of a column (Welford 1962).
    private static func spread(
        of matrix: [Float], _ column: Int, width: Int
    ) -> (mean: Float, deviation: Float, change: Float) {
        var (count, mean, squares, changes) = (0.0, 0.0, 0.0, 0.0)
        var last = Double(matrix[column])
        for index in stride(from: column, to: matrix.count, by: width) {
            let value = Double(matrix[index])
            count += 1
            let difference = value - mean
            mean += difference / count
            squares += difference * (value - mean)
            changes += (value - last) * (value - last)
            last = value
        }
        return (
            Float(mean), Float((squares / count).squareRoot()),
            Float((changes / max(1, count - 1)).squareRoot())
        )
    }

    /// 8 x 8 fields of brightness of the first, middle and last picture of each camera, in order of the names.
    ///
    /// Pictures that cannot be decoded are black: gate H5 reports them.
    private static func pictures(_ episode: Episode) throws -> [UInt8] {
        let cameras = episode.metadata.cameras.sorted { $0.name < $1.name }.prefix(limits.cameras)
        var decoder = LumaDecoder()
        var fields: [UInt8] = []
        for camera in cameras {
            let count = episode.pictureCount(of: camera)
            for step in [0, count / 2, max(0, count - 1)] {
                do {
                    fields += try decoder.decode(try episode.frame(of: camera, step: step))
                        .fields(8)
                } catch let error as CameraError where error.isUnavailability {
                    throw error
                } catch {
                    fields += Array(repeating: 0, count: 64)
                }
            }
        }
        return fields
    }
}

extension LumaPicture {
    /// Mean brightness of `side` x `side` equal parts, row by row.
    func fields(_ side: Int) -> [UInt8] {
        guard width >= side, height >= side else { return Array(repeating: 0, count: side * side) }
        var (sums, counts) = (
            Array(repeating: 0, count: side * side), Array(repeating: 0, count: side * side)
        )
        for row in 0..<height {
            let start = row * side / height * side
            for column in 0..<width {
                let field = start + column * side / width
                sums[field] += Int(levels[row * width + column])
                counts[field] += 1
            }
        }
        return zip(sums, counts).map { UInt8($0 / max(1, $1)) }
    }
}

extension EpisodeMeasurements {
    /// Mean brightness of all cameras, 0 to 255; nil where there is none.
    var brightness: Double? {
        let known = cameras.filter { !$0.brightness.isEmpty }
        guard !known.isEmpty else { return nil }
        let means = known.map { camera in
            camera.brightness.enumerated().reduce(0.0) {
                $0 + $1.element * (Double($1.offset) * 16 + 8)
            }
        }
        return means.reduce(0, +) / Double(means.count)
    }
}
