import Layers
import Tensors

/// The way forth and the way back, side by side.
extension Expert {
    /// `velocity` of the workspace from its `point`, given modulation, readout and the trunk's keys.
    ///
    /// `modulation` has a row a sample, or one for all.
    func forward(
        samples: Int, keys: [Attention.Keys], modulation: Block, _ parameters: Arena,
        _ work: ExpertWorkspace
    ) {
        let rows = samples * tokens
        let x = work.stream.prefix(rows: rows)
        action.forward(work.tokens(of: work.point, samples, self), parameters, into: x)
        places.forward(work.places[..<rows], parameters, addingTo: x)
        Activations.addRows(
            of: work.readout.prefix(rows: samples), at: work.owners[..<rows], to: x)
        for (index, layer) in layers.enumerated() {
            layer.forward(
                x, samples: samples, trunk: keys[index],
                modulation: modulation.columns(modulationColumns(ofLayer: index)),
                work.visibility, parameters, work.layers[index], work.scratch)
        }
        let last = work.last.prefix(rows: rows)
        norm.forward(
            x, modulation: modulation.columns(lastModulationColumns), work.lastNorm, into: last)
        output.forward(
            last, parameters, into: work.tokens(of: work.velocity, samples, self))
    }

    /// What the trunk's last token says to every action token.
    func readOut(_ reading: Block, _ parameters: Arena, _ work: ExpertWorkspace) {
        readout.forward(reading, parameters, into: work.readout.prefix(rows: reading.rows))
    }

    /// From `dVelocity` of the workspace; `dReading` is overwritten where it is wanted.
    func backward(
        samples: Int, keys: [Attention.Keys], reading: Block, into dReading: Block?,
        _ parameters: Arena, _ gradients: Arena, _ work: ExpertWorkspace
    ) {
        let rows = samples * tokens
        let d = work.gradient.prefix(rows: rows)
        let last = work.dLast.prefix(rows: rows)
        let modulation = work.modulation.prefix(rows: samples)
        let dModulation = work.dModulation.prefix(rows: samples)
        output.backward(
            work.last.prefix(rows: rows), dY: work.tokens(of: work.dVelocity, samples, self),
            parameters, gradients, into: last)
        norm.backward(
            dY: last, modulation: modulation.columns(lastModulationColumns), work.lastNorm,
            intoModulation: dModulation.columns(lastModulationColumns), into: d)
        for (index, layer) in layers.enumerated().reversed() {
            let columns = modulationColumns(ofLayer: index)
            layer.backward(
                gradient: d, samples: samples, trunk: keys[index],
                modulation: modulation.columns(columns), work.visibility, parameters, gradients,
                work.layers[index], intoModulation: dModulation.columns(columns), work.scratch)
        }
        let dReadout = work.dReadout.prefix(rows: samples)
        dReadout.fill(0)
        Activations.addRowsBackward(d, at: work.owners[..<rows], addingTo: dReadout)
        readout.backward(reading, dY: dReadout, parameters, gradients, into: dReading)
        places.backward(work.places[..<rows], dY: d, gradients)
        action.backward(
            work.tokens(of: work.point, samples, self), dY: d, parameters, gradients, into: nil)
        modulateBackward(count: samples, parameters, gradients, work)
    }
}
