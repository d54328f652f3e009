import Client
import JobState
import Jobs
import Net
import Upstream
import Wire

/// Lengths that vendors do not name: without one there are no ranges, and Safari plays nothing.
extension Gateway {
    /// The clip with its length, as far as the client's question needs it and it can be learnt at a bounded cost.
    /// - Parameter reopen: opens the same clip again, from its beginning.
    func ensureLength(
        _ clip: ContentStream, _ source: ContentSource, request: ContentRequest, reopen: () async throws(Fault) -> ContentStream
    ) async throws(Fault) -> ContentStream {
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
        if let known = shared.clipLengths[source.key] {
            clip.setLength(length: known)
            return clip
        }
        guard request.needsLength else { return clip }
        if let call = source.call, let learnt = try await probeLength(of: call, source) {
            clip.setLength(length: learnt)
            return clip
        }
        let counted = await countBytes(clip)
        clip.close()
        let again = try await reopen()
        if let counted {
            shared.clipLengths[source.key] = counted
            again.setLength(length: counted)
        } else {
            again.headers.set(.acceptRanges, "none")
        }
        return again
    }

    /// A short clip is known whole before its head is sent.
    private func readAhead(_ clip: ContentStream) async throws(Fault) {
        do {
            try await clip.readAhead(config.limits.writeChunkBytes)
        } catch {
            clip.close()
            throw Fault(
                .vendorUnavailable, "The vendor broke off the video.", code: ContentRejection.missing, detail: "content: \(error)",
                retryAfter: .seconds(5))
        }
    }

    /// The length of a clip by a HEAD, else by a range of one byte; nil where neither says it.
    func probeLength(of call: Call, _ source: ContentSource) async throws(Fault) -> Int64? {
        var head = call
        head.method = .head
        if let incoming = try? await upstream.openResponse(head, of: source.account) {
            defer { incoming.close() }
            if incoming.status == 200, let length = incoming.plainLength, length > 0 { return storeLength(length, source) }
        }
        var range = Headers()
        range.set(.range, "bytes=0-0")
        guard let incoming = try? await upstream.openResponse(call, of: source.account, range: range) else { return nil }
        defer { incoming.close() }
        guard incoming.status == 206, let said = incoming.headers[.contentRange].flatMap({ ContentRange(field: $0) }), said.range == 0..<1,
            let total = said.total, !incoming.headers.has(.contentEncoding)
        else { return nil }
        return storeLength(Int64(total), source)
    }

    private func storeLength(_ length: Int64, _ source: ContentSource) -> Int64 {
        shared.clipLengths[source.key] = length
        return length
    }

    /// Reads a clip to its end for its length; nil if it is too long, or takes too long, or breaks off.
    private func countBytes(_ clip: ContentStream) async -> Int64? {
        let deadline = Instant.now + config.limits.measureTimeout
        var count = 0
        do {
            while let piece = try await clip.next() {
                count += piece.count
                guard count <= config.limits.maxMeasuredBytes, Instant.now < deadline else { return nil }
            }
        } catch {
            return nil
        }
        return Int64(count)
    }
}
