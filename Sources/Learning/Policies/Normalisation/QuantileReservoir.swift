import Tensors

/// Quantiles of columns from a stream of rows, in bounded memory.
///
/// Keeps a uniform sample of the rows (algorithm R); the same rows in the same order with the
/// same seed give the same quantiles.
package struct QuantileReservoir: Sendable {
    /// Columns of a row.
    package let columns: Int
    /// Rows seen.
    package private(set) var rowCount = 0
    private let capacity: Int
    private let random: CounterRandom
    private var rows: [Float] = []

    package init(columns: Int, capacity: Int = 16_384, seed: UInt64) {
        precondition(columns > 0 && capacity > 0, "\(capacity) rows of \(columns) columns")
        self.columns = columns
        self.capacity = capacity
        random = CounterRandom(seed: seed, purpose: .reservoir)
    }

    /// Adds rows, N x columns.
    ///
    /// - Throws: ``PolicyError`` at a value that is not finite; rows before it are counted.
    package mutating func add(_ values: [Float]) throws(PolicyError) {
        precondition(
            values.count.isMultiple(of: columns), "\(values.count) values in rows of \(columns)")
        for start in stride(from: 0, to: values.count, by: columns) {
            let row = values[start..<(start + columns)]
            if let column = row.firstIndex(where: { !$0.isFinite }) {
                throw PolicyError(
                    .valueNotFinite,
                    "collecting statistics: row \(rowCount), column \(column - start) is "
                        + "\(values[column]), expected a finite number; filter such steps out")
            }
            keep(row)
        }
    }

    private mutating func keep(_ row: ArraySlice<Float>) {
        defer { rowCount += 1 }
        guard rowCount >= capacity else {
            rows.append(contentsOf: row)
            return
        }
        let share = random.uniform(step: rowCount >> 28, sample: rowCount & (1 << 28 - 1))
        let place = Int(share * Double(rowCount + 1))
        guard place < capacity else { return }
        rows.replaceSubrange((place * columns)..<((place + 1) * columns), with: row)
    }

    /// Each column's quantile, interpolated between the two nearest rows; `share` is in [0, 1].
    ///
    /// - Precondition: at least one row was added.
    package func quantile(_ share: Double) -> [Float] {
        precondition(!rows.isEmpty, "a quantile of no rows")
        let count = rows.count / columns
        let position = share * Double(count - 1)
        let lower = Int(position)
        let upper = min(lower + 1, count - 1)
        let part = Float(position - Double(lower))
        return (0..<columns).map { column in
            let sorted = stride(from: column, to: rows.count, by: columns).map { rows[$0] }
                .sorted()
            return sorted[lower] + part * (sorted[upper] - sorted[lower])
        }
    }
}
