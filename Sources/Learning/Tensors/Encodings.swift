private import CKernels

/// Inputs as features that a linear layer can use; nothing here is learned.
package enum Encodings {
    /// What a state's features are made of.
    package struct StateFeatures: Sendable {
        /// Steps of state that are seen.
        package let history: Int
        /// Octaves of waves of each column.
        package let octaves: Int
        /// Gains that the differences of pairs of columns are taken at, 1 x G.
        private let gains: Block?
        /// E x D: centres and scales of each embodiment's columns.
        fileprivate let centres: Block, scales: Block
        /// E x D (D - 1) / 2: scales of the differences of pairs of columns.
        fileprivate let pairScales: Block?

        /// Ranges are E x D: a column's normalised value is (x - centre) scale.
        ///
        /// A pair's difference is in the mean of its columns' half ranges, which are 1 / scale: in
        /// metres for two positions in metres.
        package init(
            centres: Block, scales: Block, history: Int, octaves: Int, gains: [Float]
        ) {
            (self.centres, self.scales) = (centres, scales)
            (self.history, self.octaves) = (history, octaves)
            let pairs = centres.columns * (centres.columns - 1) / 2
            guard pairs > 0, !gains.isEmpty else {
                (self.gains, pairScales) = (nil, nil)
                return
            }
            let row = Arena(count: gains.count).block(at: 0, rows: 1, columns: gains.count)
            row.set(gains)
            self.gains = row
            pairScales = Self.pairScales(scales, pairs: pairs)
        }

        private static func pairScales(_ scales: Block, pairs: Int) -> Block {
            let table = Arena(count: scales.rows * pairs)
                .block(at: 0, rows: scales.rows, columns: pairs)
            for robot in 0..<scales.rows {
                var place = 0
                for i in 1..<scales.columns {
                    for j in 0..<i {
                        let (a, b) = (scales[robot, i], scales[robot, j])
                        table[robot, place] = a == 0 || b == 0 ? 0 : 2 / (1 / a + 1 / b)
                        place += 1
                    }
                }
            }
            return table
        }

        /// Features of one state.
        package var count: Int {
            centres.columns * (history + 2 * octaves)
                + (gains?.columns ?? 0) * (pairScales?.columns ?? 0)
        }

        /// For the kernel; valid while this lives.
        fileprivate var description: ck_state_features {
            // Without pairs no gain is read, so that any address does.
            unsafe ck_state_features(
                centre: centres.start, scale: scales.start,
                pair: (pairScales ?? scales).start, gain: (gains ?? scales).start,
                history: history, columns: centres.columns, octaves: octaves,
                gains: gains?.columns ?? 0)
        }
    }

    /// Normalised state, its changes from step to step, waves of each octave, and differences of pairs.
    ///
    /// `states` are N x history x D, oldest first. A column whose scale is 0 gives zeros whatever it
    /// holds.
    package static func encodeStates(
        _ states: ArraySlice<Float>, embodiments: ArraySlice<Int>, as what: StateFeatures,
        into features: Block
    ) {
        let (columns, robots) = (what.centres.columns, what.centres.rows)
        precondition(
            states.count == embodiments.count * what.history * columns,
            "\(states.count) floats for \(embodiments.count) x \(what.history) x \(columns)")
        precondition(
            embodiments.allSatisfy { $0 >= 0 && $0 < robots },
            "an embodiment is not one of \(robots)")
        expectContiguous(what.scales, rows: robots, columns: columns, "scales")
        expectContiguous(
            features, rows: embodiments.count, columns: what.count, "features")
        unsafe states.withUnsafeBufferPointer { states in
            unsafe embodiments.withUnsafeBufferPointer { embodiments in
                guard let state = states.baseAddress, let index = embodiments.baseAddress else {
                    return
                }
                var description = unsafe what.description
                unsafe ck_encode_states(
                    state, index, &description, features.start, features.rows)
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
