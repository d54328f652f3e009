/// An exact decimal number: `1.5` is 15 with one decimal place.
struct Decimal {
    private let digits: Int
    private let places: Int

    /// Nil unless `text` is at most 15 digits, with at most one point between digits.
    init?(_ text: some StringProtocol) {
        let halves = text.split(separator: ".", omittingEmptySubsequences: false)
        guard (1...2).contains(halves.count), halves.allSatisfy({ !$0.isEmpty && $0.utf8.allSatisfy { (0x30...0x39).contains($0) } }) else {
            return nil
        }
        let joined = halves.joined()
        guard joined.utf8.count <= 15, let digits = Int(joined) else { return nil }
        self.digits = digits
        places = halves.count == 2 ? halves[1].utf8.count : 0
    }

    /// The number multiplied by `parts`: `1.5` times 1024 is 1536. Nil if the result is not whole, or too large.
    func times(_ parts: Int) -> Int? {
        let scale = (0..<places).reduce(1) { scale, _ in scale * 10 }
        let (product, overflows) = digits.multipliedReportingOverflow(by: parts)
        return overflows || product % scale != 0 ? nil : product / scale
    }
}
