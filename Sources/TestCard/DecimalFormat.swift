/// Formats decimal numbers without a library.
enum DecimalFormat {
    /// `2500` reads `2.5`, `8000` reads `8`.
    static func text(thousandths: Int) -> String {
        let whole = thousandths / 1000
        var digits = String(thousandths % 1000 + 1000).dropFirst()
        while digits.last == "0" { digits.removeLast() }
        return digits.isEmpty ? String(whole) : "\(whole).\(digits)"
    }
}
