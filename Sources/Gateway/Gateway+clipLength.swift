import Client
import Jobs
import Net
import Wire

/// Lengths that vendors do not name: without one there are no ranges, and Safari plays nothing.
extension Gateway {
    /// The clip with its length, as far as the client's question needs it and it can be learnt at a bounded cost.
    /// - Parameter reopen: opens the same clip again, from its beginning.
    func measured(
        _ clip: Clip, _ source: ClipSource, _ asked: ClipQuestion, reopen: () async throws(Fault) -> Clip
    ) async throws(Fault) -> Clip {
        if clip.length == nil { try await readAhead(clip) }
        if let length = clip.length {
            guard length > 0 else {
                clip.close()
                throw Fault(
                    .vendorNonsense, "The vendor sent an empty file in place of the video. The job is finished; try again later.",
                    code: "empty_content", detail: "content of 0 bytes", retryAfter: .seconds(10))
            }
            return clip
        }
        if let known = house.clipLengths[source.key] {
            clip.settle(length: known)
            return clip
        }
        guard asked.needsLength else { return clip }
        if let call = source.call, let learnt = try await learnLength(of: call, source) {
            clip.settle(length: learnt)
            return clip
        }
        let counted = await count(clip)
        clip.close()
        let again = try await reopen()
        if let counted {
            house.clipLengths[source.key] = counted
            again.settle(length: counted)
        } else {
            again.headers.set(.acceptRanges, "none")
        }
        return again
    }

    /// A short clip is known whole before its head is sent.
    private func readAhead(_ clip: Clip) async throws(Fault) {
        do {
            try await clip.readAhead(studio.limits.writePortion)
        } catch {
            clip.close()
            throw Fault(
                .vendorUnavailable, "The vendor broke off the video.", code: ClipRefusal.missing, detail: "content: \(error)",
                retryAfter: .seconds(5))
        }
    }

    /// The length of a clip by a HEAD, else by a range of one byte; nil where neither says it.
    func learnLength(of call: Call, _ source: ClipSource) async throws(Fault) -> Int64? {
        var head = call
        head.method = .head
        if let incoming = try? await upstream.open(head, of: source.account, now: source.now) {
            defer { incoming.close() }
            if incoming.status == 200, let length = incoming.plainLength, length > 0 { return remember(length, source) }
        }
        var range = Headers()
        range.set(.range, "bytes=0-0")
        guard let incoming = try? await upstream.open(call, of: source.account, now: source.now, range: range) else { return nil }
        defer { incoming.close() }
        guard incoming.status == 206, let said = incoming.headers[.contentRange].flatMap({ ContentRange(field: $0) }), said.range == 0..<1,
            let total = said.total, !incoming.headers.has(.contentEncoding)
        else { return nil }
        return remember(Int64(total), source)
    }

    private func remember(_ length: Int64, _ source: ClipSource) -> Int64 {
        house.clipLengths[source.key] = length
        return length
    }

    /// Reads a clip to its end for its length; nil if it is too long, or takes too long, or breaks off.
    private func count(_ clip: Clip) async -> Int64? {
        let deadline = Instant.now + studio.limits.measureTimeout
        var count = 0
        do {
            while let piece = try await clip.next() {
                count += piece.count
                guard count <= studio.limits.measuredBytes, Instant.now < deadline else { return nil }
            }
        } catch {
            return nil
        }
        return Int64(count)
    }
}
