import Wire

extension Clip {
    /// The part that a client asked for, where the place in which the clip lies serves no ranges and sends the whole. Says whether parts
    /// can be had.
    /// - Parameter asked: the client's headers.
    func cut(to asked: Headers) -> Clip {
        guard status == 200 else { return self }
        guard let length, let count = Int(exactly: length) else {
            if !headers.has(.acceptRanges) { headers.set(.acceptRanges, "none") }
            return self
        }
        headers.set(.acceptRanges, "bytes")
        var headers = headers
        switch RangeAnswer.asked(asked, count: count, tag: headers[.etag] ?? "") {
        case .whole:
            return self
        case .unsatisfiable:
            close()
            headers.set(.contentRange, "bytes */\(count)")
            return Clip(status: 416, headers: headers, length: 0) { nil }
        case .part(let range):
            headers.set(.contentRange, "bytes \(range.lowerBound)-\(range.upperBound - 1)/\(count)")
            var (before, left) = (range.lowerBound, range.count)
            return Clip(status: 206, headers: headers, length: Int64(left), end: close) {
                while left > 0, let piece = try await self.next() {
                    let wanted = piece.dropFirst(before).prefix(left)
                    before -= min(before, piece.count)
                    left -= wanted.count
                    if !wanted.isEmpty { return wanted }
                }
                return nil
            }
        }
    }
}
