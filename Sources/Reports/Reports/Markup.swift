import Foundation

/// Text as it may stand in HTML and in attribute values: what robots send never becomes markup.
func escaped(_ text: String) -> String {
    var result = ""
    result.reserveCapacity(text.utf8.count)
    for scalar in text.unicodeScalars {
        switch scalar {
        case "&": result += "&amp;"
        case "<": result += "&lt;"
        case ">": result += "&gt;"
        case "\"": result += "&quot;"
        case "'": result += "&#39;"
        case "%" where result.hasSuffix(" "):
            // A number and its percent sign stay on one line.
            result.removeLast()
            result += "\u{a0}%"
        case "\n", "\t": result.unicodeScalars.append(scalar)
        case _ where isInvisibleControl(scalar):
            result += "\u{fffd}"
        default: result.unicodeScalars.append(scalar)
        }
    }
    return result
}

/// Control characters, and those that reverse the direction of the text around them.
func isInvisibleControl(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.value {
    case ..<0x20, 0x7f..<0xa0, 0x200e...0x200f, 0x2028...0x202e, 0x2066...0x2069: true
    default: false
    }
}

/// An element with escaped attribute values; `content` is markup already.
func element(_ name: String, _ attributes: KeyValuePairs<String, String> = [:], _ content: String)
    -> String
{
    let written = attributes.map { " \($0.key)=\"\(escaped($0.value))\"" }.joined()
    return "<\(name)\(written)>\(content)</\(name)>"
}

/// A number for a label: up to three significant places, thousands grouped, no exponent below a million.
package func shortNumber(_ value: Double) -> String {
    guard value.isFinite else { return value.isNaN ? "NaN" : (value > 0 ? "∞" : "−∞") }
    let magnitude = abs(value)
    if magnitude >= 1000 || value == value.rounded() && magnitude < 1e9 { return grouped(value) }
    if magnitude >= 100 { return String(format: "%.0f", value) }
    if magnitude >= 10 { return String(format: "%.1f", value) }
    if magnitude >= 0.1 { return String(format: "%.2f", value) }
    return String(format: "%.2g", value)
}

/// A share as a percentage with one decimal below ten percent.
package func percentage(_ share: Double) -> String {
    guard share.isFinite else { return "–" }
    return String(format: abs(share) < 0.0995 && share != 0 ? "%.1f %%" : "%.0f %%", share * 100)
}

private func grouped(_ value: Double) -> String {
    let digits = String(format: "%.0f", abs(value))
    var result = ""
    for (index, digit) in digits.enumerated() {
        if index > 0 && (digits.count - index) % 3 == 0 { result += "\u{202f}" }
        result.append(digit)
    }
    return (value < 0 && result != "0" ? "−" : "") + result
}
