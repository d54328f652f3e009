import Jobs
import Wire

/// The rules for a model name in a request. The name is matched with patterns of API keys, and appears in vendors' paths, lists and
/// terminals.
package enum ModelName {
    /// - Throws: a fault of kind `.invalid` for a name that no model can have.
    package static func check(_ name: String) throws(Fault) {
        if name.utf8.count > Limits.maxModelNameBytes {
            throw nameFault("A model name has at most \(Limits.maxModelNameBytes) bytes; this one has \(name.utf8.count).")
        }
        if isPlain(name) { return }
        if let scalar = name.unicodeScalars.first(where: isForbidden) {
            throw nameFault("A model name must not contain \(description(of: scalar)).")
        }
        if name.contains("..") { throw nameFault("A model name must not contain '..'.") }
    }

    /// Whether the name is visible ASCII without `?`, `#` and two periods in a row, as nearly every name is. Saves looking up the Unicode
    /// category of each character.
    private static func isPlain(_ name: String) -> Bool {
        var previous: UInt8 = 0
        for byte in name.utf8 {
            guard byte > 0x20, byte < 0x7F, byte != UInt8(ascii: "?"), byte != UInt8(ascii: "#") else { return false }
            if byte == UInt8(ascii: "."), previous == byte { return false }
            previous = byte
        }
        return true
    }

    /// Characters that end or split a URL's path, and those that a terminal or a log interprets.
    private static func isForbidden(_ scalar: Unicode.Scalar) -> Bool {
        if scalar == "?" || scalar == "#" { return true }
        return [.control, .format, .lineSeparator, .paragraphSeparator].contains(scalar.properties.generalCategory)
    }

    private static func description(of scalar: Unicode.Scalar) -> String {
        guard scalar.value < 0x7F, scalar.value > 0x20 else {
            let digits = String(scalar.value, radix: 16, uppercase: true)
            return "the character U+" + String(repeating: "0", count: max(0, 4 - digits.count)) + digits
        }
        return "'\(scalar)'"
    }

    private static func nameFault(_ message: String) -> Fault {
        Fault(.invalid, message, param: "model", code: "invalid_value", sent: .no)
    }
}

/// Patterns of model names in the rules of keys and accounts: a name, or a prefix followed by `*`.
package enum Pattern {
    /// Whether one of the patterns matches the name.
    package static func any(_ patterns: [String], match name: String) -> Bool {
        patterns.contains { pattern in
            pattern.hasSuffix("*") ? name.hasPrefix(pattern.dropLast()) : name == pattern
        }
    }
}
