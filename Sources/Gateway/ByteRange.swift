import Wire

/// What a Range field asks of a body whose length is known (RFC 9110 §14.1.2). Several ranges, other units and nonsense are ignored, as a server may.
enum ByteRange: Equatable {
    case whole
    case unsatisfiable
    case part(Range<Int>)

    /// - Parameter tag: the body's entity tag; an If-Range with another one makes the range void (RFC 9110 §13.1.5).
    static func asked(_ headers: Headers, count: Int, tag: String) -> ByteRange {
        guard let field = headers[.range], field.lowercased().hasPrefix("bytes=") else { return .whole }
        if let condition = headers[.ifRange], condition != tag { return .whole }
        let parts = field.dropFirst(6).split(separator: "-", omittingEmptySubsequences: false)
        guard parts.count == 2, parts.allSatisfy({ $0.utf8.allSatisfy { (0x30...0x39).contains($0) } }) else { return .whole }
        switch (number(parts[0]), number(parts[1])) {
        case (nil, nil): return .whole
        case (nil, let suffix?): return suffix == 0 || count == 0 ? .unsatisfiable : .part(max(0, count - suffix)..<count)
        case (let first?, let last?) where last < first: return .whole
        case (let first?, let last): return first < count ? .part(first..<(min(last ?? .max, count - 1) + 1)) : .unsatisfiable
        }
    }

    /// Nil for no digits; a number too large to count is larger than any body.
    private static func number(_ digits: Substring) -> Int? { digits.isEmpty ? nil : Int(digits) ?? .max }
}
