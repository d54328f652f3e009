/// Patterns of model names in the rules of keys and accounts: a name, or a prefix followed by `*`.
package enum Pattern {
    /// Whether one of the patterns matches the name.
    package static func any(_ patterns: [String], match name: String) -> Bool {
        patterns.contains { pattern in
            pattern.hasSuffix("*") ? name.hasPrefix(pattern.dropLast()) : name == pattern
        }
    }
}
