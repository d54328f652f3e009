import Wire

extension ContentStream {
    /// What is sent of this clip for the client's conditions and range (RFC 9110 §13.2.2): conditions first.
    /// - Parameters:
    ///   - asked: the headers of a GET or HEAD; empty for what is not a question about the clip.
    ///   - start: where the bytes begin that this clip gives; no more than the start of the range.
    func conditionalResponse(to asked: Headers, from start: Int = 0) -> ContentStream {
        switch Preconditions.verdict(on: asked, tag: tag, lastModified: lastModified) {
        case .notModified: return closeWithoutBody(status: 304)
        case .failed: return closeWithoutBody(status: 412)
        case .proceed: return status == 200 ? applyRange(to: asked, from: start) : self
        }
    }

    /// The part that a client asked for, where the place in which the clip lies sends the whole. Says whether parts can be had.
    private func applyRange(to asked: Headers, from start: Int) -> ContentStream {
        guard let length, let count = Int(exactly: length) else {
            if !headers.has(.acceptRanges) { headers.set(.acceptRanges, "none") }
            return self
        }
        headers.set(.acceptRanges, "bytes")
        switch RangeSelection.requested(asked, count: count, tag: tag, lastModified: lastModified) {
        case .whole: return self
        case .unsatisfiable: return unsatisfiable(of: count)
        case .part(let range): return part(range, of: count, from: start)
        }
    }

    /// The answer to a range that begins behind the end.
    func unsatisfiable(of count: Int) -> ContentStream {
        let clip = closeWithoutBody(status: 416)
        clip.headers.set(.contentRange, ContentRange(unsatisfiedOf: count).field)
        return clip
    }

    private func part(_ range: Range<Int>, of count: Int, from start: Int) -> ContentStream {
        var headers = headers
        headers.set(.contentRange, ContentRange(range, of: count).field)
        var (before, left) = (range.lowerBound - start, range.count)
        return ContentStream(status: 206, headers: headers, length: Int64(left), end: close) {
            while left > 0, let piece = try await self.next() {
                let wanted = piece.dropFirst(before).prefix(left)
                before -= min(before, piece.count)
                left -= wanted.count
                if !wanted.isEmpty { return wanted }
            }
            return nil
        }
    }

    /// An answer about the clip that carries none of it.
    private func closeWithoutBody(status: Int) -> ContentStream {
        close()
        var headers = headers
        headers.remove(.contentType)
        return ContentStream(status: status, headers: headers, length: 0) { nil }
    }
}
