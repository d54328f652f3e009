/// A number as people write it, exact: `1.5` is 15 with one place behind the point.
struct Decimal {
    private let digits: Int
    private let places: Int

    /// Nil unless `text` is at most 15 digits, with at most one point, and that between digits.
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

    /// The number in a unit that goes `parts` times into one: `1.5` times 1024 is 1536. Nil if that is not whole, or too large.
    func times(_ parts: Int) -> Int? {
        let scale = (0..<places).reduce(1) { scale, _ in scale * 10 }
        let (product, overflows) = digits.multipliedReportingOverflow(by: parts)
        return overflows || product % scale != 0 ? nil : product / scale
    }
}
