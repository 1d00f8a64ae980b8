import Foundation

/// A number of bytes for people: `1.5 GB`, powers of ten.
func size(_ byteCount: Int) -> String {
    let units = ["bytes", "kB", "MB", "GB", "TB", "PB"]
    var value = Double(byteCount)
    var unit = 0
    while value >= 1000, unit < units.count - 1 {
        value /= 1000
        unit += 1
    }
    return unit == 0 ? "\(byteCount) bytes" : String(format: "%.1f %@", value, units[unit])
}

/// A share of one for people: `12.5 %`.
func percent(_ share: Double) -> String { String(format: "%g %%", (share * 1000).rounded() / 10) }

/// Rows with columns of equal width, the first two spaces from the margin; numbers go to the right.
func table(_ rows: [[String]], numericFrom first: Int = 1) -> [String] {
    let columns = rows.map(\.count).max() ?? 0
    let widths = (0..<columns).map { column in
        rows.map { column < $0.count ? $0[column].count : 0 }.max() ?? 0
    }
    return rows.map { row in
        let cells = row.enumerated().map { column, text in
            let padding = String(repeating: " ", count: widths[column] - text.count)
            return column >= first ? padding + text : text + padding
        }
        return "  " + cells.joined(separator: "  ")
    }
}
