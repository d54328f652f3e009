import Wire

extension JSON {
    /// Progress in percent, however a vendor or a server in front of one writes it: `45`, `45.7`, `0.45`, `"45"`, `"45%"`, `"45/100"`.
    /// - Parameter whole: the number that means done where the field is a plain number: 1 for fractions, 100 for percentages. A percentage
    ///   between 0 and 1 is a fraction all the same: no vendor reports fractions of the first percent.
    /// - Returns: 0...100; nil where there is no such number.
    func percent(of whole: Double = 100) -> Int? {
        if let number = double { return JSON.bounded(number, of: whole) }
        guard let text = string.map({ $0.filter { !$0.isWhitespace } }), !text.isEmpty, text.utf8.count <= 32 else { return nil }
        if text.hasSuffix("%") { return JSON.number(text.dropLast()).flatMap { JSON.clamped($0) } }
        let halves = text.split(separator: "/", omittingEmptySubsequences: false)
        if halves.count == 2, let part = JSON.number(halves[0]), let all = JSON.number(halves[1]), all > 0 {
            return JSON.clamped(part / all * 100)
        }
        return JSON.number(text[...]).flatMap { JSON.bounded($0, of: whole) }
    }

    private static func bounded(_ number: Double, of whole: Double) -> Int? {
        // Above the whole, a fraction is a percentage.
        let isFraction = whole == 1 ? number <= 1 : number > 0 && number < 1 && whole == 100
        return clamped(isFraction ? number * 100 : whole == 1 ? number : number / whole * 100)
    }

    /// A product like 0.57 × 100 lies a hair below the whole number that was meant.
    private static func clamped(_ number: Double) -> Int? { Number.percent(number + 1e-9) }

    private static func number(_ text: Substring) -> Double? {
        guard text.utf8.allSatisfy({ (0x30...0x39).contains($0) || "+-.eE".utf8.contains($0) }) else { return nil }
        return Double(text).flatMap { $0.isFinite ? $0 : nil }
    }
}
