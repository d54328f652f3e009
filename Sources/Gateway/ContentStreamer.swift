import JobState
import Jobs
import Server
import Telemetry
import Wire

/// Sends the results of jobs to clients.
final class ContentStreamer {
    private let content: ContentOpener
    private let metadata: JobMetadataCache
    private let videoLengths: ClipLengthCache
    private let telemetry: Telemetry

    init(_ dependencies: Dependencies, content: ContentOpener) {
        self.content = content
        metadata = dependencies.shared.jobMetadata
        videoLengths = dependencies.shared.clipLengths
        telemetry = dependencies.shared.telemetry
    }

    /// Streams an asset as fast as the client reads it, in ranges on request. Faults are thrown as long as nothing has been sent. After
    /// that the transfer is aborted, so that no client takes a part for the whole.
    /// - Parameter linkExpiry: when the signed link that the client followed expires; nil if the client has shown a key.
    func stream(_ kind: Asset.Kind, of job: OpenedJob, to context: RequestContext, linkExpiry: Timestamp? = nil) async throws(Fault) {
        let request = ContentRequest(context.head)
        let stream = try await content.open(kind, of: job, request)
        defer { stream.close() }
        let headers = headers(for: stream, kind, of: job, context: context, linkExpiry: linkExpiry)
        do {
            let sent = try await send(stream, headers, context: context, isHead: request.isHead)
            if stream.status == 200, stream.length == nil, !request.isHead { videoLengths[ContentSource.key(kind, of: job)] = sent }
        } catch {
            telemetry.recordInterruptedDownload("\(error)")
            context.exchange.abort()
        }
    }

    /// - Returns: the bytes of the body.
    private func send(
        _ stream: ContentStream, _ headers: Headers, context: RequestContext, isHead: Bool
    ) async throws -> Int64 {
        let exchange = context.exchange
        try await exchange.start(stream.status, headers, length: stream.length)
        var sent: Int64 = 0
        if !isHead {
            while let piece = try await stream.next() {
                try await exchange.write(piece)
                sent += Int64(piece.count)
            }
        }
        try await exchange.finish()
        return sent
    }

    private func headers(
        for stream: ContentStream, _ kind: Asset.Kind, of job: OpenedJob, context: RequestContext, linkExpiry: Timestamp?
    ) -> Headers {
        var headers = stream.headers
        headers.secure(isLink: linkExpiry != nil)
        headers.set(.cacheControl, ContentStreamer.cacheControl(linkExpiry, now: context.now))
        if let type = headers[.contentType].flatMap({ MediaType(field: $0) }) {
            let name = ClipName.file(prompt: metadata[job.id]?.prompt, id: job.id, kind: kind, type: type)
            headers.set(.contentDisposition, ClipName.disposition(name, query: context.head.query))
        }
        context.addCommonHeaders(&headers)
        return headers
    }

    /// A video never changes, but its job can be deleted: a browser keeps it for an hour, and no longer than its link is valid.
    private static func cacheControl(_ linkExpiry: Timestamp?, now: Timestamp) -> String {
        "private, max-age=\(linkExpiry.map { min(max($0.unix - now.unix, 0), 3600) } ?? 3600)"
    }
}

extension Headers {
    /// Keeps a browser from running anything that a vendor sent in place of a video.
    /// - Parameter isLink: pages of every origin may show it, also those that isolate themselves (COEP).
    fileprivate mutating func secure(isLink: Bool) {
        set("x-content-type-options", "nosniff")
        set("content-security-policy", "sandbox; default-src 'none'")
        set("cross-origin-resource-policy", isLink ? "cross-origin" : "same-origin")
    }
}
