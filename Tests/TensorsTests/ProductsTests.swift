import BLAS
import Tensors
import TestSupport
import Testing

@Suite("Matrix products") struct ProductsTests {
    @Test(
        "all three forms agree with the product written out",
        arguments: [
            (1, 1, 1), (3, 5, 7), (16, 64, 33), (2, 300, 4),
        ])
    func forms(rows: Int, inner: Int, columns: Int) {
        let a = randomBlock(rows, inner, seed: 1)
        let b = randomBlock(inner, columns, seed: 2)
        let expected = naiveProduct(
            a.values, b.values, rows: rows, inner: inner, columns: columns)
        let c = zeros(rows, columns)
        Products.multiply(a, b, into: c)
        expectClose(c.values, expected)
        Products.multiply(a, transposed: transposed(b), into: c)
        expectClose(c.values, expected)
        Products.multiply(transposed: transposed(a), b, into: c)
        expectClose(c.values, expected)
        Products.multiply(a, b, into: c, mode: .accumulating)
        expectClose(c.values, expected.map { 2 * $0 })
    }

    @Test("columns of a larger block are read and written where they are")
    func strides() {
        let a = randomBlock(4, 10, seed: 3)
        let c = randomBlock(4, 12, seed: 4)
        let before = c.values
        let b = randomBlock(3, 5, seed: 5)
        Products.multiply(a.columns(2..<5), b, into: c.columns(6..<11))
        let expected = naiveProduct(
            a.columns(2..<5).values, b.values, rows: 4, inner: 3, columns: 5)
        expectClose(c.columns(6..<11).values, expected)
        for row in 0..<4 {
            for column in [0, 1, 2, 3, 4, 5, 11] {
                #expect(c[row, column] == before[row * 12 + column])
            }
        }
    }

    @Test("the description names OpenBLAS, its core and its one thread")
    func description() {
        #expect(MatrixProduct.description.contains("OpenBLAS"))
        #expect(MatrixProduct.description.contains("; core "))
        #expect(MatrixProduct.description.hasSuffix("threads 1"))
        #expect(NumericsDescription.text == MatrixProduct.description)
    }

    @Test("shapes that do not fit stop the program")
    func shapes() async {
        await #expect(processExitsWith: .failure) {
            Products.multiply(zeros(2, 3), zeros(4, 2), into: zeros(2, 2))
        }
    }

    private func expectClose(_ found: [Float], _ expected: [Double]) {
        for (one, other) in zip(found, expected) {
            #expect(abs(Double(one) - other) < 1e-4)
        }
        #expect(found.count == expected.count)
    }

    private func transposed(_ block: Block) -> Block {
        let result = zeros(block.columns, block.rows)
        for row in 0..<block.rows {
            for column in 0..<block.columns { result[column, row] = block[row, column] }
        }
        return result
    }
}
