/// The parts of a `tokenizer.json` that are read and written.
struct TokenizerFile: Codable {
    struct Model: Codable {
        var type = "BPE"
        var dropout: Double?
        var unk_token: String?
        var continuing_subword_prefix: String?
        var end_of_word_suffix: String?
        var fuse_unk: Bool? = false
        var byte_fallback: Bool? = false
        var ignore_merges: Bool? = false
        var vocab: [String: Int]
        var merges: [Merge]
    }

    /// "a b" in older files, ["a", "b"] in newer ones.
    struct Merge: Codable {
        let parts: [String]

        init(_ parts: [String]) { self.parts = parts }

        init(from decoder: any Decoder) throws {
            let container = try decoder.singleValueContainer()
            if let text = try? container.decode(String.self) {  // else it must be a list
                parts = text.split(separator: " ", omittingEmptySubsequences: false).map(
                    String.init)
            } else {
                parts = try container.decode([String].self)
            }
        }

        func encode(to encoder: any Encoder) throws {
            var container = encoder.singleValueContainer()
            try container.encode(parts)
        }
    }

    struct AddedToken: Codable {
        var id: Int
        var content: String
        var single_word: Bool? = false
        var lstrip: Bool? = false
        var rstrip: Bool? = false
        var normalized: Bool? = false
        var special: Bool? = true
    }

    /// A step before or after the model.
    struct Step: Codable {
        var type: String
        var add_prefix_space: Bool?
        var trim_offsets: Bool?
        var use_regex: Bool?
    }

    var version: String? = "1.0"
    var added_tokens: [AddedToken]
    var normalizer: Step?
    var pre_tokenizer: Step?
    var post_processor: Step?
    var decoder: Step?
    var model: Model

    init(vocabulary: [String: Int], merges: [[String]], special: [(id: Int, name: String)]) {
        let bytes = Step(
            type: "ByteLevel", add_prefix_space: false, trim_offsets: true, use_regex: true)
        added_tokens = special.map { AddedToken(id: $0.id, content: $0.name) }
        pre_tokenizer = bytes
        decoder = bytes
        model = Model(vocab: vocabulary, merges: merges.map(Merge.init))
    }

    /// - Throws: ``TokenizerError`` that names what this reader does not do.
    func checkFeatures() throws(TokenizerError) {
        func expect(_ isSo: Bool, _ found: String, _ expected: String) throws(TokenizerError) {
            if !isSo { throw BytePairTokenizer.unreadable(found, expected) }
        }
        try expect(model.type == "BPE", "its model is '\(model.type)'", "BPE")
        try expect(
            normalizer == nil, "it has a normalizer '\(normalizer?.type ?? "")'", "none")
        try expect(
            pre_tokenizer?.type == "ByteLevel" && decoder?.type == "ByteLevel",
            "its pre-tokenizer is '\(pre_tokenizer?.type ?? "none")' and its decoder "
                + "'\(decoder?.type ?? "none")'", "ByteLevel")
        try expect(
            pre_tokenizer?.add_prefix_space != true && pre_tokenizer?.use_regex != false,
            "its pre-tokenizer adds a blank, or does not split words",
            "add_prefix_space false and use_regex true")
        try expect(
            (model.dropout ?? 0) == 0 && model.continuing_subword_prefix ?? "" == ""
                && model.end_of_word_suffix ?? "" == "" && model.byte_fallback != true
                && model.ignore_merges != true,
            "its model has dropout, a prefix, a suffix, byte fallback or ignored merges", "none")
        try expect(
            post_processor == nil || post_processor?.type == "ByteLevel",
            "it has a post-processor '\(post_processor?.type ?? "")'", "none or ByteLevel")
    }
}
