/// An episode's arrays do not fit its metadata.
package struct EpisodeShapeError: Error, Equatable, Sendable, CustomStringConvertible {
    /// What was found and what was expected.
    package let description: String
}

extension Episode {
    /// T x state width, row-major: the embodiment's state components side by side.
    ///
    /// - Throws: ``EpisodeShapeError`` if an array is missing or has another shape.
    package func stateMatrix() throws(EpisodeShapeError) -> [Float] {
        let stride = metadata.embodiment.stateWidth
        var matrix = [Float](repeating: 0, count: metadata.stepCount * stride)
        var column = 0
        for component in metadata.embodiment.state {
            let array = try perStep(component.array, width: component.width)
            array.copyRows(
                into: &matrix, rowCount: metadata.stepCount, rowStride: stride, column: column,
                width: component.width)
            column += component.width
        }
        return matrix
    }

    /// T x action width, row-major, in the robot's units.
    ///
    /// - Throws: ``EpisodeShapeError`` if the array is missing or has another shape.
    package func actionMatrix() throws(EpisodeShapeError) -> [Float] {
        try perStep(metadata.actionArray, width: metadata.embodiment.actionWidth).floats()
    }

    /// T flags, true where a human was driving; all false where the source has no flags.
    ///
    /// - Throws: ``EpisodeShapeError`` if the array is missing or has another shape.
    package func interventions() throws(EpisodeShapeError) -> [Bool] {
        guard let name = metadata.interventionArray else {
            return [Bool](repeating: false, count: metadata.stepCount)
        }
        // Recorders of action modes write -1, 0 and 1: only 1 is a human's correction.
        return try perStep(name, width: 1).floats().map { $0 > 0 }
    }

    /// T instants in seconds, or nil where the source has none.
    ///
    /// - Throws: ``EpisodeShapeError`` if the array is missing or has another shape.
    package func timestamps() throws(EpisodeShapeError) -> [Double]? {
        guard let name = metadata.timestampArray else { return nil }
        return try perStep(name, width: 1).doubles()
    }

    private func perStep(_ name: String, width: Int) throws(EpisodeShapeError) -> EpisodeArray {
        guard let array = array(named: name) else {
            throw EpisodeShapeError(
                description: "\(metadata.sourceEpisode): the array \(name) is missing")
        }
        guard array.shape.first == metadata.stepCount, array.rowWidth == width else {
            throw EpisodeShapeError(
                description: "\(metadata.sourceEpisode): \(name) has shape \(array.shape), "
                    + "expected \(metadata.stepCount) rows of \(width)")
        }
        return array
    }
}
