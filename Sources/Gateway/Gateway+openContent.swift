import Client
import JobState
import Jobs
import Net
import Upstream
import Wire

extension Gateway {
    /// Opens a clip where it lies and answers the client's question about it. What the place says of parts, lengths and types is checked,
    /// and put right where it is wrong.
    func openSource(_ source: ContentSource, _ request: ContentRequest) async throws(Fault) -> ContentStream {
        guard let call = source.call else {
            let clip = try await openInline(source)
            return try await ensureLength(clip, source, request: request) { () async throws(Fault) in try await self.openInline(source) }
                .conditionalResponse(to: request.headers)
        }
        if let range = request.range, let part = try await openPart(range, call, source: source, request: request) { return part }
        let clip = try await openWhole(call, source)
        return try await ensureLength(clip, source, request: request) { () async throws(Fault) in try await self.openWhole(call, source) }
            .conditionalResponse(to: request.headers)
    }

    /// The whole clip, from a place of its own.
    private func openWhole(_ call: Call, _ source: ContentSource) async throws(Fault) -> ContentStream {
        let incoming = try await upstream.openResponse(call, of: source.account)
        try await checkResponse(incoming, source)
        if incoming.status == 206 {
            // No part was asked for; one that is the whole is as good.
            let part = incoming.headers[.contentRange].flatMap { ContentRange(field: $0) }
            guard let total = part?.total, part?.range == 0..<total else {
                throw Gateway.rejectResponse(incoming, "a part that was not asked for")
            }
        }
        guard incoming.status == 200 || incoming.status == 206 else { throw Gateway.rejectResponse(incoming, "HTTP \(incoming.status)") }
        return Gateway.contentStream(incoming, source, status: 200, length: incoming.plainLength)
    }

    /// The part of a clip that the client asked for, as its place cuts it.
    /// - Returns: nil where that place cuts no parts, or others than it was asked for: the whole is to be opened then.
    private func openPart(
        _ range: ByteRange, _ call: Call, source: ContentSource, request: ContentRequest
    ) async throws(Fault) -> ContentStream? {
        var fields = Headers()
        fields.set(.range, range.field)
        // A place that has not given a tag of its own cannot know ours.
        if let condition = request.headers[.ifRange], condition != source.derivedTag { fields.set(.ifRange, condition) }
        let incoming = try await upstream.openResponse(call, of: source.account, range: fields)
        try await checkResponse(incoming, source)
        switch incoming.status {
        case 200 where incoming.plainLength != nil:
            return try await ensureLength(
                Gateway.contentStream(incoming, source, status: 200, length: incoming.plainLength), source, request: request
            ) {
                () async throws(Fault) in try await self.openWhole(call, source)
            }.conditionalResponse(to: request.headers)
        case 206:
            let said = incoming.headers[.contentRange].flatMap { ContentRange(field: $0) }
            var total = said?.total ?? knownLength(source)
            if let said, said.range != nil, total == nil { total = try await probeLength(of: call, source).flatMap { Int(exactly: $0) } }
            guard let total, let given = said?.range, range.resolved(in: total) == given, !incoming.headers.has(.contentEncoding),
                incoming.plainLength ?? Int64(given.count) == Int64(given.count)
            else { break }
            let clip = Gateway.contentStream(incoming, source, status: 206, length: Int64(given.count))
            guard RangeSelection.conditionHolds(request.headers[.ifRange], tag: clip.tag, lastModified: clip.lastModified) else { break }
            shared.clipLengths[source.key] = Int64(total)
            clip.headers.set(.contentRange, ContentRange(given, of: total).field)
            return clip.conditionalResponse(to: request.headers)
        case 416:
            // Conditions come before ranges, and what they are about stands in the answer with the whole.
            guard let total = incoming.headers[.contentRange].flatMap({ ContentRange(field: $0) })?.total ?? knownLength(source), total > 0,
                range.resolved(in: total) == nil, !Preconditions.exist(in: request.headers), !request.headers.has(.ifRange)
            else { break }
            let clip = Gateway.contentStream(incoming, source, status: 416, length: 0)
            return clip.unsatisfiable(of: total)
        default: break
        }
        incoming.close()
        return nil
    }

    private func knownLength(_ source: ContentSource) -> Int? {
        shared.clipLengths[source.key].flatMap { Int(exactly: $0) } ?? source.asset.bytes
    }

    /// - Throws: a refusal, or an answer that is no media.
    func checkResponse(_ incoming: ClientResponse, _ source: ContentSource) async throws(Fault) {
        guard [200, 206, 416].contains(incoming.status) else {
            let words = try? await incoming.collect(atMost: 16 * 1024, by: .now + .seconds(5))
            incoming.close()
            throw ContentRejection.fault(
                status: incoming.status, words: words.map { String(decoding: $0, as: UTF8.self) } ?? "", source: source)
        }
        if incoming.status != 416, let said = incoming.mediaType, said.isDocument {
            throw Gateway.rejectResponse(incoming, "\(said)")
        }
    }

    static func rejectResponse(_ incoming: ClientResponse, _ what: String) -> Fault {
        incoming.close()
        return Fault(
            .vendorNonsense, "The vendor sent something else in place of the video.",
            detail: "content: HTTP \(incoming.status) with \(what)")
    }

    /// The head that is sent for an answer of a vendor: nothing of that is passed on unread.
    static func contentStream(_ incoming: ClientResponse, _ source: ContentSource, status: Int, length: Int64?) -> ContentStream {
        var headers = Headers()
        headers.set(.contentType, source.type(incoming.mediaType).text)
        headers.set(.acceptRanges, "bytes")
        // A tag of the packed bytes is none of the plain ones.
        let tag = incoming.headers.has(.contentEncoding) ? nil : incoming.headers[.etag].flatMap { EntityTag(field: $0) }
        headers.set(.etag, tag?.field ?? source.derivedTag)
        if let date = incoming.headers[.lastModified].flatMap({ Timestamp(httpDate: $0) }) { headers.set(.lastModified, date.httpDate) }
        return ContentStream(status: status, headers: headers, length: length, end: { incoming.close() }) { try await incoming.next() }
    }

    /// A clip that the answer of another call holds: as bytes, or as base64 that is decoded as it comes, never held whole.
    func openInline(_ source: ContentSource) async throws(Fault) -> ContentStream {
        var headers = Headers()
        headers.set(.contentType, source.type(nil).text)
        headers.set(.acceptRanges, "bytes")
        headers.set(.etag, source.derivedTag)
        guard case .inline(let call, let string) = source.asset.place else {
            guard case .bytes(let bytes) = source.asset.place else { throw Fault(.internalError, "The clip has no place.") }
            var rest: Slice? = bytes[...]
            return ContentStream(status: 200, headers: headers, length: Int64(bytes.count)) { rest.take() }
        }
        let incoming = try await upstream.openResponse(call, of: source.account)
        guard incoming.status == 200 else {
            let words = try? await incoming.collect(atMost: 16 * 1024, by: .now + .seconds(5))
            incoming.close()
            throw ContentRejection.fault(
                status: incoming.status, words: words.map { String(decoding: $0, as: UTF8.self) } ?? "", source: source)
        }
        var media = InlineMedia(ordinal: string)
        return ContentStream(status: 200, headers: headers, length: source.asset.bytes.map { Int64($0) }, end: { incoming.close() }) {
            while !media.isDone, let piece = try await incoming.next() {
                let bytes = try media.decode(piece)
                if !bytes.isEmpty { return bytes[...] }
            }
            try media.checkComplete()
            return nil
        }
    }
}

extension ClientResponse {
    var mediaType: MediaType? { headers[.contentType].flatMap { MediaType(field: $0) } }

    /// How long the body is once nothing is packed any more; nil where the answer does not say.
    var plainLength: Int64? { headers.has(.contentEncoding) ? nil : headers[.contentLength].flatMap { Int64($0) } }
}
