internal import Episodes

/// Arrays made of recorded ones.
extension EpisodeArray {
    /// Float64 numbers, little-endian.
    init(name: String, shape: [Int], doubles: [Double]) {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(8 * doubles.count)
        for number in doubles {
            withUnsafeBytes(of: number.bitPattern.littleEndian) { bytes.append(contentsOf: $0) }
        }
        self.init(name: name, elementType: .float64, shape: shape, bytes: bytes)
    }

    /// The columns of several arrays side by side, as Float64.
    ///
    /// - Precondition: all have equally many rows.
    init(joining parts: [EpisodeArray], as name: String) {
        let rows = parts.first?.shape.first ?? 0
        let columns = parts.map { (numbers: $0.doubles(), width: $0.rowWidth) }
        var joined: [Double] = []
        for row in 0..<rows {
            for part in columns {
                joined += part.numbers[(row * part.width)..<((row + 1) * part.width)]
            }
        }
        self.init(
            name: name, shape: [rows, columns.reduce(0) { $0 + $1.width }], doubles: joined)
    }

    /// The rows that are marked; an array of another number of rows stays as it is.
    func keeping(rows isKept: [Bool]) -> EpisodeArray {
        guard let count = shape.first, count == isKept.count, count > 0 else { return self }
        let size = bytes.count / count
        var kept: [UInt8] = []
        for row in 0..<count where isKept[row] { kept += bytes[(row * size)..<((row + 1) * size)] }
        return EpisodeArray(
            name: name, elementType: elementType,
            shape: [isKept.count { $0 }] + shape.dropFirst(), bytes: kept)
    }
}
