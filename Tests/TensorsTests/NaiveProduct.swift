/// A matrix product written out, in Double.
func naiveProduct(
    _ a: [Float], _ b: [Float], rows: Int, inner: Int, columns: Int
) -> [Double] {
    var result = Array(repeating: 0.0, count: rows * columns)
    for row in 0..<rows {
        for column in 0..<columns {
            for index in 0..<inner {
                result[row * columns + column] +=
                    Double(a[row * inner + index]) * Double(b[index * columns + column])
            }
        }
    }
    return result
}
