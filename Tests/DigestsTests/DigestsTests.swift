import Digests
import Foundation
import Testing

@Suite("Digests")
struct DigestTests {
    /// From FIPS 180-4's examples.
    static let examples = [
        ("", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"),
        ("abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"),
    ]

    @Test("are SHA-256, at once and in pieces", arguments: examples)
    func knownAnswers(text: String, hex: String) throws {
        #expect(Digest.of(text).hex == hex)
        #expect(Digest.of(Data(text.utf8)).hex == hex)
        var accumulator = DigestAccumulator()
        for byte in text.utf8 { accumulator.update([byte]) }
        #expect(accumulator.finalize().hex == hex)
        let read = try Digest(hex: hex)
        #expect(read == Digest.of(text))
        #expect(try Digest(bytes: read.bytes) == read)
    }

    @Test("are ordered as their texts are")
    func order() {
        let digests = (0..<200).map { Digest.of("\($0)") }
        #expect(digests.sorted().map(\.hex) == digests.map(\.hex).sorted())
    }

    @Test("are read of 64 lowercase hexadecimal digits only")
    func malformed() throws {
        let hex = Digest.of("a").hex
        for text in [
            "", String(hex.dropLast()), hex + "0", hex.uppercased(), "g" + hex.dropFirst(),
        ] {
            #expect(throws: DigestError.self) { try Digest(hex: text) }
        }
        let json = try JSONEncoder().encode([Digest.of("a")])
        #expect(String(decoding: json, as: UTF8.self) == "[\"\(hex)\"]")
        #expect(try JSONDecoder().decode([Digest].self, from: json) == [Digest.of("a")])
        #expect(throws: DecodingError.self) {
            try JSONDecoder().decode([Digest].self, from: Data(#"["abc"]"#.utf8))
        }
    }
}

@Suite("Signatures")
struct SignatureTests {
    @Test("verify for the message and the key that made them, and no other")
    func verification() throws {
        let key = SigningKey.generate()
        let message = Array("release".utf8)
        let signature = try key.sign(message)
        #expect(key.publicKey.verify(signature: signature, of: message))
        #expect(!key.publicKey.verify(signature: signature, of: message + [0]))
        #expect(!key.publicKey.verify(signature: Array(signature.dropLast()), of: message))
        #expect(!SigningKey.generate().publicKey.verify(signature: signature, of: message))
        let restored = try SigningKey(rawRepresentation: key.rawRepresentation)
        #expect(restored.publicKey == key.publicKey)
    }

    /// RFC 8032, section 7.1, test 1: an empty message.
    @Test("agree with RFC 8032")
    func knownAnswer() throws {
        let public8032 = "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a"
        let signature8032 =
            "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e06522490155"
            + "5fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b"
        let key = try VerificationKey(
            rawRepresentation: try #require(bytesOfHexadecimal(public8032)))
        let signature = try #require(bytesOfHexadecimal(signature8032))
        #expect(key.verify(signature: signature, of: []))
    }

    @Test("never show the private key")
    func description() throws {
        let key = SigningKey.generate()
        #expect(!"\(key)".contains(hexadecimal(key.rawRepresentation)))
        #expect(throws: SignatureError.malformedKey(byteCount: 3)) {
            try SigningKey(rawRepresentation: [1, 2, 3])
        }
    }
}
