#if LeRobot
private import Glibc

/// Room for the library's words about a failure.
struct MessageBuffer {
    private var bytes = [CChar](repeating: 0, count: 1024)

    /// Calls `body` with the room and its size.
    mutating func fill<Result>(_ body: (UnsafeMutablePointer<CChar>?, Int) -> Result) -> Result {
        let capacity = bytes.count
        // Sound: the library writes at most `capacity` bytes and ends them with 0.
        return unsafe bytes.withUnsafeMutableBufferPointer { unsafe body($0.baseAddress, capacity) }
    }

    /// What was written, one line.
    var text: String {
        let written = bytes.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }
        return String(decoding: written, as: UTF8.self).replacing("\n", with: " ")
    }
}

/// Calls `body` with texts as C has them; they live until it returns.
func withCStrings<Result>(
    _ texts: [String], _ body: (UnsafePointer<UnsafePointer<CChar>?>?) -> Result
) -> Result {
    let copies = unsafe texts.map { unsafe strdup($0) }
    // Sound: each copy is freed once, after `body` has returned.
    defer { unsafe copies.forEach { unsafe free($0) } }
    let pointers = unsafe copies.map { unsafe UnsafePointer($0) }
    return unsafe pointers.withUnsafeBufferPointer { unsafe body($0.baseAddress) }
}
#endif
