/// Holm's step-down adjustment: a hypothesis is rejected at alpha where its adjusted value is at most alpha.
///
/// - Parameter values: p-values, or one by e-values.
/// - Returns: the adjusted values, in the same order, at most 1.
package func holmAdjusted(_ values: [Double]) -> [Double] {
    let order = values.indices.sorted { values[$0] < values[$1] }
    var adjusted = [Double](repeating: 1, count: values.count)
    var largest = 0.0
    for (rank, index) in order.enumerated() {
        largest = max(largest, min(1, Double(values.count - rank) * values[index]))
        adjusted[index] = largest
    }
    return adjusted
}
