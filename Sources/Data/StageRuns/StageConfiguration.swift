/// Settings of a stage: documented defaults, one `Codable` property a key, units in the names.
package protocol StageConfiguration: Codable, Equatable, Sendable {
    /// The documented defaults.
    init()

    /// Every problem of the values, each a sentence that names the key; empty if there is none.
    func problems() -> [String]
}
