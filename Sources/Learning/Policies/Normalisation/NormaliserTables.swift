import Tensors

/// A normaliser as matrices with a row for each embodiment, padded to the widest with scale 0.
struct NormaliserTables: Sendable {
    let stateCentres: Block
    let stateScales: Block
    let actionCentres: Block
    let actionScales: Block
    /// Action columns of each embodiment.
    let actionWidths: [Int]

    init(_ normaliser: Normaliser, stateWidth: Int, actionWidth: Int) {
        let states = Self.table(
            normaliser.ranges.map { ($0.stateLow, $0.stateHigh) }, columns: stateWidth)
        let actions = Self.table(
            normaliser.ranges.map { ($0.actionLow, $0.actionHigh) }, columns: actionWidth)
        (stateCentres, stateScales) = states
        (actionCentres, actionScales) = actions
        actionWidths = normaliser.ranges.map(\.actionLow.count)
    }

    private static func table(
        _ ranges: [(low: [Float], high: [Float])], columns: Int
    ) -> (Block, Block) {
        func zeros() -> Block {
            Arena(count: ranges.count * columns).block(
                at: 0, rows: ranges.count, columns: columns)
        }
        let (centres, scales) = (zeros(), zeros())
        for (row, range) in ranges.enumerated() {
            for (column, (low, high)) in zip(range.low, range.high).enumerated() {
                (centres[row, column], scales[row, column]) = Normaliser.centreAndScale(
                    low: low, high: high)
            }
        }
        return (centres, scales)
    }

    /// Recorded actions stay within this: outliers must not outweigh a batch.
    static let actionLimit: Float = 3
    /// Drawn actions stay within this: a twentieth of the usual range beyond it on either side.
    static let drawnLimit: Float = 1.1

    func normalisedAction(_ value: Float, embodiment: Int, column: Int) -> Float {
        let normal =
            (value - actionCentres[embodiment, column]) * actionScales[embodiment, column]
        // NaN stays NaN and is found in the loss.
        return normal < -Self.actionLimit
            ? -Self.actionLimit : (normal > Self.actionLimit ? Self.actionLimit : normal)
    }

    func action(_ normal: Float, embodiment: Int, column: Int) -> Float {
        let scale = actionScales[embodiment, column]
        let kept = max(-Self.drawnLimit, min(Self.drawnLimit, normal))
        return actionCentres[embodiment, column] + (scale == 0 ? 0 : kept / scale)
    }
}
