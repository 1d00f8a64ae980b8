#if LeRobot
internal import Foundation

/// Fills in paths such as `data/chunk-{chunk_index:03d}/file-{file_index:03d}.parquet`.
enum LeRobotPath {
    /// The path with each `{name}` or `{name:03d}` replaced, or nil where a name is unknown or the
    /// path leads out of the dataset.
    static func filled(
        _ template: String, numbers: [String: Int], texts: [String: String] = [:]
    ) -> String? {
        var path = ""
        var rest = Substring(template)
        while let open = rest.firstIndex(of: "{") {
            guard let close = rest[open...].firstIndex(of: "}") else { return nil }
            path += rest[..<open]
            let parts = rest[rest.index(after: open)..<close].split(separator: ":")
            guard let name = parts.first.map(String.init) else { return nil }
            if let text = texts[name] {
                path += text
            } else if let number = numbers[name] {
                let digits = String(number)
                let width = parts.count > 1 ? Int(parts[1].dropLast()) ?? 0 : 0
                guard width <= 20 else { return nil }
                path += String(repeating: "0", count: max(0, width - digits.count)) + digits
            } else {
                return nil
            }
            rest = rest[rest.index(after: close)...]
        }
        path += rest
        return path.split(separator: "/").allSatisfy { String($0).isClean }
            && !path.hasPrefix("/") ? path : nil
    }
}
#endif
