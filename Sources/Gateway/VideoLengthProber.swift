import Client
import JobState
import Jobs
import Net
import Upstream
import Wire

/// Finds the lengths of videos that vendors do not report. Without a length there are no ranges, and Safari shows no video.
final class VideoLengthProber {
    private let upstream: Upstream
    private let lengths: ClipLengthCache
    private let limits: Limits

    init(_ dependencies: Dependencies) {
        upstream = dependencies.upstream
        lengths = dependencies.shared.clipLengths
        limits = dependencies.config.limits
    }

    /// The length as far as it is known without a request.
    func knownLength(of source: ContentSource) -> Int? {
        lengths[source.key].flatMap { Int(exactly: $0) } ?? source.asset.bytes
    }

    func storeLength(_ length: Int64, of source: ContentSource) { lengths[source.key] = length }

    /// The video with its length, if the client's request needs it and it can be found at a bounded cost.
    /// - Parameter reopen: opens the same video again, from its beginning.
    func ensureLength(
        of stream: ContentStream, _ source: ContentSource, request: ContentRequest, reopen: () async throws(Fault) -> ContentStream
    ) async throws(Fault) -> ContentStream {
        if stream.length == nil { try await readAhead(in: stream) }
        if let length = stream.length {
            guard length > 0 else {
                stream.close()
                throw Fault(
                    .vendorNonsense, "The vendor sent an empty file in place of the video. The job is finished; try again later.",
                    code: "empty_content", detail: "content of 0 bytes", retryAfter: .seconds(10))
            }
            return stream
        }
        if let known = lengths[source.key] {
            stream.setLength(known)
            return stream
        }
        guard request.needsLength else { return stream }
        if let call = source.call, let found = try await probeLength(of: call, source) {
            stream.setLength(found)
            return stream
        }
        let counted = await countBytes(stream)
        stream.close()
        let again = try await reopen()
        if let counted {
            lengths[source.key] = counted
            again.setLength(counted)
        } else {
            again.headers.set(.acceptRanges, "none")
        }
        return again
    }

    /// Reads a short video to its end before its head is sent.
    private func readAhead(in stream: ContentStream) async throws(Fault) {
        do {
            try await stream.readAhead(limits.writeChunkBytes)
        } catch {
            stream.close()
            throw Fault(
                .vendorUnavailable, "The vendor broke off the video.", code: ContentRejection.missing, detail: "content: \(error)",
                retryAfter: .seconds(5))
        }
    }

    /// The length from a HEAD request, else from a range of one byte; nil if neither gives it.
    func probeLength(of call: Call, _ source: ContentSource) async throws(Fault) -> Int64? {
        var head = call
        head.method = .head
        if let incoming = try? await upstream.openResponse(head, of: source.account) {
            defer { incoming.close() }
            if incoming.status == 200, let length = incoming.plainLength, length > 0 {
                storeLength(length, of: source)
                return length
            }
        }
        var range = Headers()
        range.set(.range, "bytes=0-0")
        guard let incoming = try? await upstream.openResponse(call, of: source.account, range: range) else { return nil }
        defer { incoming.close() }
        guard incoming.status == 206, let said = incoming.headers[.contentRange].flatMap({ ContentRange(field: $0) }), said.range == 0..<1,
            let total = said.total, !incoming.headers.has(.contentEncoding)
        else { return nil }
        storeLength(Int64(total), of: source)
        return Int64(total)
    }

    /// Counts the bytes of a video by reading it; nil if it is too long, takes too long or breaks off.
    private func countBytes(_ stream: ContentStream) async -> Int64? {
        let deadline = Instant.now + limits.measureTimeout
        var count = 0
        do {
            while let piece = try await stream.next() {
                count += piece.count
                guard count <= limits.maxMeasuredBytes, Instant.now < deadline else { return nil }
            }
        } catch {
            return nil
        }
        return Int64(count)
    }
}
