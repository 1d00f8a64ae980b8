/// Text as numbers and back: byte-level byte-pair encoding, as GPT-2's and Hugging Face's
/// `tokenizers` have it (arXiv 1508.07909).
///
/// Any text round-trips, because each byte is a token. Special tokens are never read from text:
/// an instruction that says `<eos>` is five characters.
package struct BytePairTokenizer: Sendable {
    /// The names of the special tokens.
    package static let specialNames = ["<pad>", "<bos>", "<eos>"]

    /// A merge of two tokens that stand side by side.
    struct Pair: Hashable {
        let left: Int
        let right: Int
    }

    /// What a merge makes, and how early it comes.
    struct Merge {
        let rank: Int
        let token: Int
    }

    /// Bytes of each token; nil for special tokens.
    let tokens: [[UInt8]?]
    /// In the order in which they were learned.
    let pairs: [Pair]
    private let merges: [Pair: Merge]
    private let tokenOfByte: [Int]
    /// Ids of the special tokens.
    package let padding: Int, beginningOfText: Int, endOfText: Int

    /// - Precondition: every byte is a token, and what pairs make are tokens.
    init(tokens: [[UInt8]?], pairs: [Pair], special: [Int]) {
        self.tokens = tokens
        self.pairs = pairs
        (padding, beginningOfText, endOfText) = (special[0], special[1], special[2])
        var ids: [[UInt8]: Int] = [:]
        for (id, bytes) in tokens.enumerated() { if let bytes { ids[bytes] = id } }
        tokenOfByte = (0...255).map { ids[[UInt8($0)]] ?? 0 }
        var merges: [Pair: Merge] = [:]
        for (rank, pair) in pairs.enumerated() {
            guard let left = tokens[pair.left], let right = tokens[pair.right],
                let token = ids[left + right]
            else { preconditionFailure("merge \(rank) makes no token") }
            merges[pair] = merges[pair] ?? Merge(rank: rank, token: token)
        }
        self.merges = merges
    }

    /// Tokens in all.
    package var vocabularySize: Int { tokens.count }

    /// The tokens of a text, without special ones.
    package func encode(_ text: String) -> [Int] {
        var known: [[UInt8]: [Int]] = [:]
        var result: [Int] = []
        for word in WordSplit.words(of: text) {
            let ids = known[word] ?? merged(word.map { tokenOfByte[Int($0)] })
            known[word] = ids
            result += ids
        }
        return result
    }

    /// The text of tokens; special ones say nothing, and bytes that are no UTF-8 become U+FFFD.
    ///
    /// - Throws: ``TokenizerError`` if a token is not one of the vocabulary.
    package func decode(_ ids: [Int]) throws(TokenizerError) -> String {
        var bytes: [UInt8] = []
        for id in ids {
            guard tokens.indices.contains(id) else {
                throw TokenizerError(
                    "decoding \(ids.count) tokens: found token \(id), expected 0 to "
                        + "\(tokens.count - 1)")
            }
            bytes += tokens[id] ?? []
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    /// Merges the earliest pair wherever it stands until there is none.
    ///
    /// A pass costs the length of the word, and there are no more passes than merges.
    private func merged(_ start: [Int]) -> [Int] {
        var ids = start
        while let (pair, merge) = earliest(in: ids) {
            var kept = 0
            var place = 0
            while place < ids.count {
                let isPair =
                    place + 1 < ids.count && ids[place] == pair.left && ids[place + 1] == pair.right
                ids[kept] = isPair ? merge.token : ids[place]
                kept += 1
                place += isPair ? 2 : 1
            }
            ids.removeLast(ids.count - kept)
        }
        return ids
    }

    private func earliest(in ids: [Int]) -> (Pair, Merge)? {
        var best: (Pair, Merge)?
        for (left, right) in zip(ids, ids.dropFirst()) {
            let pair = Pair(left: left, right: right)
            if let merge = merges[pair], merge.rank < best?.1.rank ?? .max { best = (pair, merge) }
        }
        return best
    }
}

extension BytePairTokenizer: Equatable {
    /// The same tokens and merges.
    package static func == (a: BytePairTokenizer, b: BytePairTokenizer) -> Bool {
        a.tokens == b.tokens && a.pairs == b.pairs
            && [a.padding, a.beginningOfText, a.endOfText]
                == [b.padding, b.beginningOfText, b.endOfText]
    }
}

/// A tokenizer's file or its tokens are not what they should be.
package struct TokenizerError: Error, Equatable, Sendable, CustomStringConvertible {
    /// What was being done, what was found, what was expected, and what to try.
    package let description: String

    init(_ description: String) { self.description = description }
}
