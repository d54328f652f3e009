/// Names with `*` as a wildcard at their end, as key and account rules write them.
package enum Pattern {
    package static func any(_ patterns: [String], match name: String) -> Bool {
        patterns.contains { pattern in
            pattern.hasSuffix("*") ? name.hasPrefix(pattern.dropLast()) : name == pattern
        }
    }
}
