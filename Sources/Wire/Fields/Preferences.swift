/// The preferences of an `accept` or `accept-encoding` field, with their weights (RFC 9110 §12.4.2). Weights count in thousandths: 1000 is
/// q=1, and 0 means not acceptable.
package struct Preferences: Sendable {
    private let items: [(value: String, weight: Int)]
    private let isAbsent: Bool

    /// `field` is nil if the request has none. Elements with a malformed weight are ignored.
    package init(field: String?) {
        isAbsent = field == nil
        items = (field ?? "").split(separator: ",").compactMap(Preferences.item)
    }

    /// The weight of a media type: that of the most specific element that matches it. Without a field, every type is acceptable.
    package func weight(of type: MediaType) -> Int {
        guard !isAbsent else { return 1000 }
        let family = type.text.prefix { $0 != "/" } + "/*"
        for value in [type.text, String(family), "*/*"] {
            if let weight = weight(listed: value) { return weight }
        }
        return 0
    }

    /// The weight of a content coding. `identity` is acceptable unless it is excluded (RFC 9110 §12.5.3); without a field nothing else is
    /// used, because clients that do not ask for a coding often cannot decode it.
    package func weight(ofCoding coding: String) -> Int {
        let isIdentity = coding == "identity"
        if let weight = weight(listed: coding) { return weight }
        if let weight = weight(listed: "*"), !isIdentity || weight == 0 { return weight }
        return isIdentity ? 1000 : 0
    }

    private func weight(listed value: String) -> Int? { items.first { $0.value == value }?.weight }

    private static func item(_ element: Substring) -> (value: String, weight: Int)? {
        let parts = element.split(separator: ";", omittingEmptySubsequences: false).map(DecimalText.trimmed)
        guard let value = parts.first, !value.isEmpty else { return nil }
        guard let written = parts.dropFirst().first(where: { $0.lowercased().hasPrefix("q=") }) else { return (value.lowercased(), 1000) }
        return weight(written.dropFirst(2)).map { (value.lowercased(), $0) }
    }

    /// `1`, `0.5`, `0.333`, `1.000`: at most three digits after the point, at most 1.
    private static func weight(_ text: Substring) -> Int? {
        let halves = text.split(separator: ".", omittingEmptySubsequences: false)
        guard halves.count <= 2, halves[0] == "0" || halves[0] == "1" else { return nil }
        let digits = halves.count == 2 ? halves[1] : ""
        guard digits.utf8.count <= 3, digits.utf8.allSatisfy({ (0x30...0x39).contains($0) }) else { return nil }
        let thousandths = Int(digits + String(repeating: "0", count: 3 - digits.utf8.count)) ?? 0
        let weight = (halves[0] == "1" ? 1000 : 0) + thousandths
        return weight <= 1000 ? weight : nil
    }
}
