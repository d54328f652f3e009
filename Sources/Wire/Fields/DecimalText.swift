/// Whole numbers in header fields.
enum DecimalText {
    /// Digits only. A number that exceeds `Int` becomes `Int.max`, because RFC 9110 §14.1.1 sets no limit.
    static func number(_ text: some StringProtocol) -> Int? {
        guard !text.isEmpty, text.utf8.allSatisfy({ (0x30...0x39).contains($0) }) else { return nil }
        return Int(text) ?? .max
    }

    /// Without spaces and tabs around it.
    static func trimmed(_ text: Substring) -> Substring {
        var text = text.drop { $0 == " " || $0 == "\t" }
        while let last = text.last, last == " " || last == "\t" { text.removeLast() }
        return text
    }
}
