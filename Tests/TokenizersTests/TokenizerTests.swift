import Foundation
import Testing
import Tokenizers

@Suite("Byte-pair tokenizer") struct TokenizerTests {
    /// What Hugging Face's `tokenizers` did with the same corpus: Fixtures/make-goldens.py.
    struct Goldens: Decodable {
        struct Encoding: Decodable {
            let text: String
            let ids: [Int]
        }
        let corpus: [String]
        let vocabularySize: Int
        let tokenizer: String
        let encodings: [Encoding]

        static func read() throws -> Goldens {
            let url = try #require(
                Bundle.module.url(
                    forResource: "goldens", withExtension: "json", subdirectory: "Fixtures"))
            return try JSONDecoder().decode(Goldens.self, from: Data(contentsOf: url))
        }
    }

    @Test("training learns what Hugging Face's trainer learns from the same corpus")
    func training() throws {
        let goldens = try Goldens.read()
        let theirs = try BytePairTokenizer(json: goldens.tokenizer)
        let ours = BytePairTokenizer.trained(
            on: goldens.corpus, vocabularySize: goldens.vocabularySize)
        #expect(ours == theirs)
        #expect(ours.vocabularySize > 300)
    }

    @Test("every text has the tokens that Hugging Face's encoder gives it")
    func encoding() throws {
        let goldens = try Goldens.read()
        let tokenizer = try BytePairTokenizer(json: goldens.tokenizer)
        #expect(goldens.encodings.count > 30)
        for encoding in goldens.encodings {
            #expect(tokenizer.encode(encoding.text) == encoding.ids, "\(encoding.text)")
        }
    }

    static let texts = [
        "", " ", "plain", "  blanks  ", "tab\t\r\n", "\u{0}\u{1}\u{7f}", "e\u{301}", "🤖👩‍🔬",
        "打开抽屉 ١٢٣", "a\u{a0}b\u{3000}c", "<eos>", "'s 'S ''", "\u{fffd}\u{10ffff}",
        String(repeating: "ab ", count: 1000),
    ]

    @Test("any text comes back as it was", arguments: texts)
    func roundTrip(text: String) throws {
        for corpus in [[], Self.texts, ["something else"]] {
            let tokenizer = BytePairTokenizer.trained(on: corpus, vocabularySize: 400)
            let back = try tokenizer.decode(tokenizer.encode(text))
            #expect(Array(back.utf8) == Array(text.utf8))
        }
    }

    @Test("random bytes that are UTF-8 come back, and those that are not become U+FFFD")
    func randomText() throws {
        var random = SystemRandomNumberGenerator()
        let tokenizer = BytePairTokenizer.trained(on: Self.texts, vocabularySize: 400)
        for _ in 0..<200 {
            let text = String(
                String.UnicodeScalarView(
                    (0..<20).compactMap { _ in
                        Unicode.Scalar(UInt32.random(in: 0...0x10ffff, using: &random))
                    }))
            #expect(try tokenizer.decode(tokenizer.encode(text)) == text)
        }
        let half = Array(tokenizer.encode("é").prefix(1))
        let untrained = BytePairTokenizer.trained(on: [], vocabularySize: 259)
        #expect(try untrained.decode(Array(untrained.encode("é").prefix(1))) == "\u{fffd}")
        #expect(half.count == 1)
    }

    @Test("its file comes back as it was, the same bytes each time")
    func file() throws {
        let tokenizer = BytePairTokenizer.trained(on: Self.texts, vocabularySize: 350)
        let again = BytePairTokenizer.trained(on: Self.texts, vocabularySize: 350)
        #expect(tokenizer.json == again.json)
        let back = try BytePairTokenizer(json: tokenizer.json)
        #expect(back == tokenizer && back.json == tokenizer.json)
        let coded = try JSONDecoder().decode(
            BytePairTokenizer.self, from: JSONEncoder().encode(tokenizer))
        #expect(coded == tokenizer)
    }

    @Test("merges may be written as one text or as two")
    func mergeSpellings() throws {
        let tokenizer = BytePairTokenizer.trained(on: ["aaa aaa"], vocabularySize: 261)
        let old = tokenizer.json.replacing("[\"a\",\"a\"]", with: "\"a a\"")
        #expect(old != tokenizer.json)
        #expect(try BytePairTokenizer(json: old) == tokenizer)
    }

    @Test("a token that there is not is an error")
    func unknownToken() throws {
        let tokenizer = BytePairTokenizer.trained(on: [], vocabularySize: 259)
        let error = try #require(throws: TokenizerError.self) { _ = try tokenizer.decode([259]) }
        #expect(error.description.contains("token 259, expected 0 to 258"))
    }

    /// A change to a good file, and what the error says.
    struct Damage: CustomTestStringConvertible {
        let testDescription: String
        let from: String
        let to: String
        let says: String
    }

    static let damages = [
        Damage(testDescription: "no JSON", from: "{\"added", to: "{", says: "tokenizers wrote"),
        Damage(
            testDescription: "another model", from: "\"BPE\"", to: "\"Unigram\"", says: "'Unigram'"),
        Damage(
            testDescription: "a normalizer", from: "\"model\":",
            to: "\"normalizer\":{\"type\":\"NFKC\"},\"model\":", says: "'NFKC'"),
        Damage(
            testDescription: "another pre-tokenizer", from: "\"ByteLevel\"",
            to: "\"Whitespace\"", says: "'Whitespace'"),
        Damage(
            testDescription: "an id twice", from: "\"b\":68", to: "\"b\":67",
            says: "each once"),
        Damage(
            testDescription: "an id beyond", from: "\"b\":68", to: "\"b\":100000",
            says: "each once"),
        Damage(
            testDescription: "a negative id", from: "\"b\":68", to: "\"b\":-1", says: "each once"),
        Damage(
            testDescription: "a byte that is no token", from: "\"b\":68", to: "\"bb\":68",
            says: "byte 98"),
        Damage(
            testDescription: "a name that is no bytes", from: "\"b\":68", to: "\"打\":68",
            says: "byte alphabet"),
        Damage(
            testDescription: "a merge of nothing", from: "[\"a\",\"a\"]", to: "[\"a\",\"zz\"]",
            says: "merge 0"),
        Damage(
            testDescription: "a merge of three", from: "[\"a\",\"a\"]",
            to: "[\"a\",\"a\",\"a\"]", says: "merge 0"),
        Damage(
            testDescription: "no end of text", from: "<eos>", to: "<end>", says: "lacks <eos>"),
        Damage(
            testDescription: "byte fallback", from: "\"byte_fallback\":false",
            to: "\"byte_fallback\":true", says: "byte fallback"),
    ]

    @Test("a file that is not what it should be says what was found", arguments: damages)
    func damaged(damage: Damage) throws {
        let good = BytePairTokenizer.trained(on: ["aaa aaa"], vocabularySize: 261).json
        let bad = good.replacing(damage.from, with: damage.to)
        try #require(bad != good)
        let error = try #require(throws: TokenizerError.self) {
            _ = try BytePairTokenizer(json: bad)
        }
        #expect(error.description.contains(damage.says), "\(error)")
    }

    @Test("a truncated file is an error, wherever it ends")
    func truncated() {
        let good = BytePairTokenizer.trained(on: ["aaa aaa"], vocabularySize: 261).json
        for length in stride(from: 0, to: good.count - 1, by: 37) {
            #expect(throws: TokenizerError.self) {
                _ = try BytePairTokenizer(json: String(good.prefix(length)))
            }
        }
    }

    @Test("a megabyte without blanks is encoded in passes, not in squares")
    func longWord() throws {
        let tokenizer = BytePairTokenizer.trained(on: Self.texts, vocabularySize: 400)
        let text = String(repeating: "abracadabra", count: 100_000)
        #expect(try tokenizer.decode(tokenizer.encode(text)) == text)
    }
}
