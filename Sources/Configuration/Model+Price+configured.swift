import Jobs

extension Model.Price {
    static let expected = "a price like 0.05 USD/second or 0.20 USD/clip"

    /// Reads a price that no catalog can know: the operator's own GPU costs `0 USD/clip`.
    init?(configured text: String) {
        let halves = text.split(separator: "/", omittingEmptySubsequences: false)
        guard halves.count == 2, let budget = Budget(String(halves[0])) else { return nil }
        switch halves[1].filter({ $0 != " " }) {
        case "second", "s": self.init(budget.amount, per: .second)
        case "clip": self.init(budget.amount, per: .clip)
        default: return nil
        }
    }
}
