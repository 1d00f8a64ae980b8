private import CKernels

/// Inputs as features that a linear layer can use; nothing here is learned.
package enum Encodings {
    /// Features of a state of `columns` columns with so many steps of history.
    package static func stateFeatureCount(columns: Int, history: Int, octaves: Int) -> Int {
        columns * (history + 2 * octaves)
    }

    /// Normalised state, its changes from step to step, and waves of each octave.
    ///
    /// `states` are N x history x D, oldest first; `centres` and `scales` are E x D. A column whose
    /// scale is 0 gives zeros whatever it holds.
    package static func encodeStates(
        _ states: ArraySlice<Float>, embodiments: ArraySlice<Int>, centres: Block, scales: Block,
        history: Int, octaves: Int, into features: Block
    ) {
        let columns = centres.columns
        precondition(
            states.count == embodiments.count * history * columns,
            "\(states.count) floats for \(embodiments.count) x \(history) x \(columns)")
        precondition(
            embodiments.allSatisfy { $0 >= 0 && $0 < centres.rows },
            "an embodiment is not one of \(centres.rows)")
        expectContiguous(scales, rows: centres.rows, columns: columns, "scales")
        expectContiguous(
            features, rows: embodiments.count,
            columns: stateFeatureCount(columns: columns, history: history, octaves: octaves),
            "features")
        unsafe states.withUnsafeBufferPointer { states in
            unsafe embodiments.withUnsafeBufferPointer { embodiments in
                guard let state = states.baseAddress, let index = embodiments.baseAddress else {
                    return
                }
                unsafe ck_encode_states(
                    state, index, centres.start, scales.start, features.start, features.rows,
                    history, columns, octaves)
            }
        }
    }

    /// Sines, then cosines, of time times frequency: times 1 x N, frequencies 1 x K, N x 2K.
    package static func encodeTimes(_ times: Block, frequencies: Block, into features: Block) {
        expectContiguous(times, rows: 1, columns: features.rows, "times")
        expectContiguous(
            features, rows: times.columns, columns: 2 * frequencies.columns, "features")
        unsafe ck_encode_times(
            times.start, frequencies.start, features.start, features.rows, frequencies.columns)
    }
}
