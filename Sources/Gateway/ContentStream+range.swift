import Wire

extension ContentStream {
    /// Applies the client's conditions, then its range (RFC 9110 §13.2.2).
    /// - Parameters:
    ///   - request: the headers of a GET or HEAD; empty if the request is not about the video alone.
    ///   - start: the offset of the stream's first byte in the video, at most the start of the range.
    func conditionalResponse(to request: Headers, from start: Int = 0) -> ContentStream {
        switch Preconditions.verdict(on: request, tag: tag, lastModified: lastModified) {
        case .notModified: return closeWithoutBody(status: 304)
        case .failed: return closeWithoutBody(status: 412)
        case .proceed: return status == 200 ? applyRange(of: request, from: start) : self
        }
    }

    /// Cuts the requested range out of a stream of the whole video. Sets `accept-ranges`.
    private func applyRange(of request: Headers, from start: Int) -> ContentStream {
        guard let length, let count = Int(exactly: length) else {
            if !headers.has(.acceptRanges) { headers.set(.acceptRanges, "none") }
            return self
        }
        headers.set(.acceptRanges, "bytes")
        switch RangeSelection.requested(request, count: count, tag: tag, lastModified: lastModified) {
        case .whole: return self
        case .unsatisfiable: return unsatisfiable(of: count)
        case .part(let range): return part(range, of: count, from: start)
        }
    }

    /// The answer to a range that begins after the end.
    func unsatisfiable(of count: Int) -> ContentStream {
        let stream = closeWithoutBody(status: 416)
        stream.headers.set(.contentRange, ContentRange(unsatisfiedOf: count).field)
        return stream
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

    /// An answer with the stream's headers and no body.
    private func closeWithoutBody(status: Int) -> ContentStream {
        close()
        var headers = headers
        headers.remove(.contentType)
        return ContentStream(status: status, headers: headers, length: 0) { nil }
    }
}
