package import Tensors

/// y = norm(x) (1 + scale) + shift by row: the last norm of a modulated stack, without parameters.
package struct ModulatedNorm: Sendable {
    private let width: Int

    package init(width: Int) { self.width = width }

    /// Columns of modulation that it needs: scale and shift.
    package var modulationColumns: Int { 2 * width }

    /// What the way back needs from the way forth.
    package struct Activity: Sendable {
        let normal: Block, inverseDeviations: Block
    }

    package func makeActivity(rows: Int) -> Activity {
        Activity(
            normal: Arena(count: rows * width).block(at: 0, rows: rows, columns: width),
            inverseDeviations: Arena(count: rows).all)
    }

    /// `modulation` is N x 2 width: scale, shift.
    package func forward(_ x: Block, modulation: Block, _ activity: Activity, into y: Block) {
        Normalisations.modulatedNorm(
            x, scale: modulation.columns(0..<width),
            shift: modulation.columns(width..<(2 * width)),
            normal: activity.normal.prefix(rows: x.rows),
            inverseDeviations: activity.inverseDeviations.columns(0..<x.rows), into: y)
    }

    /// Overwrites dX and `dModulation`.
    package func backward(
        dY: Block, modulation: Block, _ activity: Activity, intoModulation dModulation: Block,
        into dX: Block
    ) {
        dX.fill(0)
        Normalisations.modulatedNormBackward(
            dY, normal: activity.normal.prefix(rows: dY.rows),
            inverseDeviations: activity.inverseDeviations.columns(0..<dY.rows),
            scale: modulation.columns(0..<width), intoScale: dModulation.columns(0..<width),
            intoShift: dModulation.columns(width..<(2 * width)), addingTo: dX)
    }
}
