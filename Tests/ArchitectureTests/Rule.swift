import Testing

/// One law of the house: what it wants, and where it is broken.
struct Rule: Sendable, CustomTestStringConvertible {
    let name: String
    /// A file that breaks it, so that the law is seen to fail whenever the tests run; and a word that the complaint must have.
    let plantedBreach: (path: String, text: String, complaint: String)
    /// Each breach as `Sources/X/Y.swift:12: what is wrong`.
    let breaches: @Sendable ([SourceFile]) -> [String]

    var testDescription: String { name }

    static let all = imports + numbers + purity + sizes + words
}
