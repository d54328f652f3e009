import Client
import JobState
import Jobs
import Net
import Upstream
import Wire

/// Opens videos at the places where vendors keep them. What such a place says about ranges, lengths and types is checked, and corrected
/// where it is wrong.
final class ContentSourceOpener {
    private let upstream: Upstream
    private let lengths: VideoLengthProber

    init(_ dependencies: Dependencies) {
        upstream = dependencies.upstream
        lengths = VideoLengthProber(dependencies)
    }

    /// Opens the part of a video that the client requests, under the client's conditions.
    func open(_ source: ContentSource, _ request: ContentRequest) async throws(Fault) -> ContentStream {
        guard let call = source.call else {
            let stream = try await openInline(source)
            return try await lengths.ensureLength(of: stream, source, request: request) { () async throws(Fault) in
                try await self.openInline(source)
            }.conditionalResponse(to: request.headers)
        }
        if let range = request.range, let part = try await openPart(range, call, source: source, request: request) { return part }
        let stream = try await openWhole(call, source)
        return try await lengths.ensureLength(of: stream, source, request: request) { () async throws(Fault) in
            try await self.openWhole(call, source)
        }.conditionalResponse(to: request.headers)
    }

    /// Opens the whole video at its URL.
    private func openWhole(_ call: Call, _ source: ContentSource) async throws(Fault) -> ContentStream {
        let incoming = try await upstream.openResponse(call, of: source.account)
        try await checkResponse(incoming, source)
        if incoming.status == 206 {
            // No range was requested; one that covers the whole video is as good.
            let part = incoming.headers[.contentRange].flatMap { ContentRange(field: $0) }
            guard let total = part?.total, part?.range == 0..<total else {
                throw ContentSourceOpener.rejectResponse(incoming, "a part that was not asked for")
            }
        }
        guard incoming.status == 200 || incoming.status == 206 else {
            throw ContentSourceOpener.rejectResponse(incoming, "HTTP \(incoming.status)")
        }
        return ContentSourceOpener.contentStream(incoming, source, status: 200, length: incoming.plainLength)
    }

    /// Opens the range that the client requests, if the place serves ranges.
    /// - Returns: nil if it serves none, or another one: the whole video must be opened then.
    private func openPart(
        _ range: ByteRange, _ call: Call, source: ContentSource, request: ContentRequest
    ) async throws(Fault) -> ContentStream? {
        var fields = Headers()
        fields.set(.range, range.field)
        // The place does not know a tag that this router derived.
        if let condition = request.headers[.ifRange], condition != source.derivedTag { fields.set(.ifRange, condition) }
        let incoming = try await upstream.openResponse(call, of: source.account, range: fields)
        try await checkResponse(incoming, source)
        switch incoming.status {
        case 200 where incoming.plainLength != nil:
            let stream = ContentSourceOpener.contentStream(incoming, source, status: 200, length: incoming.plainLength)
            return try await lengths.ensureLength(of: stream, source, request: request) { () async throws(Fault) in
                try await self.openWhole(call, source)
            }.conditionalResponse(to: request.headers)
        case 206:
            let said = incoming.headers[.contentRange].flatMap { ContentRange(field: $0) }
            var total = said?.total ?? lengths.knownLength(of: source)
            if let said, said.range != nil, total == nil {
                total = try await lengths.probeLength(of: call, source).flatMap { Int(exactly: $0) }
            }
            guard let total, let given = said?.range, range.resolved(in: total) == given, !incoming.headers.has(.contentEncoding),
                incoming.plainLength ?? Int64(given.count) == Int64(given.count)
            else { break }
            let stream = ContentSourceOpener.contentStream(incoming, source, status: 206, length: Int64(given.count))
            guard RangeSelection.conditionHolds(request.headers[.ifRange], tag: stream.tag, lastModified: stream.lastModified)
            else { break }
            lengths.storeLength(Int64(total), of: source)
            stream.headers.set(.contentRange, ContentRange(given, of: total).field)
            return stream.conditionalResponse(to: request.headers)
        case 416:
            // Conditions come before ranges, and need the headers of the answer with the whole video.
            let said = incoming.headers[.contentRange].flatMap { ContentRange(field: $0) }
            guard let total = said?.total ?? lengths.knownLength(of: source), total > 0,
                range.resolved(in: total) == nil, !Preconditions.exist(in: request.headers), !request.headers.has(.ifRange)
            else { break }
            return ContentSourceOpener.contentStream(incoming, source, status: 416, length: 0).unsatisfiable(of: total)
        default: break
        }
        incoming.close()
        return nil
    }

    /// Opens a part of the video from that offset on; the whole video, with offset 0, if the place serves no ranges.
    func openPart(of source: ContentSource, at offset: Int, maxBytes: Int) async throws(Fault) -> (stream: ContentStream, offset: Int) {
        guard let call = source.call else { return (try await openInline(source), 0) }
        var fields = Headers()
        fields.set(.range, "bytes=\(offset)-\(offset + maxBytes - 1)")
        let incoming = try await upstream.openResponse(call, of: source.account, range: fields)
        try await checkResponse(incoming, source)
        if incoming.status == 206 {
            let part = incoming.headers[.contentRange].flatMap { ContentRange(field: $0) }
            guard let range = part?.range, range.lowerBound == offset else {
                throw ContentSourceOpener.rejectResponse(incoming, "another part")
            }
            if let total = part?.total { lengths.storeLength(Int64(total), of: source) }
        }
        guard incoming.status != 416 else { throw ContentSourceOpener.rejectResponse(incoming, "no part at \(offset)") }
        let stream = ContentSourceOpener.contentStream(incoming, source, status: incoming.status, length: nil)
        return (stream, incoming.status == 206 ? offset : 0)
    }

    /// - Throws: for a refusal, and for an answer that is no media.
    private func checkResponse(_ incoming: ClientResponse, _ source: ContentSource) async throws(Fault) {
        guard [200, 206, 416].contains(incoming.status) else {
            throw await ContentSourceOpener.refusal(incoming, source)
        }
        if incoming.status != 416, let said = incoming.mediaType, said.isDocument {
            throw ContentSourceOpener.rejectResponse(incoming, "\(said)")
        }
    }

    /// Reads why a place refuses, and closes its answer.
    private static func refusal(_ incoming: ClientResponse, _ source: ContentSource) async -> Fault {
        let words = try? await incoming.collect(atMost: 16 * 1024, by: .now + .seconds(5))
        incoming.close()
        return ContentRejection.fault(
            status: incoming.status, words: words.map { String(decoding: $0, as: UTF8.self) } ?? "", source: source)
    }

    /// Closes an answer that is not the video.
    private static func rejectResponse(_ incoming: ClientResponse, _ what: String) -> Fault {
        incoming.close()
        return Fault(
            .vendorNonsense, "The vendor sent something else in place of the video.",
            detail: "content: HTTP \(incoming.status) with \(what)")
    }

    /// The stream of a vendor's answer. Of its headers, only those that were understood are passed on.
    private static func contentStream(_ incoming: ClientResponse, _ source: ContentSource, status: Int, length: Int64?) -> ContentStream {
        var headers = Headers()
        headers.set(.contentType, source.type(incoming.mediaType).text)
        headers.set(.acceptRanges, "bytes")
        // The tag of compressed bytes does not identify the plain ones.
        let tag = incoming.headers.has(.contentEncoding) ? nil : incoming.headers[.etag].flatMap { EntityTag(field: $0) }
        headers.set(.etag, tag?.field ?? source.derivedTag)
        if let date = incoming.headers[.lastModified].flatMap({ Timestamp(httpDate: $0) }) { headers.set(.lastModified, date.httpDate) }
        return ContentStream(status: status, headers: headers, length: length, end: { incoming.close() }) { try await incoming.next() }
    }

    /// Opens a video that is inside the answer of another call: as bytes, or as base64 that is decoded as it comes and never in memory as a
    /// whole.
    private func openInline(_ source: ContentSource) async throws(Fault) -> ContentStream {
        var headers = Headers()
        headers.set(.contentType, source.type(nil).text)
        headers.set(.acceptRanges, "bytes")
        headers.set(.etag, source.derivedTag)
        guard case .inline(let call, let string) = source.asset.place else {
            guard case .bytes(let bytes) = source.asset.place else { throw Fault(.internalError, "The asset has no bytes and no URL.") }
            var rest: Slice? = bytes[...]
            return ContentStream(status: 200, headers: headers, length: Int64(bytes.count)) { rest.take() }
        }
        let incoming = try await upstream.openResponse(call, of: source.account)
        guard incoming.status == 200 else {
            throw await ContentSourceOpener.refusal(incoming, source)
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

    /// The length of the uncompressed body; nil if the answer does not give it.
    var plainLength: Int64? { headers.has(.contentEncoding) ? nil : headers[.contentLength].flatMap { Int64($0) } }
}
