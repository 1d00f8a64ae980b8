import Foundation
import Testing

/// Files of the folder Fixtures, whose README says how they were made.
enum Fixture {
    /// Width and height of every picture there.
    static let size = (width: 60, height: 44)

    static func bytes(_ name: String) throws -> [UInt8] {
        let url = try #require(
            Bundle.module.url(forResource: "Fixtures/" + name, withExtension: nil))
        return [UInt8](try Data(contentsOf: url))
    }

    /// The largest difference of two pictures of equally many levels.
    static func distance(_ one: some Sequence<UInt8>, _ other: some Sequence<UInt8>) -> Int {
        zip(one, other).map { abs(Int($0) - Int($1)) }.max() ?? 0
    }
}
