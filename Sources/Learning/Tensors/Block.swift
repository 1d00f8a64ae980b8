/// A row-major matrix inside an arena.
///
/// A block refers to its arena's floats: a copy of a block is the same floats.
package struct Block: Sendable {
    let arena: Arena
    let offset: Int
    /// Rows (N).
    package let rows: Int
    /// Columns (M).
    package let columns: Int
    /// Floats between the starts of two rows.
    package let stride: Int

    init(arena: Arena, offset: Int, rows: Int, columns: Int, stride: Int) {
        precondition(
            offset >= 0 && rows >= 0 && columns >= 0 && stride >= columns
                && (rows == 0 || offset + (rows - 1) * stride + columns <= arena.count),
            "\(rows) x \(columns) (stride \(stride)) at \(offset) of \(arena.count) floats")
        self.arena = arena
        self.offset = offset
        self.rows = rows
        self.columns = columns
        self.stride = stride
    }

    /// Where the first float is.
    var start: UnsafeMutablePointer<Float> { unsafe arena.base + offset }
    /// Rows follow each other without gaps.
    package var isContiguous: Bool { stride == columns || rows <= 1 }
    /// Floats in the block.
    package var count: Int { rows * columns }

    /// The first rows of the block.
    package func prefix(rows: Int) -> Block {
        precondition(rows <= self.rows, "\(rows) of \(self.rows) rows")
        return Block(arena: arena, offset: offset, rows: rows, columns: columns, stride: stride)
    }

    /// Some rows of the block.
    package func rows(_ range: Range<Int>) -> Block {
        precondition(range.lowerBound >= 0 && range.upperBound <= rows, "\(range) of \(rows)")
        return Block(
            arena: arena, offset: offset + range.lowerBound * stride, rows: range.count,
            columns: columns, stride: stride)
    }

    /// Some columns of every row.
    package func columns(_ range: Range<Int>) -> Block {
        precondition(range.lowerBound >= 0 && range.upperBound <= columns, "\(range) of \(columns)")
        return Block(
            arena: arena, offset: offset + range.lowerBound, rows: rows, columns: range.count,
            stride: stride)
    }

    /// Every `step`th row from a first one on.
    package static func everyRow(of block: Block, from first: Int, by step: Int) -> Block {
        precondition(
            step > 0 && block.rows % step == 0 && (0..<step).contains(first),
            "every \(step)th of \(block.rows) rows from \(first)")
        return Block(
            arena: block.arena, offset: block.offset + first * block.stride,
            rows: block.rows / step, columns: block.columns, stride: step * block.stride)
    }

    /// The same floats in rows of another length.
    package func reshaped(rows: Int, columns: Int) -> Block {
        precondition(
            isContiguous && rows * columns == count,
            "\(self.rows) x \(self.columns) as \(rows) x \(columns)")
        return Block(arena: arena, offset: offset, rows: rows, columns: columns, stride: columns)
    }

    /// One float.
    package subscript(row: Int, column: Int) -> Float {
        get {
            precondition(row >= 0 && row < rows && column >= 0 && column < columns)
            return unsafe start[row * stride + column]
        }
        nonmutating set {
            precondition(row >= 0 && row < rows && column >= 0 && column < columns)
            unsafe start[row * stride + column] = newValue
        }
    }

    /// All floats, row by row.
    package var values: [Float] {
        (0..<rows).flatMap { row in (0..<columns).map { self[row, $0] } }
    }

    /// No float is infinite or not a number.
    package var isFinite: Bool {
        (0..<rows).allSatisfy { row in (0..<columns).allSatisfy { self[row, $0].isFinite } }
    }

    /// Sets every float to the same value.
    package func fill(_ value: Float) {
        for row in 0..<rows {
            unsafe (start + row * stride).update(repeating: value, count: columns)
        }
    }

    /// Sets all floats, row by row.
    package func set(_ values: [Float]) {
        set(values[...])
    }

    /// Sets all floats, row by row.
    package func set(_ values: ArraySlice<Float>) {
        precondition(values.count == count, "\(values.count) values for \(rows) x \(columns)")
        unsafe values.withUnsafeBufferPointer { source in
            guard let first = source.baseAddress else { return }
            for row in 0..<rows {
                unsafe (start + row * stride).update(from: first + row * columns, count: columns)
            }
        }
    }

    /// Sets all floats from a block of the same shape.
    package func set(_ other: Block) {
        expect(other, rows: rows, columns: columns, "source")
        for row in 0..<rows {
            unsafe (start + row * stride).update(
                from: other.start + row * other.stride, count: columns)
        }
    }
}

/// Stops the program unless a block has the wanted shape.
func expect(_ block: Block, rows: Int, columns: Int, _ name: String) {
    precondition(
        block.rows == rows && block.columns == columns,
        "\(name) is \(block.rows) x \(block.columns), expected \(rows) x \(columns)")
}

/// Stops the program unless a block has the wanted shape and no gaps.
func expectContiguous(_ block: Block, rows: Int, columns: Int, _ name: String) {
    expect(block, rows: rows, columns: columns, name)
    precondition(block.isContiguous, "\(name) has gaps between its rows")
}
