/// Writes safetensors files: a length, a JSON header, and the tensors' bytes one after the other.
///
/// The same tensors in the same order with the same metadata give the same bytes.
package enum SafetensorsWriter {
    /// The bytes before the tensors' own, which follow in the order of `tensors` without gaps.
    ///
    /// - Precondition: names are unique, and none is `__metadata__`.
    package static func header(
        of tensors: [SafetensorsTensor], metadata: [String: String] = [:]
    ) -> [UInt8] {
        let names = Set(tensors.map(\.name))
        precondition(names.count == tensors.count, "two tensors have the same name")
        precondition(!names.contains(metadataKey), "a tensor is called \(metadataKey)")
        var fields: [String] = []
        if !metadata.isEmpty {
            fields.append(quoted(metadataKey) + ":" + object(of: metadata))
        }
        var offset = 0
        for tensor in tensors {
            let end = offset + tensor.byteCount
            let shape = tensor.shape.map(String.init).joined(separator: ",")
            fields.append(
                quoted(tensor.name) + ":{\"dtype\":\"\(tensor.elementType.rawValue)\","
                    + "\"shape\":[\(shape)],\"data_offsets\":[\(offset),\(end)]}")
            offset = end
        }
        var text = Array(("{" + fields.joined(separator: ",") + "}").utf8)
        // The format's own writers pad with spaces, so that data start at a multiple of 8.
        while !text.count.isMultiple(of: 8) { text.append(UInt8(ascii: " ")) }
        let length = (0..<8).map { UInt8(truncatingIfNeeded: text.count >> (8 * $0)) }
        return length + text
    }

    /// A whole file.
    ///
    /// - Precondition: each tensor's bytes have the length that its shape says.
    package static func encode(
        _ tensors: [(tensor: SafetensorsTensor, bytes: [UInt8])], metadata: [String: String] = [:]
    ) -> [UInt8] {
        var file = header(of: tensors.map(\.tensor), metadata: metadata)
        file.reserveCapacity(file.count + tensors.reduce(0) { $0 + $1.bytes.count })
        for (tensor, bytes) in tensors {
            precondition(
                bytes.count == tensor.byteCount,
                "\(tensor.name): \(bytes.count) bytes, its shape says \(tensor.byteCount)")
            file += bytes
        }
        return file
    }

    /// The header's key for text that is not a tensor.
    static let metadataKey = "__metadata__"

    private static func object(of metadata: [String: String]) -> String {
        let fields = metadata.sorted { $0.key < $1.key }.map { quoted($0) + ":" + quoted($1) }
        return "{" + fields.joined(separator: ",") + "}"
    }

    private static func quoted(_ text: String) -> String {
        var result: [UInt8] = [UInt8(ascii: "\"")]
        result.reserveCapacity(text.utf8.count + 16)
        for byte in text.utf8 {
            switch byte {
            case UInt8(ascii: "\""), UInt8(ascii: "\\"):
                result.append(UInt8(ascii: "\\"))
                result.append(byte)
            case ..<32:
                let digits = String(byte, radix: 16)
                result += "\\u\(String(repeating: "0", count: 4 - digits.count))\(digits)".utf8
            default: result.append(byte)
            }
        }
        result.append(UInt8(ascii: "\""))
        return String(decoding: result, as: UTF8.self)
    }
}
