/// How a policy is served.
package struct ServingOptions: Sendable {
    package var source: PolicySource
    package var asking: Asking
    package var host: String
    /// 0 for any free port.
    package var port: Int
    /// The key that clients must show; nil where everybody may ask.
    package var apiKey: String?
    /// The noise of the first request that names no seed; later ones count on.
    package var seed: UInt64
    /// Longer messages are refused.
    package var maximumMessageBytes: Int
    /// Robots that may be connected at the same time.
    package var maximumConnections: Int

    package init(
        source: PolicySource, asking: Asking = Asking(), host: String = "127.0.0.1",
        port: Int = 8000, apiKey: String? = nil, seed: UInt64 = .random(in: 0...UInt64.max),
        maximumMessageBytes: Int = 64 << 20, maximumConnections: Int = 256
    ) {
        self.source = source
        self.asking = asking
        self.host = host
        self.port = port
        self.apiKey = apiKey
        self.seed = seed
        self.maximumMessageBytes = maximumMessageBytes
        self.maximumConnections = maximumConnections
    }
}
