import Dialects
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
        if let target = await redirectTarget(for: kind, of: job, context, isLink: linkExpiry != nil) {
            return await context.answer(ContentStreamer.redirect(to: target))
        }
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

    /// Where the client can fetch the asset itself, if the configuration allows it and the client follows; nil if it must be relayed.
    private func redirectTarget(for kind: Asset.Kind, of job: OpenedJob, _ context: RequestContext, isLink: Bool) async -> String? {
        guard context.head.method == .get, isLink || context.dialect.followsRedirects else { return nil }
        return await content.redirectTarget(for: kind, of: job) { type in disposition(kind, of: job, type: type, context) }
    }

    /// The target expires and gives access, so no cache may keep it.
    private static func redirect(to target: String) -> Response {
        var response = Response(status: 302)
        response.headers.set(.location, target)
        response.headers.set(.cacheControl, "no-store")
        return response
    }

    private func disposition(_ kind: Asset.Kind, of job: OpenedJob, type: MediaType, _ context: RequestContext) -> String {
        let name = ClipName.file(prompt: metadata[job.id]?.prompt, id: job.id, kind: kind, type: type)
        return ClipName.disposition(name, query: context.head.query)
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
            headers.set(.contentDisposition, disposition(kind, of: job, type: type, context))
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
