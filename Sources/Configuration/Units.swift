import Wire

/// Parses amounts with units.
enum Units {
    /// `30s`, `500 ms`, `1.5 min`, `2h`, `1 day`. Nil for a number without a unit, except 0.
    static func duration(_ text: String) -> Duration? {
        let (number, unit) = halves(text)
        if unit.isEmpty { return Decimal(number)?.times(1) == 0 ? .zero : nil }
        guard let nanoseconds = nanoseconds(in: unit), let count = Decimal(number)?.times(nanoseconds) else { return nil }
        return .nanoseconds(count)
    }

    /// `96 MiB`, `64KiB`, `1.5 GB`, `4096`.
    static func bytes(_ text: String) -> Int? {
        let (number, unit) = halves(text)
        let factors = [
            "": 1, "b": 1, "kb": 1000, "mb": 1_000_000, "gb": 1_000_000_000, "kib": 1 << 10, "mib": 1 << 20, "gib": 1 << 30,
            "tb": 1_000_000_000_000,
            "tib": 1 << 40,
        ]
        guard let factor = factors[unit.lowercased()] else { return nil }
        return Decimal(number)?.times(factor)
    }

    /// The duration of a unit after a slash: `min` in `60/min`.
    static func interval(named unit: String) -> Duration? { nanoseconds(in: unit).map { .nanoseconds($0) } }

    private static func nanoseconds(in unit: String) -> Int? {
        switch unit {
        case "ms", "millisecond", "milliseconds": 1_000_000
        case "s", "sec", "second", "seconds": 1_000_000_000
        case "m", "min", "minute", "minutes": 60 * 1_000_000_000
        case "h", "hour", "hours": 3600 * 1_000_000_000
        case "d", "day", "days": 86_400 * 1_000_000_000
        default: nil
        }
    }

    private static func halves(_ text: String) -> (number: String, unit: String) {
        let number = text.prefix { $0.isNumber || $0 == "." }
        return (String(number), String(text.dropFirst(number.count).drop { $0 == " " }))
    }
}

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
