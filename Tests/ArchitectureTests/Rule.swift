import Testing

/// One rule of the code: what it demands, and where it is broken.
struct Rule: Sendable, CustomTestStringConvertible {
    let name: String
    /// A file that breaks the rule, so that every test run sees it fail, and a part of the report that this must produce.
    let plantedBreach: (path: String, text: String, complaint: String)
    /// Each breach as `Sources/X/Y.swift:12: what is wrong`.
    let breaches: @Sendable ([SourceFile]) -> [String]

    var testDescription: String { name }

    static let all = imports + names + numbers + purity + sizes + words
}
