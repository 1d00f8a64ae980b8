import Batching
import Layers
import Tensors

extension Trunk {
    /// Gradients of all parameters from those of the readings and of the keys and values, which the
    /// workspace holds, after all tokens were computed at once.
    func backward(
        _ batch: ObservationBatch, rows: Range<Int>, _ parameters: Arena, _ gradients: Arena,
        _ work: TrunkWorkspace
    ) {
        let d = work.gradient
        let dUnread = work.dUnread
        dUnread.fill(0)
        norm.backward(
            dY: work.dReadings, x: work.unread, inverses: work.readingInverses, parameters,
            gradients, addingTo: dUnread)
        for (index, layer) in layers.enumerated().reversed() {
            let isLast = index == layers.count - 1
            layer.backward(
                gradient: isLast ? dUnread : d, x: work.stream(index), samples: rows.count,
                tokens: isLast ? work.lastTokens : .init(all: configuration.tokenCount),
                isLast ? work.lastVisibility : work.visibility, parameters, gradients,
                work.layers[index], dQKV: work.dQKV(index), work.scratch, into: d)
        }
        embedBackward(batch, rows: rows, d, parameters, gradients, work)
    }

    private func embedBackward(
        _ batch: ObservationBatch, rows: Range<Int>, _ d: Block, _ parameters: Arena,
        _ gradients: Arena, _ work: TrunkWorkspace
    ) {
        if let pictures {
            let count = rows.count * configuration.instructionStart
            let dEmbedded = work.embedded.prefix(rows: count)
            dEmbedded.fill(0)
            Activations.addRowsBackward(d, at: work.index(.patch), addingTo: dEmbedded)
            pictures.patch.backward(
                work.patches.prefix(rows: count), dY: dEmbedded, parameters, gradients, into: nil)
            pictures.places.backward(work.index(.patchPlace), dY: d, gradients)
            pictures.cameras.backward(work.index(.camera), dY: d, gradients)
        }
        words.backward(work.index(.word), dY: d, gradients)
        instructionPlaces.backward(work.index(.instructionPlace), dY: d, gradients)
        subtaskPlaces?.backward(work.index(.subtaskPlace), dY: d, gradients)
        embodiments.backward(work.index(.embodiment), dY: d, gradients)
        let dState = work.state.gradient.prefix(rows: rows.count)
        dState.fill(0)
        Activations.addRowsBackward(d, at: work.index(.state), addingTo: dState)
        state.backward(batch, rows: rows, parameters, gradients, work.state)
        last.backward(work.index(.last), dY: d, gradients)
    }
}
