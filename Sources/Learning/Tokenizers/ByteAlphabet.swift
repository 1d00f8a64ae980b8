/// GPT-2's names of the 256 bytes: a printable character each, so that a file of tokens is text.
///
/// Printable Latin bytes name themselves; the others take the characters from U+0100 on.
enum ByteAlphabet {
    /// Bytes in the order of their characters.
    static let order: [UInt8] = {
        let printable = (0...255).map(UInt8.init).filter { isPrintable($0) }
        return printable + (0...255).map(UInt8.init).filter { !isPrintable($0) }
    }()

    /// The character that names each byte.
    static let characters: [Unicode.Scalar] = {
        var characters = (0...255).map { Unicode.Scalar(UInt8($0)) }
        for (place, byte) in order.dropFirst(188).enumerated() {
            // 256 to 323 are letters with marks: no surrogates, so never nil.
            characters[Int(byte)] = Unicode.Scalar(UInt32(256 + place)) ?? "?"
        }
        return characters
    }()

    private static let bytes = Dictionary(
        uniqueKeysWithValues: characters.enumerated().map { ($1, UInt8($0)) })

    private static func isPrintable(_ byte: UInt8) -> Bool {
        (33...126).contains(byte) || (161...172).contains(byte) || byte >= 174
    }

    /// Bytes as text.
    static func name(of bytes: [UInt8]) -> String {
        var name = String.UnicodeScalarView()
        for byte in bytes { name.append(characters[Int(byte)]) }
        return String(name)
    }

    /// Text as bytes; nil where a character names none.
    static func bytes(of name: String) -> [UInt8]? {
        var result: [UInt8] = []
        for scalar in name.unicodeScalars {
            guard let byte = bytes[scalar] else { return nil }
            result.append(byte)
        }
        return result
    }
}
