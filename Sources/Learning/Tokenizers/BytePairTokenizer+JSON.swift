private import Foundation

/// Hugging Face's `tokenizer.json`: docs/formats/tokenizer.md.
extension BytePairTokenizer {
    /// The largest file that is read.
    private static let byteLimit = 64 << 20

    /// The file's text; the same tokenizer gives the same text.
    package var json: String {
        let names = tokens.enumerated().map { id, bytes in
            bytes.map(ByteAlphabet.name(of:)) ?? specialName(of: id)
        }
        let file = TokenizerFile(
            vocabulary: Dictionary(
                names.enumerated().map { ($1, $0) }, uniquingKeysWith: { first, _ in first }),
            merges: pairs.map { [names[$0.left], names[$0.right]] },
            special: [padding, beginningOfText, endOfText].map { ($0, specialName(of: $0)) })
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        do {
            return String(decoding: try encoder.encode(file), as: UTF8.self)
        } catch {
            preconditionFailure("a file of names and numbers cannot be written: \(error)")
        }
    }

    private func specialName(of id: Int) -> String {
        switch id {
        case padding: Self.specialNames[0]
        case beginningOfText: Self.specialNames[1]
        case endOfText: Self.specialNames[2]
        default: "<special-\(id)>"
        }
    }

    /// Reads a file that ``json`` or `tokenizers` wrote; the text may come from anybody.
    ///
    /// - Throws: ``TokenizerError`` that says what was found and what was expected.
    package init(json: String) throws(TokenizerError) {
        guard json.utf8.count <= Self.byteLimit else {
            throw Self.unreadable("it has \(json.utf8.count) bytes", "\(Self.byteLimit) at most")
        }
        let file: TokenizerFile
        do {
            file = try JSONDecoder().decode(TokenizerFile.self, from: Data(json.utf8))
        } catch {
            throw Self.unreadable("\(error)", "a file that Hugging Face's tokenizers wrote")
        }
        try file.checkFeatures()
        let names = try Self.names(of: file.model.vocab)
        let special = try Self.specialNames.map { name throws(TokenizerError) in
            guard let id = file.model.vocab[name] else {
                throw Self.unreadable("its vocabulary lacks \(name)", "all of \(Self.specialNames)")
            }
            return id
        }
        let added = Set(file.added_tokens.map(\.id))
        var tokens: [[UInt8]?] = []
        for (id, name) in names.enumerated() {
            if added.contains(id) || special.contains(id) {
                tokens.append(nil)
                continue
            }
            guard let bytes = ByteAlphabet.bytes(of: name), !bytes.isEmpty else {
                throw Self.unreadable(
                    "token \(id) is '\(name.prefix(40))'", "characters of GPT-2's byte alphabet")
            }
            tokens.append(bytes)
        }
        try Self.checkBytes(tokens)
        self.init(
            tokens: tokens, pairs: try Self.pairs(of: file.model, tokens: tokens),
            special: special)
    }

    /// The tokens' names by id.
    private static func names(of vocabulary: [String: Int]) throws(TokenizerError) -> [String] {
        var names = [String?](repeating: nil, count: vocabulary.count)
        for (name, id) in vocabulary {
            guard names.indices.contains(id), names[id] == nil else {
                throw unreadable(
                    "'\(name.prefix(40))' has id \(id)",
                    "ids 0 to \(vocabulary.count - 1), each once")
            }
            names[id] = name
        }
        return names.compactMap { $0 }
    }

    private static func checkBytes(_ tokens: [[UInt8]?]) throws(TokenizerError) {
        let singles = Set(tokens.compactMap { $0?.count == 1 ? $0?.first : nil })
        guard let missing = (0...255).map(UInt8.init).first(where: { !singles.contains($0) })
        else { return }
        throw unreadable(
            "byte \(missing) is no token", "all 256; train it with the whole byte alphabet")
    }

    private static func pairs(
        of model: TokenizerFile.Model, tokens: [[UInt8]?]
    ) throws(TokenizerError) -> [Pair] {
        var pairs: [Pair] = []
        for (rank, merge) in model.merges.enumerated() {
            guard merge.parts.count == 2, let left = model.vocab[merge.parts[0]],
                let right = model.vocab[merge.parts[1]],
                model.vocab[merge.parts[0] + merge.parts[1]] != nil,
                tokens[left] != nil, tokens[right] != nil
            else {
                throw unreadable(
                    "merge \(rank) is '\(merge.parts.joined(separator: " ").prefix(80))'",
                    "two tokens of the vocabulary that make a third")
            }
            pairs.append(Pair(left: left, right: right))
        }
        return pairs
    }

    static func unreadable(_ found: String, _ expected: String) -> TokenizerError {
        TokenizerError("reading a tokenizer.json: \(found), expected \(expected)")
    }
}

/// In configurations a tokenizer is its file's text.
extension BytePairTokenizer: Codable {
    package init(from decoder: any Decoder) throws {
        try self.init(json: decoder.singleValueContainer().decode(String.self))
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(json)
    }
}
