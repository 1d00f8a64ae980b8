package import Tensors

/// Where a layer's learned matrix lies in an arena of parameters, and in one of gradients.
package struct Parameter: Sendable, Equatable {
    /// Its name in checkpoints.
    package let name: String
    let offset: Int
    package let rows: Int
    package let columns: Int

    /// The matrix in an arena that has the layout.
    package func block(in arena: Arena) -> Block {
        arena.block(at: offset, rows: rows, columns: columns)
    }

    /// The floats of the matrix.
    package var range: Range<Int> { offset..<(offset + rows * columns) }
}

/// All learned matrices of a network in one arena.
package struct ParameterLayout: Sendable {
    /// How a matrix starts.
    package enum Start: Sendable {
        case zeros
        /// Uniform in +-1/sqrt(inputs), as usual for linear layers.
        case scaledUniform(inputs: Int)
        /// Uniform with this standard deviation.
        case uniform(deviation: Float)
    }

    /// In the order of their offsets.
    package private(set) var parameters: [Parameter] = []
    private var starts: [Start] = []
    private var decays: [Bool] = []
    private var plan = ArenaPlan()

    package init() {}

    /// Floats of an arena with this layout; the gaps between matrices stay zero.
    package var count: Int { plan.count }
    /// Learned numbers.
    package var parameterCount: Int { parameters.reduce(0) { $0 + $1.rows * $1.columns } }
    /// The ranges that weight decay acts on: matrices of linear layers, not biases or embeddings.
    package var decayed: [Range<Int>] {
        zip(parameters, decays).filter(\.1).map(\.0.range)
    }

    /// Adds a matrix.
    package mutating func add(
        _ name: String, rows: Int, columns: Int, start: Start, isDecayed: Bool = false
    ) -> Parameter {
        let parameter = Parameter(
            name: name, offset: plan.reserve(rows * columns), rows: rows, columns: columns)
        precondition(!parameters.contains { $0.name == name }, "two parameters are named \(name)")
        parameters.append(parameter)
        starts.append(start)
        decays.append(isDecayed)
        return parameter
    }

    /// A fresh arena, the same for the same seed.
    package func initialParameters(seed: UInt64) -> Arena {
        let arena = Arena(count: count)
        let random = CounterRandom(seed: seed, purpose: .initialisation)
        for (index, parameter) in parameters.enumerated() {
            let bound: Float
            switch starts[index] {
            case .zeros: continue
            case .scaledUniform(let inputs): bound = 1 / Float(inputs).squareRoot()
            case .uniform(let deviation): bound = deviation * Float(3).squareRoot()
            }
            let block = parameter.block(in: arena)
            for row in 0..<block.rows {
                for column in 0..<block.columns {
                    let unit = random.uniform(step: index, sample: row * block.columns + column)
                    block[row, column] = bound * Float(2 * unit - 1)
                }
            }
        }
        return arena
    }
}
