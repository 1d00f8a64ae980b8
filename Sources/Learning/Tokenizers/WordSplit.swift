/// GPT-2's split of text into words, which merges never cross:
/// `'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+`.
struct WordSplit {
    private enum Kind { case letter, number, space, other }

    private let scalars: [Unicode.Scalar]
    private let kinds: [Kind]

    /// The words of a text, as UTF-8; together they are the text.
    static func words(of text: String) -> [[UInt8]] {
        let split = WordSplit(text)
        var words: [[UInt8]] = []
        var start = 0
        while start < split.scalars.count {
            let end = split.end(ofWordAt: start)
            words.append(split.scalars[start..<end].flatMap { Array(UTF8.encode($0) ?? .init()) })
            start = end
        }
        return words
    }

    private init(_ text: String) {
        scalars = Array(text.unicodeScalars)
        kinds = scalars.map(Self.kind(of:))
    }

    private static func kind(of scalar: Unicode.Scalar) -> Kind {
        if scalar.properties.isWhitespace { return .space }
        switch scalar.properties.generalCategory {
        case .uppercaseLetter, .lowercaseLetter, .titlecaseLetter, .modifierLetter, .otherLetter:
            return .letter
        case .decimalNumber, .letterNumber, .otherNumber: return .number
        default: return .other
        }
    }

    private func end(ofWordAt start: Int) -> Int {
        if let end = contractionEnd(start) { return end }
        // A word may begin with one blank.
        let first = scalars[start] == " " && start + 1 < scalars.count ? start + 1 : start
        if kinds[first] != .space { return runEnd(first) }
        let end = runEnd(start)
        // Of blanks before a word, the last belongs to the word where it can.
        return end < scalars.count && end - start > 1 ? end - 1 : end
    }

    /// Where the scalars of the same kind end.
    private func runEnd(_ start: Int) -> Int {
        var end = start + 1
        while end < scalars.count, kinds[end] == kinds[start] { end += 1 }
        return end
    }

    private func contractionEnd(_ start: Int) -> Int? {
        guard scalars[start] == "'" else { return nil }
        for ending in ["s", "t", "re", "ve", "m", "ll", "d"] {
            let end = start + 1 + ending.unicodeScalars.count
            if end <= scalars.count, scalars[(start + 1)..<end].elementsEqual(ending.unicodeScalars)
            {
                return end
            }
        }
        return nil
    }
}
