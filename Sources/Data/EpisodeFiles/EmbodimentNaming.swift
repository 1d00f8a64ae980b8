package import Episodes

/// Names embodiments that a file does not name, from what the episode is made of.
enum EmbodimentNaming {
    /// An embodiment whose name is `declared`, or is made of the family and the layout.
    ///
    /// A made name is the same for the same robot in all tasks whose states are laid out alike, and
    /// differs where they are not, such as `metaworld-sawyer-s21a4-9c41d2`.
    static func embodiment(
        declared: String?, family: String, state: [Embodiment.Component], actionWidth: Int,
        controlRateHertz: Double?
    ) -> Embodiment {
        let width = state.reduce(0) { $0 + $1.width }
        let name =
            declared.map(slug)
            ?? "\(slug(family))-s\(width)a\(actionWidth)-\(layoutMark(state, actionWidth))"
        return Embodiment(
            name: name, state: state, actionWidth: actionWidth, controlRateHertz: controlRateHertz)
    }

    /// Six digits that differ between layouts.
    static func layoutMark(_ state: [Embodiment.Component], _ actionWidth: Int) -> String {
        let text = state.map { "\($0.array):\($0.width)" }.joined(separator: ",")
        // FNV-1a: short, and the same for ever.
        let hash = (text + ";\(actionWidth)").utf8.reduce(UInt64(0xcbf2_9ce4_8422_2325)) {
            ($0 ^ UInt64($1)) &* 0x100_0000_01b3
        }
        let digits = String(hash & 0xFFFFFF, radix: 16)
        return String(repeating: "0", count: 6 - digits.count) + digits
    }

    /// Control ticks a second from the median time between steps.
    ///
    /// Rounded, so that the jitter of a clock does not make two embodiments of one robot.
    static func controlRate(of times: [Double]?) -> Double? {
        guard let times, times.count > 1 else { return nil }
        let periods = zip(times.dropFirst(), times).map { $0 - $1 }.sorted()
        let median = periods[periods.count / 2]
        guard median > 0 else { return nil }
        let rate = 1 / median
        return rate >= 2 ? rate.rounded() : (rate * 10).rounded() / 10
    }

    private static func slug(_ text: String) -> String {
        let characters = text.lowercased().map { character -> Character in
            character.isASCII && (character.isLetter || character.isNumber || character == "-")
                ? character : "-"
        }
        let parts = String(characters).split(separator: "-")
        return parts.isEmpty ? "robot" : parts.joined(separator: "-")
    }
}

extension Embodiment {
    /// The same embodiment under a name that no other state layout has.
    package func markedByLayout() -> Embodiment {
        Embodiment(
            name: "\(name)-\(EmbodimentNaming.layoutMark(state, actionWidth))", state: state,
            actionWidth: actionWidth, controlRateHertz: controlRateHertz)
    }
}
