private import Tensors

/// Resizes pictures: down the columns first, because whole rows add up fastest.
struct Resizer {
    /// The last result, height x width x 3 levels, not rounded.
    var pixels: [Float] = []

    private var row: [Float] = []
    private var across: (key: Resampling.Key, weights: Resampling)?
    private var down: (key: Resampling.Key, weights: Resampling)?

    /// Makes `window` of `source` the result; `source` begins with the picture, of size `size`.
    mutating func resize(_ source: [UInt8], size: PictureSize, window: Window) {
        let across = Self.weights(
            &across,
            .init(
                from: size.width, start: window.left, length: window.width,
                to: window.target.width))
        let down = Self.weights(
            &down,
            .init(
                from: size.height, start: window.top, length: window.height,
                to: window.target.height))
        Self.fit(&row, size.width * 3)
        Self.fit(&pixels, window.target.width * window.target.height * 3)
        for index in 0..<window.target.height {
            Pictures.blendRows(
                of: source, rowLength: size.width * 3,
                rows: down.first[index]..<(down.first[index] + down.taps),
                levels: 0..<(size.width * 3),
                weights: down.weights[(index * down.taps)..<((index + 1) * down.taps)], into: &row)
            Pictures.resizeRow(
                row, first: across.first, weights: across.weights, into: &pixels,
                at: index * window.target.width * 3)
        }
    }

    /// The weights of the last call, where those of this one are the same.
    private static func weights(
        _ last: inout (key: Resampling.Key, weights: Resampling)?, _ key: Resampling.Key
    ) -> Resampling {
        if let last, last.key == key { return last.weights }
        let weights = Resampling(key)
        last = (key, weights)
        return weights
    }

    private static func fit(_ array: inout [Float], _ count: Int) {
        if array.count < count {
            array.append(contentsOf: repeatElement(0, count: count - array.count))
        } else {
            array.removeLast(array.count - count)
        }
    }
}
