private import CKernels

/// Losses, each with its gradient in the same pass, and the points that they are taken at.
package enum Losses {
    /// x = (1 - time) noise + time action; target = action - noise; times are 1 x N.
    package static func flowPoint(
        actions: Block, noise: Block, times: Block, intoPoint x: Block, intoTarget target: Block
    ) {
        for (block, name) in [(actions, "actions"), (noise, "noise"), (x, "x"), (target, "target")]
        {
            expectContiguous(block, rows: x.rows, columns: x.columns, name)
        }
        expectContiguous(times, rows: 1, columns: x.rows, "times")
        unsafe ck_flow_point(
            actions.start, noise.start, times.start, x.start, target.start, x.rows, x.columns)
    }

    /// The sum of weight (v - target)^2; dV is the gradient of `factor` times it.
    package static func weightedSquares(
        _ v: Block, target: Block, weights: Block, factor: Float, into dV: Block
    ) -> Double {
        for (block, name) in [(v, "v"), (target, "target"), (weights, "weights"), (dV, "dV")] {
            expectContiguous(block, rows: v.rows, columns: v.columns, name)
        }
        return unsafe ck_flow_loss(
            v.start, target.start, weights.start, factor, dV.start, v.count)
    }

    /// Softmax of each row, in place.
    package static func softmax(_ logits: Block) {
        expectContiguous(logits, rows: logits.rows, columns: logits.columns, "logits")
        precondition(logits.columns > 0, "softmax of nothing")
        unsafe ck_softmax(logits.start, logits.rows, logits.columns)
    }

    /// The sum of weight times cross-entropy to one token a row, none where it is negative.
    ///
    /// The logits become the gradient of `factor` times the sum. Weights are 1 x N.
    package static func tokenCrossEntropy(
        _ logits: Block, targets: ArraySlice<Int>, weights: Block, factor: Float
    ) -> Double {
        expectContiguous(logits, rows: targets.count, columns: logits.columns, "logits")
        expectContiguous(weights, rows: 1, columns: targets.count, "weights")
        precondition(
            targets.allSatisfy { $0 < logits.columns },
            "a token is beyond the \(logits.columns) there are")
        return unsafe targets.withUnsafeBufferPointer {
            guard let tokens = $0.baseAddress else { return 0 }
            return unsafe ck_token_loss(
                logits.start, tokens, weights.start, factor, logits.rows, logits.columns)
        }
    }

    /// The sum of weight times cross-entropy to targets of two neighbouring bins each.
    ///
    /// Row r's target has 1 - shares[r] in bin lower[r], and shares[r] in the next. The logits
    /// become the gradient of `factor` times the sum. Shares and weights are 1 x N.
    package static func twoHotCrossEntropy(
        _ logits: Block, lower: ArraySlice<Int>, shares: Block, weights: Block, factor: Float
    ) -> Double {
        expectContiguous(logits, rows: lower.count, columns: logits.columns, "logits")
        expectContiguous(shares, rows: 1, columns: lower.count, "shares")
        expectContiguous(weights, rows: 1, columns: lower.count, "weights")
        precondition(
            lower.allSatisfy { $0 >= 0 && $0 + 1 < logits.columns },
            "a bin is beyond the \(logits.columns) there are")
        return unsafe lower.withUnsafeBufferPointer {
            guard let bins = $0.baseAddress else { return 0 }
            return unsafe ck_two_hot_loss(
                logits.start, bins, shares.start, weights.start, factor, logits.rows,
                logits.columns)
        }
    }
}
