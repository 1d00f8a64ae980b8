private import Evidence

/// How many kinds there are, counting each by its share (Hill numbers).
package struct EffectiveNumbers: Codable, Sendable, Equatable {
    /// exp of the entropy of the shares: as many kinds of equal share are as diverse.
    package let number: Double
    /// 1 / the chance that two episodes are of one kind (Simpson).
    package let simpson: Double
    /// Kinds.
    package let of: Int

    /// Of the kinds of episodes, one each; a joint kind is its parts as one value.
    package init<Kind: Hashable>(of kinds: some Sequence<Kind>) {
        var counts: [Kind: Int] = [:]
        for kind in kinds { counts[kind, default: 0] += 1 }
        self.init(counts: counts.values)
    }

    /// Of how many episodes there are of each kind.
    package init(counts: some Sequence<Int>) {
        // In a fixed order, so that sums do not depend on the hash's seed.
        let ordered = counts.filter { $0 > 0 }.sorted()
        let total = Double(ordered.reduce(0, +))
        of = ordered.count
        let shares = ordered.map { Double($0) / total }
        number = effectiveNumber(ofCounts: ordered)
        simpson = of == 0 ? 0 : 1 / shares.reduce(0) { $0 + $1 * $1 }
    }
}
