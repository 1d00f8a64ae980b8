internal import Foundation

/// The task that a file's name says, where nothing else says it.
enum TaskNaming {
    /// The file's name without its ending and its episode number, or else its folder's name.
    static func task(ofFile url: URL) -> String {
        let stem = url.deletingPathExtension().lastPathComponent
        let folder = url.deletingLastPathComponent().lastPathComponent
        let task = trimmed(stem)
        if !task.isEmpty { return task }
        return folder.isEmpty || folder == "/" || folder.hasPrefix(".") ? "unknown task" : folder
    }

    /// Without a trailing `episode_12`, `demo3` or `_007`.
    private static func trimmed(_ stem: String) -> String {
        var text = Substring(stem)
        let number = text.reversed().prefix { $0.isNumber }.count
        guard number > 0 else { return stem }
        text = text.dropLast(number)
        text = dropSeparators(text)
        for word in ["episode", "demo", "traj"] where text.lowercased().hasSuffix(word) {
            text = dropSeparators(text.dropLast(word.count))
            break
        }
        return String(text)
    }

    private static func dropSeparators(_ text: Substring) -> Substring {
        var text = text
        while let last = text.last, last == "_" || last == "-" || last == " " {
            text = text.dropLast()
        }
        return text
    }
}
