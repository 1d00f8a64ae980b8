private import CKernels

/// Layer norms whose scale and shift, and residual branches whose gate, are given by row.
///
/// Scale, shift and gate may be columns of a larger block; the others have no gaps.
package enum Normalisations {
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
        expectModulation(scale, shift, like: x)
        expectContiguous(inverseDeviations, rows: 1, columns: x.rows, "inverseDeviations")
        unsafe ck_modulated_norm(
            x.start, scale.start, shift.start, scale.stride, normal.start,
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
        expect(scale, rows: dY.rows, columns: dY.columns, "scale")
        expectModulation(dScale, dShift, like: dY)
        precondition(scale.stride == dScale.stride, "scale and dScale differ in stride")
        expectContiguous(inverseDeviations, rows: 1, columns: dY.rows, "inverseDeviations")
        unsafe ck_modulated_norm_backward(
            dY.start, normal.start, inverseDeviations.start, scale.start, dScale.start,
            dShift.start, scale.stride, dX.start, dY.rows, dY.columns)
    }

    /// y = x + gate branch.
    package static func gate(_ x: Block, gate: Block, branch: Block, into y: Block) {
        for (block, name) in [(x, "x"), (branch, "branch"), (y, "y")] {
            expectContiguous(block, rows: y.rows, columns: y.columns, name)
        }
        expect(gate, rows: x.rows, columns: x.columns, "gate")
        unsafe ck_gate(
            x.start, gate.start, gate.stride, branch.start, y.start, x.rows, x.columns)
    }

    /// dGate = branch d; dBranch = gate d; the gradient of x is d itself.
    package static func gateBackward(
        _ d: Block, gate: Block, branch: Block, intoGate dGate: Block, intoBranch dBranch: Block
    ) {
        for (block, name) in [(d, "d"), (branch, "branch"), (dBranch, "dBranch")] {
            expectContiguous(block, rows: d.rows, columns: d.columns, name)
        }
        expectModulation(gate, dGate, like: d)
        unsafe ck_gate_backward(
            d.start, gate.start, branch.start, dGate.start, gate.stride, dBranch.start, d.rows,
            d.columns)
    }

    private static func expectModulation(_ first: Block, _ second: Block, like x: Block) {
        expect(first, rows: x.rows, columns: x.columns, "modulation")
        expect(second, rows: x.rows, columns: x.columns, "modulation")
        precondition(first.stride == second.stride, "modulations differ in stride")
    }
}
