private import CKernels

/// Softmax attention of many samples and heads, with the way back.
///
/// Heads lie side by side in the columns of queries, keys, values and results. Every sample has the
/// same number of queries and keys; which keys a query sees is said by a limit and a mask.
package struct Attention: Sendable {
    package let heads: Int
    /// Columns of a head (d), a multiple of 16; scores are divided by its square root.
    package let headWidth: Int

    package init(heads: Int, headWidth: Int) {
        precondition(
            heads > 0 && headWidth > 0 && headWidth % 16 == 0,
            "\(heads) heads of \(headWidth) columns, expected a multiple of 16")
        self.heads = heads
        self.headWidth = headWidth
    }

    /// Columns of all heads.
    package var width: Int { heads * headWidth }

    /// Keys and values of some samples, each `rows` rows of which the first `count` are used.
    package struct Keys: Sendable {
        let keys: Block, values: Block
        let gradients: (keys: Block, values: Block)?
        let count: Int, rows: Int

        /// `keys` and `values` are samples x rows by width; gradients, where wanted, are added to.
        package init(
            _ keys: Block, _ values: Block, count: Int, rows: Int,
            gradients: (keys: Block, values: Block)? = nil
        ) {
            self.keys = keys
            self.values = values
            self.gradients = gradients
            self.count = count
            self.rows = rows
        }
    }

    /// Who sees what.
    package struct Visibility: Sendable {
        /// Query i sees keys before limits[i], counted through all sets of keys.
        package var limits: [Int] { didSet { padLimits() } }
        /// Samples x keys: 0 for padding; every query must see at least one key.
        package var valid: [UInt8]
        /// The limits as kernels take them: queries come in sixteens.
        fileprivate private(set) var paddedLimits: [Int32] = []

        package init(limits: [Int], valid: [UInt8]) {
            self.limits = limits
            self.valid = valid
            padLimits()
        }

        private mutating func padLimits() {
            paddedLimits.removeAll(keepingCapacity: true)
            for limit in limits { paddedLimits.append(Int32(limit)) }
            for _ in limits.count..<Attention.padded(limits.count) { paddedLimits.append(.max) }
        }
    }

    /// Floats of the weights that ``forward`` keeps for each sample.
    package func weightCount(queries: Int, keys: Int) -> Int {
        heads * keys * Self.padded(queries)
    }

    /// Floats of scratch that both ways need.
    package func scratchCount(queries: Int, keys: Int) -> Int {
        (headWidth + keys) * Self.padded(queries)
    }

    private static func padded(_ queries: Int) -> Int { (queries + 15) / 16 * 16 }

    /// Results are samples x queries by width; `weights` are kept for the way back.
    package func forward(
        _ queries: Block, samples: Int, keys: [Keys], _ visibility: Visibility, weights: Block,
        into result: Block, scratch: Block
    ) {
        check(queries, samples, keys, visibility, weights, result, scratch)
        unsafe withShape(queries, samples, keys, visibility) { shape in
            unsafe ck_attention(
                shape, queries.start, weights.start, result.start, result.stride, scratch.start)
        }
    }

    /// `dQueries` are overwritten; the keys' gradients are added to where they are wanted.
    package func backward(
        _ queries: Block, samples: Int, keys: [Keys], _ visibility: Visibility, weights: Block,
        gradient dResult: Block, into dQueries: Block, scratch: Block
    ) {
        check(queries, samples, keys, visibility, weights, dResult, scratch)
        expect(dQueries, rows: queries.rows, columns: width, "dQueries")
        unsafe withShape(queries, samples, keys, visibility) { shape in
            unsafe ck_attention_backward(
                shape, queries.start, weights.start, dResult.start, dResult.stride,
                dQueries.start, dQueries.stride, scratch.start)
        }
    }

    private func check(
        _ queries: Block, _ samples: Int, _ keys: [Keys], _ visibility: Visibility,
        _ weights: Block, _ result: Block, _ scratch: Block
    ) {
        let count = samples > 0 ? queries.rows / samples : 0
        let keyCount = keys.reduce(0) { $0 + $1.count }
        precondition(
            samples > 0 && queries.rows == samples * count && (1...2).contains(keys.count),
            "\(queries.rows) queries of \(samples) samples, \(keys.count) sets of keys")
        expect(queries, rows: queries.rows, columns: width, "queries")
        expect(result, rows: queries.rows, columns: width, "result")
        precondition(
            visibility.limits.count == count && visibility.valid.count >= samples * keyCount
                && visibility.limits.allSatisfy { (1...keyCount).contains($0) },
            "visibility of \(visibility.limits.count) queries and \(visibility.valid.count) keys, "
                + "expected \(count) and \(samples * keyCount)")
        precondition(
            weights.count >= samples * weightCount(queries: count, keys: keyCount)
                && scratch.count >= scratchCount(queries: count, keys: keyCount),
            "too little room for weights or scratch")
        for set in keys {
            precondition(set.count <= set.rows, "\(set.count) of \(set.rows) keys")
            for block in [set.keys, set.values] {
                expect(block, rows: samples * set.rows, columns: width, "keys")
                precondition(block.stride == set.keys.stride, "keys and values differ in stride")
            }
            if let gradients = set.gradients {
                for block in [gradients.keys, gradients.values] {
                    expect(block, rows: samples * set.rows, columns: width, "gradients of keys")
                    precondition(block.stride == gradients.keys.stride, "strides differ")
                }
            }
        }
    }

    private func withShape(
        _ queries: Block, _ samples: Int, _ keys: [Keys], _ visibility: Visibility,
        _ body: (UnsafePointer<ck_attention_shape>) -> Void
    ) {
        // Sound: the shape's pointers are used only inside the call, which the blocks outlive.
        unsafe visibility.paddedLimits.withUnsafeBufferPointer { limits in
            unsafe visibility.valid.withUnsafeBufferPointer { valid in
                let first = unsafe part(keys[0])
                let second = unsafe keys.count > 1 ? part(keys[1]) : ck_keys()
                var shape = unsafe ck_attention_shape(
                    samples: samples, heads: heads, headWidth: headWidth,
                    queryCount: queries.rows / samples, queryStride: queries.stride,
                    keys: (first, second), limits: limits.baseAddress, valid: valid.baseAddress,
                    scale: 1 / Float(headWidth).squareRoot())
                unsafe body(&shape)
            }
        }
    }

    private func part(_ set: Keys) -> ck_keys {
        unsafe ck_keys(
            keys: set.keys.start, values: set.values.start, dKeys: set.gradients?.keys.start,
            dValues: set.gradients?.values.start, count: set.count, rows: set.rows,
            stride: set.keys.stride, dStride: set.gradients?.keys.stride ?? 0)
    }
}
