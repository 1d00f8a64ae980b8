private import CKernels

/// Norms of rows, and residual branches with a gate.
///
/// Scale, shift and gate are given by group of rows that follow each other, and may be columns of a
/// larger block; the other blocks have no gaps.
package enum Normalisations {
    /// y = x / sqrt(mean(x^2) + 1e-5) (1 + gain); `inverses` (1 x N) are kept for the way back.
    package static func rmsNorm(_ x: Block, gain: Block, inverses: Block, into y: Block) {
        expectContiguous(x, rows: y.rows, columns: y.columns, "x")
        expectContiguous(y, rows: x.rows, columns: x.columns, "y")
        expect(gain, rows: 1, columns: x.columns, "gain")
        expectContiguous(inverses, rows: 1, columns: x.rows, "inverses")
        unsafe ck_rms_norm(x.start, gain.start, inverses.start, y.start, x.rows, x.columns)
    }

    /// dX += the gradient through the norm; dGain += its own.
    package static func rmsNormBackward(
        _ dY: Block, x: Block, gain: Block, inverses: Block, addingToGain dGain: Block,
        addingTo dX: Block
    ) {
        for (block, name) in [(dY, "dY"), (x, "x"), (dX, "dX")] {
            expectContiguous(block, rows: dY.rows, columns: dY.columns, name)
        }
        expect(gain, rows: 1, columns: x.columns, "gain")
        expect(dGain, rows: 1, columns: x.columns, "dGain")
        expectContiguous(inverses, rows: 1, columns: x.rows, "inverses")
        unsafe ck_rms_norm_backward(
            dY.start, x.start, inverses.start, gain.start, dGain.start, dX.start, x.rows, x.columns)
    }

    /// y = norm(x) (1 + scale) + shift; `normal` and `inverseDeviations` (1 x N) are kept for the
    /// way back.
    package static func modulatedNorm(
        _ x: Block, scale: Block, shift: Block, normal: Block, inverseDeviations: Block,
        into y: Block
    ) {
        for (block, name) in [(x, "x"), (normal, "normal")] {
            expectContiguous(block, rows: y.rows, columns: y.columns, name)
        }
        expectContiguous(y, rows: x.rows, columns: x.columns, "y")
        let group = groupSize(scale, shift, of: x)
        expectContiguous(inverseDeviations, rows: 1, columns: x.rows, "inverseDeviations")
        unsafe ck_modulated_norm(
            x.start, scale.start, shift.start, scale.stride, group, normal.start,
            inverseDeviations.start, y.start, x.rows, x.columns)
    }

    /// dX += the gradient through the norm; dScale and dShift are overwritten.
    package static func modulatedNormBackward(
        _ dY: Block, normal: Block, inverseDeviations: Block, scale: Block, intoScale dScale: Block,
        intoShift dShift: Block, addingTo dX: Block
    ) {
        for (block, name) in [(dY, "dY"), (normal, "normal"), (dX, "dX")] {
            expectContiguous(block, rows: dY.rows, columns: dY.columns, name)
        }
        let group = groupSize(dScale, dShift, of: dY)
        expect(scale, rows: dScale.rows, columns: dY.columns, "scale")
        precondition(scale.stride == dScale.stride, "scale and dScale differ in stride")
        expectContiguous(inverseDeviations, rows: 1, columns: dY.rows, "inverseDeviations")
        unsafe ck_modulated_norm_backward(
            dY.start, normal.start, inverseDeviations.start, scale.start, dScale.start,
            dShift.start, scale.stride, group, dX.start, dY.rows, dY.columns)
    }

    /// x += gate branch.
    package static func gate(_ x: Block, gate: Block, branch: Block) {
        expectContiguous(x, rows: branch.rows, columns: branch.columns, "x")
        expectContiguous(branch, rows: x.rows, columns: x.columns, "branch")
        let group = groupSize(gate, gate, of: x)
        unsafe ck_gate(
            x.start, gate.start, gate.stride, group, branch.start, x.rows, x.columns)
    }

    /// dGate = branch d, summed over each group; dBranch = gate d; the gradient of x is d itself.
    package static func gateBackward(
        _ d: Block, gate: Block, branch: Block, intoGate dGate: Block, intoBranch dBranch: Block
    ) {
        for (block, name) in [(d, "d"), (branch, "branch"), (dBranch, "dBranch")] {
            expectContiguous(block, rows: d.rows, columns: d.columns, name)
        }
        let group = groupSize(gate, dGate, of: d)
        unsafe ck_gate_backward(
            d.start, gate.start, branch.start, dGate.start, gate.stride, group, dBranch.start,
            d.rows, d.columns)
    }

    private static func groupSize(_ first: Block, _ second: Block, of x: Block) -> Int {
        expect(second, rows: first.rows, columns: first.columns, "modulation")
        precondition(
            first.columns == x.columns && first.rows > 0 && x.rows % first.rows == 0
                && first.stride == second.stride,
            "modulation of \(first.rows) x \(first.columns) for \(x.rows) x \(x.columns)")
        return x.rows / first.rows
    }
}
