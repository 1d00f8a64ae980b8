/// What one observation holds.
package struct ObservationShape: Sendable, Equatable, CustomStringConvertible {
    /// Steps of state (L).
    package let historyLength: Int
    /// State columns of the widest embodiment (D).
    package let stateWidth: Int
    /// Cameras of the embodiment that has most (C), and the patches of each (P).
    package let cameraCount: Int, patchCount: Int
    /// Floats of a patch: pixel rows x pixel columns x RGB.
    package let patchColumns: Int
    /// Tokens of sub-task text at most.
    package let subtaskLength: Int

    package init(
        historyLength: Int, stateWidth: Int, cameraCount: Int = 0, patchCount: Int = 0,
        patchColumns: Int = 0, subtaskLength: Int = 0
    ) {
        precondition(
            historyLength > 0 && stateWidth > 0 && cameraCount >= 0 && patchCount >= 0
                && patchColumns >= 0 && subtaskLength >= 0,
            "a size is negative, or there is no state: \(historyLength) steps, \(stateWidth) "
                + "columns, \(cameraCount) cameras")
        self.historyLength = historyLength
        self.stateWidth = stateWidth
        self.cameraCount = cameraCount
        self.patchCount = patchCount
        self.patchColumns = patchColumns
        self.subtaskLength = subtaskLength
    }

    package var description: String {
        "\(historyLength) steps of \(stateWidth) state columns, \(cameraCount) cameras of "
            + "\(patchCount) patches of \(patchColumns), \(subtaskLength) sub-task tokens"
    }

    /// Floats of all pictures of one sample.
    package var pictureSize: Int { cameraCount * patchCount * patchColumns }
}
