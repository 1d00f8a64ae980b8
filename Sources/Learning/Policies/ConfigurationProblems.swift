import Tokenizers

/// The largest size that a configuration may name, so that a hostile one cannot ask for the moon.
private let largestSize = 65_536

/// Sizes that are not positive or absurd.
func sizeProblems(_ sizes: [(name: String, value: Int)]) -> [String] {
    sizes.filter { !(1...largestSize).contains($0.value) }
        .map { "\($0.name) is \($0.value), expected 1 to \(largestSize)" }
}

/// Robots and tasks that are missing, doubled, or do not fit each other.
func vocabularyProblems(
    _ embodiments: [EmbodimentSpecification], _ tasks: [TaskSpecification]
) -> [String] {
    var problems: [String] = []
    if embodiments.isEmpty { problems.append("there is no embodiment") }
    if tasks.isEmpty { problems.append("there is no task") }
    let names = Set(embodiments.map(\.name))
    if names.count != embodiments.count { problems.append("two embodiments have the same name") }
    for embodiment in embodiments {
        problems += sizeProblems([
            ("\(embodiment.name): stateWidth", embodiment.stateWidth),
            ("\(embodiment.name): actionWidth", embodiment.actionWidth),
        ])
        if Set(embodiment.cameras).count != embodiment.cameras.count {
            problems.append("\(embodiment.name): two cameras have the same name")
        }
        if embodiment.cameras.count > 64 {
            problems.append(
                "\(embodiment.name) has \(embodiment.cameras.count) cameras, expected 64 at most")
        }
    }
    for task in tasks where !names.contains(task.embodiment) {
        problems.append("'\(task.instruction)' is for '\(task.embodiment)', which is not described")
    }
    for (index, task) in tasks.enumerated() where tasks[..<index].contains(task) {
        problems.append("'\(task.instruction)' for '\(task.embodiment)' is there twice")
    }
    return problems
}

/// Pictures that cannot be cut into patches, and states that cannot be encoded.
func observationProblems(
    historyLength: Int, octaves: Int, pairGains: [Float], imageSize: Int, patchSize: Int
) -> [String] {
    var problems = sizeProblems([("historyLength", historyLength), ("octaves", octaves)])
    if octaves > 16 { problems.append("octaves is \(octaves), expected 16 at most") }
    if pairGains.count > 16 || !pairGains.allSatisfy({ $0 > 0 && $0.isFinite }) {
        problems.append("pairGains is \(pairGains), expected 16 positive numbers at most")
    }
    guard imageSize != 0 || patchSize != 0 else { return problems }
    if !(1...4096).contains(imageSize) || !(1...256).contains(patchSize)
        || imageSize % patchSize != 0
    {
        problems.append(
            "imageSize is \(imageSize) and patchSize \(patchSize), expected a patch to divide "
                + "the image, or 0 and 0 without cameras")
    }
    return problems
}

/// Words that the table of tokens lacks, and instructions that are too long.
func wordProblems(
    _ tokenizer: BytePairTokenizer, _ tasks: [TaskSpecification], instructionLength: Int,
    vocabularySize: Int
) -> [String] {
    var problems = sizeProblems([("vocabularySize", vocabularySize)])
    if tokenizer.vocabularySize > vocabularySize {
        problems.append(
            "vocabularySize is \(vocabularySize), expected the tokenizer's "
                + "\(tokenizer.vocabularySize) at least")
    }
    for task in tasks {
        let count = tokenizer.encode(task.instruction).count
        if count > instructionLength {
            problems.append(
                "'\(task.instruction.prefix(80))' has \(count) tokens, expected "
                    + "\(instructionLength) at most")
        }
    }
    return problems
}

/// Throws all problems in one error, if there are any.
func throwing(_ problems: [String], about subject: String) throws(PolicyError) {
    guard !problems.isEmpty else { return }
    throw PolicyError(
        .configurationInvalid, "checking \(subject): " + problems.joined(separator: "; "))
}
