import Cameras
import PictureDecoding

/// The brightness of a camera's picture, small: what the camera gates look at.
struct LumaPicture {
    let width: Int
    let height: Int
    /// 0 to 255, row by row.
    let levels: [UInt8]

    /// Mean brightness.
    var mean: Double { levels.reduce(0.0) { $0 + Double($1) } / Double(max(1, levels.count)) }

    /// Standard deviation of brightness around `mean`.
    func deviation(around mean: Double) -> Double {
        let squares = levels.reduce(0.0) { $0 + (Double($1) - mean) * (Double($1) - mean) }
        return (squares / Double(max(1, levels.count))).squareRoot()
    }

    /// Variance of the Laplacian: how sharp the picture is.
    var sharpness: Double {
        guard width > 2, height > 2 else { return 0 }
        var (sum, squares) = (0.0, 0.0)
        for row in 1..<(height - 1) {
            for place in (row * width + 1)..<((row + 1) * width - 1) {
                let around =
                    Int(levels[place - 1]) + Int(levels[place + 1]) + Int(levels[place - width])
                    + Int(levels[place + width])
                let value = Double(around - 4 * Int(levels[place]))
                sum += value
                squares += value * value
            }
        }
        let count = Double((width - 2) * (height - 2))
        // Of whole numbers below 2^11: their squares' sum is exact, so nothing cancels.
        return squares / count - (sum / count) * (sum / count)
    }

    /// Shares of pixels in 16 equal ranges of brightness.
    var histogram: [Double] {
        var counts = [Int](repeating: 0, count: 16)
        for level in levels { counts[Int(level) / 16] += 1 }
        return counts.map { Double($0) / Double(max(1, levels.count)) }
    }
}

/// Decodes pictures to brightness, at a fraction of their size where that saves work.
struct LumaDecoder: ~Copyable {
    private let decoder = ConfinedDecoder()
    private var pixels: [UInt8] = []
    private var previous: [UInt8] = []
    private var sizes = (
        last: PictureSize(width: 0, height: 0), before: PictureSize(width: 0, height: 0)
    )

    /// Whether the picture decoded last has the size and the levels of the one before.
    var isSameAsBefore: Bool {
        let count = sizes.last.width * sizes.last.height * 3
        return sizes.last == sizes.before && pixels[..<count].elementsEqual(previous[..<count])
    }

    /// Pictures are not made smaller than this: sharpness needs fine detail.
    private static let smallest = (longer: 160, shorter: 90)
    private static let pixelLimit = 1 << 24

    init() {}

    /// - Throws: `CameraError` where the bytes are no picture, or none can be decoded.
    mutating func decode(_ frame: CameraFrame) throws(CameraError) -> LumaPicture {
        let isRedFirst = frame.colourOrder == .redFirst
        do throws(CameraError.Reason) {
            if case .raw(let size) = frame.encoding {
                guard frame.bytes.count == size.width * size.height * 3 else {
                    throw CameraError.Reason.rawLength(size, byteCount: frame.bytes.count)
                }
                return Self.luma(frame.bytes, size.width, size.height, isRedFirst: isRedFirst)
            }
            swap(&pixels, &previous)
            let size = try decoder.decode(
                frame, minimumSides: Self.smallest, pixelLimit: Self.pixelLimit, into: &pixels)
            sizes = (size, sizes.last)
            return Self.luma(pixels[...], size.width, size.height, isRedFirst: isRedFirst)
        } catch { throw CameraError(frame: "a picture", reason: error) }
    }

    /// Every n-th pixel across and down, so that sides stay at least `smallest`.
    private static func luma(
        _ pixels: ArraySlice<UInt8>, _ width: Int, _ height: Int, isRedFirst: Bool
    ) -> LumaPicture {
        let stride = max(
            1, min(max(width, height) / smallest.longer, min(width, height) / smallest.shorter))
        let (columns, rows) = (width / stride, height / stride)
        let (red, blue) = isRedFirst ? (77, 29) : (29, 77)
        var levels = [UInt8](repeating: 0, count: columns * rows)
        for row in 0..<rows {
            for column in 0..<columns {
                let place = pixels.startIndex + (row * stride * width + column * stride) * 3
                let sum =
                    red * Int(pixels[place]) + 150 * Int(pixels[place + 1])
                    + blue * Int(pixels[place + 2])
                levels[row * columns + column] = UInt8(sum >> 8)
            }
        }
        return LumaPicture(width: columns, height: rows, levels: levels)
    }
}
