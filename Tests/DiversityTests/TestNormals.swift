import Diversity
import Evidence
import Foundation

enum TestNormals {
    /// Two independent standard normal numbers.
    static func pair(using random: inout SeededRandom) -> (Double, Double) {
        let radius = (-2 * log(1 - Double.random(in: 0..<1, using: &random))).squareRoot()
        let angle = 2 * Double.pi * Double.random(in: 0..<1, using: &random)
        return (radius * cos(angle), radius * sin(angle))
    }
}
