import StageRuns

/// Settings of filter-by-quality audit.
package struct AuditConfiguration: StageConfiguration {
    /// Seeds of fine-tuning and of what the random arm keeps; an interval needs two.
    package var seeds: [UInt64] = [1, 2, 3, 4, 5]
    /// Optimiser steps of each fine-tuning.
    package var trainingSteps = 600
    /// Which steps are learned from: success-only or none, which need no labels.
    package var conditioning = "success-only"
    /// Share of episodes that no arm learns from.
    package var heldOutShare = 0.1
    /// Seconds that one program may take.
    package var programTimeLimitSeconds = 7200.0
    /// A command that runs a policy and prints its episodes, as shadow-evaluate has it; without one the
    /// held-out action error judges.
    package var simulator: [String] = []
    /// Episodes of each task and seed in the simulator.
    package var simulatorEpisodes = 25
    /// The first seed of simulated episodes, the same for all arms.
    package var simulatorSeed: UInt64 = 1 << 30

    /// The documented defaults.
    package init() {}

    /// Every problem of the values.
    package func problems() -> [String] {
        var found: [String] = []
        if Set(seeds).count < 2 {
            found.append("seeds are \(seeds), expected at least two different ones")
        }
        if trainingSteps < 1 {
            found.append("trainingSteps is \(trainingSteps), expected 1 or more")
        }
        if !["success-only", "none"].contains(conditioning) {
            found.append("conditioning is '\(conditioning)', expected success-only or none")
        }
        if !(heldOutShare > 0 && heldOutShare < 1) {
            found.append("heldOutShare is \(heldOutShare), expected between 0 and 1")
        }
        if !(programTimeLimitSeconds > 0) {
            found.append("programTimeLimitSeconds is \(programTimeLimitSeconds), expected above 0")
        }
        if simulatorEpisodes < 1 {
            found.append("simulatorEpisodes is \(simulatorEpisodes), expected 1 or more")
        }
        for word in ["weights", "episodes", "seed"]
        where !simulator.isEmpty && !simulator.joined().contains("{\(word)}") {
            found.append("simulator lacks the placeholder {\(word)}")
        }
        return found
    }
}
