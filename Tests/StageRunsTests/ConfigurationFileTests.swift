import Foundation
import StageRuns
import TestSupport
import Testing

@Suite("A stage's settings")
struct ConfigurationFileTests {
    @Test("are the documented defaults where the file says nothing")
    func defaults() throws {
        #expect(try read("") == CountSettings())
        #expect(try ConfigurationFile.load(CountSettings.self, from: nil) == CountSettings())
        #expect(try read("limit: 8").limit == 8)
        #expect(try read("limit: 8").name == "all")
    }

    @Test(
        "are refused with the place and the nearest known key",
        arguments: [
            ("limt: 3", "unknown key 'limt' (did you mean 'limit'?)"),
            ("limit: many", "the text 'many' under 'limit', expected a whole number"),
            ("limit: 0\nname: ''", "limit is 0, expected more than 0\n  name is empty"),
            ("- 1", "a list of 1, expected keys with values"),
            ("limit: [", "is not valid YAML"),
        ])
    func refusals(yaml: String, expected: String) throws {
        let error = #expect(throws: StageError.self) { try read(yaml) }
        let found = try #require(error)
        #expect(found.exitCode == 2)
        #expect(found.message.contains("count.yaml"))
        #expect(found.message.contains(expected), "\(found.message)")
    }

    @Test("read on, off, yes and no as words", arguments: ["on", "off", "yes", "No"])
    func words(word: String) throws {
        #expect(try read("name: \(word)").name == word)
    }

    @Test("in a file that is not there are an error that names it")
    func missing() throws {
        let error = #expect(throws: StageError.self) {
            try ConfigurationFile.load(
                CountSettings.self, from: URL(filePath: "/nowhere/count.yaml"))
        }
        #expect(try #require(error).message.contains("/nowhere/count.yaml"))
        #expect(try #require(error).next.contains("--config"))
        let pipeline = #expect(throws: StageError.self) {
            try ConfigurationFile.load(
                CountSettings.self, from: URL(filePath: "/nowhere/count.yaml"),
                next: "Give a pipeline.")
        }
        #expect(pipeline?.next == "Give a pipeline.")
    }

    private func read(_ yaml: String) throws -> CountSettings {
        try ConfigurationFile.parse(CountSettings.self, yaml, source: "count.yaml")
    }
}
