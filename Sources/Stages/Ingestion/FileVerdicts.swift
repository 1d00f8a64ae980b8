/// The verdicts that the report shows: the first of many, and how many there are.
struct FileVerdicts {
    struct Line {
        let name: String
        let verdict: String
        let message: String
    }

    /// More would make a report that nobody reads, and memory that grows with the delivery.
    private static let limit = 500

    private(set) var lines: [Line] = []
    private(set) var lineCount = 0
    private(set) var warnings: [String] = []
    private var warningsOfFile: (name: String, count: Int) = ("", 0)

    mutating func add(_ name: String, _ verdict: String, _ message: String) {
        lineCount += 1
        if lines.count < Self.limit {
            lines.append(Line(name: name, verdict: verdict, message: message))
        }
    }

    mutating func addWarning(_ file: String, _ warning: String) {
        if warningsOfFile.name != file { warningsOfFile = (file, 0) }
        warningsOfFile.count += 1
        if warnings.count < Self.limit { warnings.append(warning) }
    }

    /// Warnings so far of the file that is being read.
    func warningCount(of file: String) -> Int {
        warningsOfFile.name == file ? warningsOfFile.count : 0
    }
}
