import Reports

extension MorningReport {
    /// An episode that a person should see, with what a camera saw of it.
    package struct ShownEpisode: Codable, Sendable, Equatable {
        /// Why it is shown.
        package enum Kind: String, Codable, Sendable {
            /// Its outcome contradicts its end.
            case doubtful
            /// A gate refused it.
            case refused
            /// Nothing known is like it.
            case novel
            /// It failed.
            case failed
        }

        /// The episode's digest.
        package var episode: String
        /// Why it is shown.
        package var kind: Kind
        /// Task, robot and site, in words.
        package var title: String
        /// What is to be seen, in words.
        package var reason: String
        /// A few of its frames, in the order of steps.
        package var frames: [Thumbnail]

        /// Makes it of its parts.
        package init(
            episode: String, kind: Kind, title: String, reason: String, frames: [Thumbnail]
        ) {
            self.episode = episode
            self.kind = kind
            self.title = title
            self.reason = reason
            self.frames = frames
        }
    }

    /// A small picture of what a camera saw.
    package struct Thumbnail: Codable, Sendable, Equatable {
        /// Which camera and step.
        package var caption: String
        /// A JPEG file in base 64.
        package var base64: String
        /// Pixels across.
        package var width: Int
        /// Pixels down.
        package var height: Int

        /// Makes it of its parts.
        package init(caption: String, base64: String, width: Int, height: Int) {
            self.caption = caption
            self.base64 = base64
            self.width = width
            self.height = height
        }
    }

    /// What cameras saw of episodes that a person should see.
    var cameras: Report.Section? {
        guard !pictures.isEmpty else { return nil }
        return Report.Section("What cameras saw", [.strips(pictures.map(strip))])
    }

    private func strip(_ shown: ShownEpisode) -> Report.PictureStrip {
        let (label, tone) = label(shown.kind)
        let end = shown.reason.hasSuffix(".") ? "" : "."
        return Report.PictureStrip(
            label: label, title: shown.title,
            note: "\(shown.reason)\(end) Episode \(short(shown.episode)).",
            tone: tone,
            pictures: shown.frames.map {
                Report.Picture(
                    caption: $0.caption, description: "\(label): \(shown.title), \($0.caption)",
                    base64: $0.base64, width: $0.width, height: $0.height)
            })
    }

    private func label(_ kind: ShownEpisode.Kind) -> (String, Report.Tone) {
        switch kind {
        case .doubtful: ("outcome in doubt", .caution)
        case .refused: ("refused", .bad)
        case .novel: ("novel", .good)
        case .failed: ("failed", .plain)
        }
    }
}
