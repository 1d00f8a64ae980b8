private import Foundation

/// Who wrote a file in robomimic's layout; the raw value is the format's name in metadata.
enum RobomimicDialect: String {
    case robomimic, nightshift
    case isaacLab = "isaaclab"
    case libero

    init(of attributes: Attributes, _ environment: EnvironmentArguments?) {
        if attributes.text("format") == "nightshift-hdf5" {
            self = .nightshift
        } else if attributes.text("problem_info") != nil || attributes.text("bddl_file_name") != nil
        {
            self = .libero
        } else if environment?.environmentName?.hasPrefix("Isaac-") == true {
            self = .isaacLab
        } else {
            self = .robomimic
        }
    }

    /// LIBERO has the instruction inside JSON; the others have it as an attribute, if at all.
    func instruction(of attributes: Attributes) -> String? {
        guard self == .libero else { return nil }
        if let text = attributes.text("problem_info"),
            let problem = try? JSONDecoder().decode(LIBEROProblem.self, from: Data(text.utf8)),
            let words = problem.words
        {
            return words
        }
        // Such as bddl_files/libero_10/KITCHEN_SCENE3_turn_on_the_stove.bddl
        return attributes.text("bddl_file_name").map {
            let stem = URL(filePath: $0).deletingPathExtension().lastPathComponent
            return stem.replacingOccurrences(of: "_", with: " ")
        }
    }

    /// What a person should know of every episode of this kind.
    func warnings(of attributes: Attributes, label: String) -> [String] {
        guard self == .libero else { return [] }
        var warnings = [
            "\(label): LIBERO writes a reward of 1 at the last step of every episode, and keeps only "
                + "those that succeed; it counts as a success"
        ]
        if attributes.text("macros_image_convention") == "opengl" {
            warnings.append("\(label): its pictures are upside down (image convention opengl)")
        }
        return warnings
    }
}

/// LIBERO's `problem_info`: the instruction is a text, or a list of words.
private struct LIBEROProblem: Decodable {
    let words: String?

    private enum Key: String, CodingKey { case instruction = "language_instruction" }

    init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: Key.self)
        if let text = try? container.decode(String.self, forKey: .instruction) {
            words = text.trimmingCharacters(
                in: .whitespacesAndNewlines.union(.init(charactersIn: "\"")))
        } else {
            words = try container.decodeIfPresent([String].self, forKey: .instruction)?
                .joined(separator: " ")
        }
    }
}
