import Wire

enum ByteRange {
    case whole, unsatisfiable, part(Range<Int>)
    static func asked(_ headers: Headers, count: Int, tag: String) -> ByteRange {
        guard let text = headers[.range], text.hasPrefix("bytes=") else { return .whole }
        let parts = text.dropFirst(6).split(separator: "-", omittingEmptySubsequences: false)
        guard parts.count == 2, let first = Int(parts[0]) else { return .whole }
        let last = Int(parts[1]) ?? count - 1
        guard first < count, first <= last else { return .unsatisfiable }
        return .part(first..<min(last + 1, count))
    }
}
