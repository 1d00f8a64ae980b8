/// The weights that make a line of pixels from a stretch of another, by a triangle filter.
///
/// The filter widens with the shrinking, so that nothing aliases: Pillow's BILINEAR, and
/// torchvision's bilinear interpolation with antialias=True. Enlarging is plain bilinear.
struct Resampling: Hashable {
    /// A line of `from` pixels, of which start ..< start + length becomes `to` pixels.
    struct Key: Hashable {
        let from: Int
        let start: Double
        let length: Double
        let to: Int
    }

    /// The first pixel that each result is made of.
    let first: [Int]
    /// Pixels that each result is made of.
    let taps: Int
    /// `taps` weights a result, which sum to 1.
    let weights: [Float]

    init(_ key: Key) {
        let scale = key.length / Double(key.to)
        let support = max(scale, 1)
        let taps = min(key.from, 2 * Int(support.rounded(.up)) + 1)
        var first: [Int] = []
        var weights = [Float](repeating: 0, count: key.to * taps)
        for index in 0..<key.to {
            let centre = key.start + (Double(index) + 0.5) * scale
            let lower = max(Int((centre - support + 0.5).rounded(.down)), 0)
            let upper = min(Int((centre + support + 0.5).rounded(.down)), key.from)
            let raw = (lower..<upper).map { pixel in
                max(0, 1 - abs(Double(pixel) + 0.5 - centre) / support)
            }
            let sum = raw.reduce(0, +)
            let start = min(lower, key.from - taps)
            first.append(start)
            for (offset, weight) in raw.enumerated() {
                weights[index * taps + lower - start + offset] = Float(weight / sum)
            }
        }
        self.first = first
        self.taps = taps
        self.weights = weights
    }
}
