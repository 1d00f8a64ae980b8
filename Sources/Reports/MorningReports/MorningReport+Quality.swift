extension MorningReport {
    /// Everything that ingest was given, and why some of it was refused.
    package struct Intake: Codable, Sendable, Equatable {
        /// Episodes that were known already.
        package var duplicates: Int
        /// Episodes that are new.
        package var accepted: Int
        /// Episodes that were refused, in files that could be read.
        package var quarantined: Int
        /// Files that could not be read at all.
        package var unreadableFiles: Int
        /// What was found in one of those, in words.
        package var unreadableExample: String?
        /// Files that were looked at.
        package var filesIn: Int
        /// Refusals by reason, the most frequent first.
        package var reasons: [Reason]

        /// Makes it of its parts.
        package init(
            duplicates: Int, accepted: Int, quarantined: Int, filesIn: Int,
            unreadableFiles: Int = 0, unreadableExample: String? = nil, reasons: [Reason] = []
        ) {
            self.duplicates = duplicates
            self.accepted = accepted
            self.quarantined = quarantined
            self.filesIn = filesIn
            self.unreadableFiles = unreadableFiles
            self.unreadableExample = unreadableExample
            self.reasons = reasons
        }
    }

    /// One reason for which ingest refused something.
    package struct Reason: Codable, Sendable, Equatable {
        /// The reason's code.
        package var code: String
        /// How often.
        package var count: Int
        /// How often it was a whole file.
        package var files: Int
        /// What was found once, in words.
        package var example: String

        /// Makes it of its parts.
        package init(
            code: String, count: Int, files: Int = 0, example: String
        ) {
            self.code = code
            self.count = count
            self.files = files
            self.example = example
        }
    }

    /// What one quality gate said.
    package struct Gate: Codable, Sendable, Equatable {
        /// Its id, such as `H3`.
        package var id: String
        /// The gate in a few words; empty where that is not known.
        package var name: String
        /// Episodes of all experience that it keeps out.
        package var refused: Int
        /// Episodes of all experience that it warns about.
        package var warned: Int
        /// Of them last night's.
        package var refusedTonight: Int
        /// Of them last night's.
        package var warnedTonight: Int
        /// One of its reasons in words; empty if it had none.
        package var example: String

        /// Makes it of its parts.
        package init(
            id: String, name: String, refused: Int, warned: Int, refusedTonight: Int,
            warnedTonight: Int, example: String
        ) {
            self.id = id
            self.name = name
            self.refused = refused
            self.warned = warned
            self.refusedTonight = refusedTonight
            self.warnedTonight = warnedTonight
            self.example = example
        }
    }

    /// A robot whose new episodes were refused or warned about.
    package struct Offender: Codable, Sendable, Equatable {
        /// Its name.
        package var robot: String
        /// Its new episodes.
        package var episodes: Int
        /// Of them refused by gates.
        package var refused: Int
        /// Of them warned about.
        package var warned: Int
        /// The most frequent reason's words, once.
        package var reason: String

        /// Makes it of its parts.
        package init(
            robot: String, episodes: Int, refused: Int, warned: Int, reason: String
        ) {
            self.robot = robot
            self.episodes = episodes
            self.refused = refused
            self.warned = warned
            self.reason = reason
        }
    }

    /// An episode whose label a person should look at.
    package struct ReviewItem: Codable, Sendable, Equatable {
        /// The episode's digest.
        package var episode: String
        /// What asks for it.
        package var gate: String
        /// Why, in words.
        package var reason: String

        /// Makes it of its parts.
        package init(
            episode: String, gate: String, reason: String
        ) {
            self.episode = episode
            self.gate = gate
            self.reason = reason
        }
    }

    /// How often the outcomes of one origin contradict the ends of its episodes.
    package struct Doubtful: Codable, Sendable, Equatable {
        /// What it is: a robot, a site, a release, a day.
        package var kind: String
        /// Its name.
        package var name: String
        /// Its episodes.
        package var episodes: Int
        /// Of them doubtful.
        package var doubtful: Int
        /// Their share with its interval.
        package var interval: Estimate
        /// Whether that is certainly more than usual.
        package var isSuspicious: Bool

        /// Makes it of its parts.
        package init(
            kind: String, name: String, episodes: Int, doubtful: Int, interval: Estimate,
            isSuspicious: Bool
        ) {
            self.kind = kind
            self.name = name
            self.episodes = episodes
            self.doubtful = doubtful
            self.interval = interval
            self.isSuspicious = isSuspicious
        }
    }
}
