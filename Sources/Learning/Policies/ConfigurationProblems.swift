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
    }
    for task in tasks where !names.contains(task.embodiment) {
        problems.append("'\(task.instruction)' is for '\(task.embodiment)', which is not described")
    }
    for (index, task) in tasks.enumerated() where tasks[..<index].contains(task) {
        problems.append("'\(task.instruction)' for '\(task.embodiment)' is there twice")
    }
    return problems
}

/// Throws all problems in one error, if there are any.
func throwing(_ problems: [String], about subject: String) throws(PolicyError) {
    guard !problems.isEmpty else { return }
    throw PolicyError(
        .configurationInvalid, "checking \(subject): " + problems.joined(separator: "; "))
}
