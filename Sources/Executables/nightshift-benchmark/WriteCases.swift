import Foundation
import Policies

func printConfiguration(_ preset: String, isValue: Bool) throws {
    let policy = try Measured.configuration(preset)
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys]
    let json =
        isValue ? try encoder.encode(ValueConfiguration(for: policy)) : try encoder.encode(policy)
    print(String(decoding: json, as: UTF8.self))
}

/// Networks small enough for a file, with and without pictures and text.
func writeCases(to folder: String) throws {
    let url = URL(fileURLWithPath: folder, isDirectory: true)
    try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
    for (name, bytes) in try TwinCase.all() {
        try Data(bytes).write(to: url.appendingPathComponent(name + ".safetensors"))
        print(url.appendingPathComponent(name + ".safetensors").path)
    }
}
