import Wire

extension Timestamp {
    /// `20261120T120000Z` (ISO 8601, basic form).
    var basic: String { iso8601.prefix(19).filter { $0 != "-" && $0 != ":" } + "Z" }
    /// `20261120`.
    var basicDay: String { String(basic.prefix(8)) }
    /// `2026-11-20`.
    package var day: String { String(iso8601.prefix(10)) }
}
