internal import HDF5

/// Attributes of a few nested groups; the innermost that has a name wins.
struct Attributes {
    private var values: [String: HDF5Attribute] = [:]

    /// Only these are read: files carry models of 100 KB in others.
    private static let known: Set<String> = [
        "success", "num_samples", "instruction", "language_instruction", "task", "embodiment",
        "robot", "site", "operator", "policy", "calibration", "licence", "license",
        "recorded_at", "demonstration", "safety_mark", "env_args", "env_info", "env",
        "problem_info", "total", "sim", "compress", "format", "format_version", "control_hz",
        "failure", "current_task", "robot_serial_number", "building", "user", "time",
        "macros_image_convention", "bddl_file_name", "env_name", "added",
    ]

    /// Reads the known attributes of `group`, over those of the groups around it.
    ///
    /// - Throws: `HDF5Error`.
    init(of group: HDF5Group, inside outer: Attributes? = nil) throws(HDF5Error) {
        if let outer { values = outer.values }
        for name in try group.attributeNames() where Self.known.contains(name) {
            values[name] = try group.attribute(name)
        }
    }

    subscript(_ name: String) -> HDF5Attribute? { values[name] }

    /// The text of that name, or nil where it is absent, blank, or no text.
    func text(_ name: String) -> String? {
        guard let text = values[name]?.text else { return nil }
        let isBlank = text.allSatisfy(\.isWhitespace)
        return isBlank ? nil : text
    }
}
