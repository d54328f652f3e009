/// A number of calls per unit of time: `60/min`.
package struct Rate: Sendable, Hashable, CustomStringConvertible {
    package var count: Int
    package var interval: Duration
    private var unit: String

    static let expected = "a rate like 60/min (units s, min, h, day)"

    package init?(_ text: String) {
        let halves = text.split(separator: "/", maxSplits: 1).map { $0.filter { $0 != " " } }
        guard halves.count == 2, let count = Int(halves[0]), (1...1_000_000_000).contains(count),
            let span = Units.interval(named: halves[1])
        else {
            return nil
        }
        self.count = count
        self.interval = span
        unit = halves[1]
    }

    package var description: String { "\(count)/\(unit)" }
}
