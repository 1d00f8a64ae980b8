/// What was and was not taken from a checkpoint of another network.
package struct PartialLoad: Sendable, Equatable {
    /// Matrices that were taken.
    package let loaded: [String]
    /// Matrices that the checkpoint lacks: they are fresh.
    package let missing: [String]
    /// Tensors that the network has no place for: they were left.
    package let unexpected: [String]
}
