extension BytePairTokenizer {
    /// Learns the pairs that stand side by side most often in the texts.
    ///
    /// Ties go to the pair whose tokens come first, as in Hugging Face's trainer. Ids are the special
    /// tokens, the 256 bytes in GPT-2's order, and what merges make. It stops at `vocabularySize`
    /// tokens, or where no pair stands twice.
    package static func trained(on texts: [String], vocabularySize: Int) -> BytePairTokenizer {
        var tokens: [[UInt8]?] = specialNames.map { _ in nil }
        tokens += ByteAlphabet.order.map { [$0] }
        var ids: [[UInt8]: Int] = [:]
        for (id, bytes) in tokens.enumerated() { if let bytes { ids[bytes] = id } }
        var corpus = Corpus(texts, ids: ids)
        var pairs: [Pair] = []
        while tokens.count < vocabularySize, let pair = corpus.mostFrequent() {
            let bytes = (tokens[pair.left] ?? []) + (tokens[pair.right] ?? [])
            let id = ids[bytes] ?? tokens.count
            if id == tokens.count {
                tokens.append(bytes)
                ids[bytes] = id
            }
            pairs.append(pair)
            corpus.merge(pair, into: id)
        }
        return BytePairTokenizer(tokens: tokens, pairs: pairs, special: [0, 1, 2])
    }

    /// The words of the texts, and where each pair stands in them.
    private struct Corpus {
        private var words: [[Int]] = []
        private var counts: [Int] = []
        private var pairCounts: [Pair: Int] = [:]
        private var wordsOfPair: [Pair: Set<Int>] = [:]

        init(_ texts: [String], ids: [[UInt8]: Int]) {
            var places: [[UInt8]: Int] = [:]
            for text in texts {
                for word in WordSplit.words(of: text) {
                    if let place = places[word] {
                        counts[place] += 1
                        continue
                    }
                    places[word] = words.count
                    words.append(word.compactMap { ids[[$0]] })
                    counts.append(1)
                }
            }
            for word in words.indices { add(word, sign: 1) }
        }

        /// The pair that stands most often, twice at least.
        func mostFrequent() -> Pair? {
            let best = pairCounts.max { a, b in
                (a.value, b.key.left, b.key.right) < (b.value, a.key.left, a.key.right)
            }
            return best.flatMap { $0.value >= 2 ? $0.key : nil }
        }

        mutating func merge(_ pair: Pair, into token: Int) {
            for word in wordsOfPair[pair] ?? [] {
                add(word, sign: -1)
                var merged: [Int] = []
                for id in words[word] {
                    // What was just made may not be merged again in the same pass.
                    if id == pair.right, merged.last == pair.left, merged.last != token {
                        merged[merged.count - 1] = token
                    } else {
                        merged.append(id)
                    }
                }
                words[word] = merged
                add(word, sign: 1)
            }
            pairCounts[pair] = nil
            wordsOfPair[pair] = nil
        }

        private mutating func add(_ word: Int, sign: Int) {
            for (left, right) in zip(words[word], words[word].dropFirst()) {
                let pair = Pair(left: left, right: right)
                pairCounts[pair, default: 0] += sign * counts[word]
                if sign > 0 { wordsOfPair[pair, default: []].insert(word) }
            }
        }
    }
}
