package import Tensors

/// The way forth and the way back, side by side.
extension TrunkLayer {
    /// y = the layer of x for those that ask; `memory` is where keys are kept if not in the activity.
    package func forward(
        _ x: Block, samples: Int, tokens: Tokens, memory: Memory?,
        _ visibility: Attention.Visibility, _ parameters: Arena, _ activity: Activity,
        _ scratch: Scratch, threads: Int = 1, into y: Block
    ) {
        let rows = samples * tokens.asking.count
        let own = project(x, samples: samples, tokens, parameters, activity, threads: threads)
        let keys = remembered(own, samples: samples, memory)
        guard rows > 0 else { return }
        let attended = activity.attended.prefix(rows: rows)
        attention.forward(
            queries(own, rows: rows, tokens, activity), samples: samples, keys: [keys], visibility,
            weights: activity.weights, into: attended, scratch: scratch.attention)
        let middle = activity.middle.prefix(rows: rows)
        tokens.gather(x, samples: samples, into: middle)
        attentionOutput.forward(
            attended, parameters, into: middle, mode: .accumulating, threads: threads)
        mlp(middle, parameters, activity, threads: threads, into: y)
    }

    /// From `d`, the gradient of y, that of x in `dX`, which may be the same where all ask.
    ///
    /// `dQKV` holds what others want of keys and values; `d` is used up.
    package func backward(
        gradient d: Block, x: Block, samples: Int, tokens: Tokens,
        _ visibility: Attention.Visibility, _ parameters: Arena, _ gradients: Arena,
        _ activity: Activity, dQKV: Block, _ scratch: Scratch, into dX: Block
    ) {
        let rows = samples * tokens.asking.count
        mlpBackward(d, parameters, gradients, activity, scratch)
        let own = activity.qkv.prefix(rows: x.rows)
        let dAttended = scratch.attended.prefix(rows: rows)
        attentionOutput.backward(
            activity.attended.prefix(rows: rows), dY: d, parameters, gradients, into: dAttended)
        let dQueries =
            tokens.allAsk ? attention.queries(of: dQKV) : scratch.dQueries.prefix(rows: rows)
        attention.backward(
            queries(own, rows: rows, tokens, activity), samples: samples,
            keys: [
                attention.keys(
                    of: own, count: tokens.count, rows: tokens.count, gradients: dQKV)
            ], visibility, weights: activity.weights, gradient: dAttended, into: dQueries,
            scratch: scratch.attention)
        if !tokens.allAsk {
            dX.fill(0)
            tokens.scatter(d, samples: samples, addingTo: dX)
        }
        let dNormed = scratch.narrow.prefix(rows: x.rows)
        projectBackward(
            dQKV, dQueries, samples: samples, tokens, parameters, gradients, activity, dNormed,
            scratch)
        attentionNorm.backward(
            dY: dNormed, x: x, inverses: activity.inverses.columns(0..<x.rows), parameters,
            gradients, addingTo: dX)
    }

    /// Queries of those that ask.
    private func queries(
        _ own: Block, rows: Int, _ tokens: Tokens, _ activity: Activity
    ) -> Block {
        tokens.allAsk ? attention.queries(of: own) : activity.queries.prefix(rows: rows)
    }

    /// Norm, and queries, keys and values.
    private func project(
        _ x: Block, samples: Int, _ tokens: Tokens, _ parameters: Arena, _ activity: Activity,
        threads: Int
    ) -> Block {
        let normed = activity.normed.prefix(rows: x.rows)
        let own = activity.qkv.prefix(rows: x.rows)
        attentionNorm.forward(
            x, parameters, inverses: activity.inverses.columns(0..<x.rows), into: normed)
        guard !tokens.allAsk else {
            qkv.forward(normed, parameters, into: own, threads: threads)
            return own
        }
        let rows = samples * tokens.asking.count
        let asking = activity.askingNormed.prefix(rows: rows)
        let weights = qkv.weights.block(in: parameters)
        Products.multiply(
            normed, keyColumns(weights), into: keyColumns(own), threads: threads)
        tokens.gather(normed, samples: samples, into: asking)
        Products.multiply(
            asking, attention.queries(of: weights), into: activity.queries.prefix(rows: rows))
        return own
    }

    private func projectBackward(
        _ dQKV: Block, _ dQueries: Block, samples: Int, _ tokens: Tokens, _ parameters: Arena,
        _ gradients: Arena, _ activity: Activity, _ dNormed: Block, _ scratch: Scratch
    ) {
        let normed = activity.normed.prefix(rows: dNormed.rows)
        guard !tokens.allAsk else {
            qkv.backward(normed, dY: dQKV, parameters, gradients, into: dNormed)
            return
        }
        let (weights, dWeights) = (
            qkv.weights.block(in: parameters), qkv.weights.block(in: gradients)
        )
        let asking = activity.askingNormed.prefix(rows: dQueries.rows)
        Products.multiply(
            transposed: normed, keyColumns(dQKV), into: keyColumns(dWeights),
            mode: .accumulating)
        Products.multiply(
            transposed: asking, dQueries, into: attention.queries(of: dWeights),
            mode: .accumulating)
        Products.multiply(keyColumns(dQKV), transposed: keyColumns(weights), into: dNormed)
        // The activity's copy has done its duty: its room takes the gradient.
        Products.multiply(dQueries, transposed: attention.queries(of: weights), into: asking)
        tokens.scatter(asking, samples: samples, addingTo: dNormed)
    }

    private func keyColumns(_ qkv: Block) -> Block {
        qkv.columns(attention.width..<attention.threefold)
    }

    private func remembered(_ own: Block, samples: Int, _ memory: Memory?) -> Attention.Keys {
        let tokens = own.rows / samples
        guard let memory else { return attention.keys(of: own, count: tokens, rows: tokens) }
        for sample in 0..<samples {
            let start = sample * memory.rows + memory.start
            keyColumns(memory.qkv.rows(start..<(start + tokens))).set(
                keyColumns(own.rows((sample * tokens)..<((sample + 1) * tokens))))
        }
        return attention.keys(
            of: memory.qkv.prefix(rows: samples * memory.rows), count: memory.count,
            rows: memory.rows)
    }

    private func mlp(
        _ x: Block, _ parameters: Arena, _ activity: Activity, threads: Int, into y: Block
    ) {
        let normed = activity.middleNormed.prefix(rows: x.rows)
        let hidden = activity.hidden.prefix(rows: x.rows)
        let active = activity.active.prefix(rows: x.rows)
        mlpNorm.forward(
            x, parameters, inverses: activity.middleInverses.columns(0..<x.rows), into: normed)
        expand.forward(normed, parameters, into: hidden, threads: threads)
        activation.forward(hidden, parameters, into: active)
        y.set(x)
        contract.forward(
            active, parameters, into: y, mode: .accumulating, threads: threads)
    }

    private func mlpBackward(
        _ d: Block, _ parameters: Arena, _ gradients: Arena, _ activity: Activity,
        _ scratch: Scratch
    ) {
        let rows = d.rows
        let wide = scratch.wide.prefix(rows: rows)
        let dNormed = scratch.narrow.prefix(rows: rows)
        contract.backward(
            activity.active.prefix(rows: rows), dY: d, parameters, gradients, into: wide)
        activation.backward(activity.hidden.prefix(rows: rows), gradient: wide, gradients)
        expand.backward(
            activity.middleNormed.prefix(rows: rows), dY: wide, parameters, gradients,
            into: dNormed)
        mlpNorm.backward(
            dY: dNormed, x: activity.middle.prefix(rows: rows),
            inverses: activity.middleInverses.columns(0..<rows), parameters, gradients,
            addingTo: d)
    }
}
