/// Three values, because "we cannot tell" is neither of the other two.
package enum EvidenceVerdict: String, Codable, Sendable {
    case pass, fail, undecided
}
