/// A text in which `*` stands for any characters.
struct PathPattern {
    private let pieces: [Substring]

    init(_ text: some StringProtocol) {
        pieces = String(text).split(separator: "*", omittingEmptySubsequences: false)
    }

    /// Whether any text but one would do.
    var isOpen: Bool { pieces.count > 1 }

    /// Whether all of `text` is meant.
    ///
    /// Each piece is taken where it first occurs, so the time is that of a search a piece.
    func matches(_ text: String) -> Bool {
        guard let first = pieces.first, let last = pieces.last else { return text.isEmpty }
        guard isOpen else { return text == first }
        guard text.hasPrefix(first) else { return false }
        var rest = text.dropFirst(first.count)
        for piece in pieces.dropFirst().dropLast() where !piece.isEmpty {
            guard let found = rest.firstRange(of: piece) else { return false }
            rest = rest[found.upperBound...]
        }
        return rest.hasSuffix(last)
    }
}
