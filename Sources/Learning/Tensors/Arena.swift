/// A fixed number of floats in one piece of memory, shared by reference.
///
/// Parameters, gradients and activations each live in an arena, and ``Block``s are its parts.
@safe package final class Arena: @unchecked Sendable {
    // Sendable: `base` never changes; threads that share an arena write disjoint blocks, or none
    // writes, which is the law for every caller of this module.
    let base: UnsafeMutablePointer<Float>
    /// Floats in the arena.
    package let count: Int

    /// Blocks that start at multiples of this many floats start on a cache line.
    package static let alignment = 16

    /// An arena of zeros.
    package init(count: Int) {
        precondition(count >= 0, "an arena of \(count) floats")
        let bytes = UnsafeMutableRawPointer.allocate(
            byteCount: max(count, 1) * MemoryLayout<Float>.stride, alignment: 64)
        unsafe base = unsafe bytes.bindMemory(to: Float.self, capacity: max(count, 1))
        unsafe base.initialize(repeating: 0, count: max(count, 1))
        self.count = count
    }

    deinit { unsafe base.deallocate() }

    /// A copy of all floats.
    package func copy() -> Arena {
        let other = Arena(count: count)
        other.set(from: self)
        return other
    }

    /// Overwrites this arena with another of the same size.
    package func set(from other: Arena) {
        precondition(count == other.count, "copying \(other.count) floats to \(count)")
        unsafe base.update(from: other.base, count: count)
    }

    /// The whole arena as one row.
    package var all: Block { block(at: 0, rows: 1, columns: count) }

    /// The part of rows x columns floats that starts at `offset`.
    package func block(at offset: Int, rows: Int, columns: Int) -> Block {
        Block(arena: self, offset: offset, rows: rows, columns: columns, stride: columns)
    }

    /// Little-endian bytes of a range of floats.
    package func bytes(of range: Range<Int>) -> [UInt8] {
        precondition(range.lowerBound >= 0 && range.upperBound <= count, "\(range) of \(count)")
        // Every platform that Swift runs robots on is little-endian, as is the checkpoint format.
        return unsafe Array(
            UnsafeRawBufferPointer(start: base + range.lowerBound, count: range.count * 4))
    }

    /// Sets floats from little-endian bytes.
    package func set(_ bytes: [UInt8], at offset: Int) {
        precondition(
            bytes.count % 4 == 0 && offset >= 0 && offset + bytes.count / 4 <= count,
            "\(bytes.count) bytes at float \(offset) of \(count)")
        unsafe bytes.withUnsafeBytes { source in
            unsafe UnsafeMutableRawBufferPointer(start: base + offset, count: bytes.count)
                .copyMemory(from: source)
        }
    }
}

/// Hands out blocks of an arena one after the other, each on its own cache line.
package struct ArenaPlan: Sendable {
    /// Floats planned so far.
    package private(set) var count = 0

    package init() {}

    /// The offset of the next block of that many floats.
    package mutating func reserve(_ floats: Int) -> Int {
        defer {
            let lines = (floats + Arena.alignment - 1) / Arena.alignment
            count += lines * Arena.alignment
        }
        return count
    }
}
