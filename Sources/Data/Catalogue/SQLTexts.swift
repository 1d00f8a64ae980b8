/// `?, ?, ?` for `count` arguments.
func placeholders(_ count: Int) -> String {
    repeatElement("?", count: count).joined(separator: ", ")
}

/// `(?, ?), (?, ?)` for rows of values.
func tuples(_ rows: [[SQLValue]]) -> String {
    rows.map { "(\(placeholders($0.count)))" }.joined(separator: ", ")
}

/// Consecutive parts of `elements`, each of at most `size`.
func chunks<Element>(of elements: [Element], size: Int) -> [ArraySlice<Element>] {
    stride(from: 0, to: elements.count, by: size).map {
        elements[$0..<min($0 + size, elements.count)]
    }
}
