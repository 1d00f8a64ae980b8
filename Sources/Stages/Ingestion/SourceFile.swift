import Foundation

/// One file to ingest.
struct SourceFile: Hashable {
    /// Where the bytes are: in place, or where they were claimed to.
    let url: URL
    /// What messages and records call it.
    let name: String
    /// Whether the file came by the inbox, so that ingest disposes of it.
    let isClaimed: Bool
}
