import Batching
import Digests
package import Foundation
import StageRuns

/// What is said when a server is ready.
package struct ReadyNotice: Codable, Sendable, Equatable {
    package let host: String
    package let port: Int
    /// The release's id, or the SHA-256 of bare weights.
    package let release: String
    package let indicator: String

    /// The same for a person.
    package var lines: [String] {
        ["serving \(release) on ws://\(host):\(port), indicator \(indicator)"]
    }
}

/// Serves until the process is asked to end; `whenReady` is called once.
///
/// - Throws: what ``PolicyServer`` throws.
package func servePolicy(
    _ options: ServingOptions, whenReady: (ReadyNotice) throws -> Void
) throws {
    let server = try PolicyServer(options)
    try whenReady(
        ReadyNotice(
            host: server.host, port: server.port, release: server.served.id.hex,
            indicator: server.served.indicator.word))
    while !StopRequest.isPending { Thread.sleep(forTimeInterval: 0.05) }
    try server.stop()
}

/// The key in a file, without white space around it.
///
/// - Throws: `StageError` if there is none.
package func readAPIKey(at file: URL) throws -> String {
    let data = FileManager.default.contents(atPath: file.path)
    let key = data.flatMap { String(data: $0, encoding: .utf8) }?
        .trimmingCharacters(in: .whitespacesAndNewlines)
    guard let key, !key.isEmpty else {
        throw StageError.usage(
            "the file of the API key, \(file.path), cannot be read or is empty",
            next: "Write the key into it, on one line.")
    }
    return key
}
