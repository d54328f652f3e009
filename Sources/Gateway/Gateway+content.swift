import Client
import Dialects
import Jobs
import Routing
import Seal
import Server
import Telemetry
import TestCard
import Wire

extension Gateway {
    /// Sends the bytes of a finished job: streamed as the client takes them, in ranges where asked. Faults are thrown while nothing has
    /// been sent; after that the transfer is broken, so that nobody takes a part for the whole.
    func relay(_ kind: Asset.Kind, of id: String, _ claims: Claims, to visit: Visit, now: Timestamp) async throws(Fault) {
        let exchange = visit.exchange
        let clip = try await clip(kind, of: id, claims, asked: exchange.head.headers, now: now)
        defer { clip.close() }
        var headers = clip.headers
        headers.set(.xRequestID, visit.requestID)
        do {
            try await exchange.start(clip.status, headers, length: clip.length)
            if exchange.head.method != .head {
                while let piece = try await clip.next() { try await exchange.write(piece) }
            }
            try await exchange.finish()
        } catch {
            house.telemetry.brokenTransfer("\(error)")
            exchange.abort()
        }
    }

    /// Opens an asset with the credentials of the account that made it. A link that has run out is asked for anew, once.
    /// - Parameter asked: the client's headers, for Range and If-Range.
    func clip(_ kind: Asset.Kind, of id: String, _ claims: Claims, asked: Headers = Headers(), now: Timestamp) async throws(Fault) -> Clip {
        let account = try self.account(of: claims)
        let asset = try Gateway.asset(kind, in: try await sight(of: id, claims, now: now))
        if let card = account.vendor as? TestCard { return try await play(card, claims, asked, now: now) }
        do {
            return try await open(asset, of: account, asked, now: now)
        } catch {
            guard error.kind == .gone else { throw error }
            let fresh = try Gateway.asset(kind, in: try await sight(of: id, claims, now: clock(), fresh: true))
            return try await open(fresh, of: account, asked, now: now)
        }
    }

    /// The asset of that kind.
    /// - Throws: what the state of the job means for somebody who wants its bytes.
    private static func asset(_ kind: Asset.Kind, in sight: Watch.Sight) throws(Fault) -> Asset {
        switch sight.progress {
        case .done(let assets):
            if let asset = assets.first(where: { $0.kind == kind }) { return asset }
            guard kind != .video else { throw Fault(.vendorNonsense, "The job has ended without a clip.", detail: "done, no video asset") }
            let made = assets.map(\.kind.rawValue).joined(separator: ", ")
            throw Fault(.unsupported, "This job has no \(kind.rawValue); it has: \(made).", param: "variant", code: "unsupported_variant")
        case .failed(let fault):
            throw Fault(.jobFailed, "The job failed and has no content: \(fault.message)", code: fault.code ?? fault.kind.rawValue)
        case .queued, .running, .unknown:
            throw Fault(.notReady, "The video is not ready yet: the job is still in progress.", code: "video_not_ready")
        }
    }

    private func open(_ asset: Asset, of account: Account, _ asked: Headers, now: Timestamp) async throws(Fault) -> Clip {
        var call: Call
        switch asset.place {
        case .bytes(let bytes): return Gateway.whole(bytes, asset).cut(to: asked)
        case .inline(let call, let string): return try await unpack(call, string, asset, account, now: now).cut(to: asked)
        case .url(let url, let credentials): call = Call(.content, .get, foreign: url, credentials: credentials)
        case .call(let own): call = own
        }
        call.headers.append(("accept-encoding", "identity"))
        let incoming = try await upstream.open(call, of: account, now: now, range: Gateway.rangeFields(of: asked))
        return try Gateway.passing(incoming, asset).cut(to: asked)
    }

    private static func rangeFields(of headers: Headers) -> Headers {
        var fields = Headers()
        // A server may ignore what it does not serve (RFC 9110 §14.2): several ranges at once would come as multipart, which is no clip.
        if let range = headers[.range], !range.contains(",") {
            fields.set(.range, range)
            if let condition = headers[.ifRange] { fields.set(.ifRange, condition) }
        }
        return fields
    }

    private static func passing(_ incoming: Incoming, _ asset: Asset) throws(Fault) -> Clip {
        if let fault = refusal(of: incoming.status) {
            incoming.close()
            throw fault
        }
        if let said = incoming.headers[.contentType].flatMap({ MediaType(field: $0) }), said.isDocument, incoming.status != 416 {
            incoming.close()
            throw Fault(
                .vendorNonsense, "The vendor sent something else in place of the video.",
                detail: "content: HTTP \(incoming.status) with \(said)")
        }
        var headers = Headers()
        for name in passedOn { headers[name] = incoming.headers[name] }
        if incoming.status == 416 {
            // What the store writes about it is not the clip's.
            incoming.close()
            return Clip(status: 416, headers: headers, length: 0) { nil }
        }
        headers.set(.contentType, type(of: incoming, asset).text)
        headers.set(.cacheControl, "private")
        let length = incoming.headers.has(.contentEncoding) ? nil : incoming.headers[.contentLength].flatMap { Int64($0) }
        return Clip(status: incoming.status, headers: headers, length: length, end: { incoming.close() }) { try await incoming.next() }
    }

    /// What it means that a vendor's store answers so; nil for answers that are passed on.
    private static func refusal(of status: Int) -> Fault? {
        switch status {
        case 200, 206, 416: nil
        case 403, 404, 410: Fault(.gone, "The video has expired at its vendor and can no longer be fetched.", code: "expired")
        case 401: Fault(.vendorCredentials, "The vendor refused this router's credentials for the video.", detail: "content: HTTP 401")
        case 429: Fault(.vendorRateLimited, "The vendor asks to fetch the video later.", retryAfter: .seconds(2))
        default: Fault(.vendorUnavailable, "The vendor could not deliver the video.", detail: "content: HTTP \(status)")
        }
    }

    private static let passedOn: [HeaderName] = [.contentRange, .acceptRanges, .etag, .lastModified]

    /// Vendors' stores often know no better than `application/octet-stream`.
    private static func type(of incoming: Incoming, _ asset: Asset) -> MediaType {
        let said = incoming.headers[.contentType].flatMap { MediaType(field: $0) }
        if let said, said.isVideo || said.isImage || said.isAudio { return said }
        if let known = asset.type { return known }
        return asset.kind == .video ? .mp4 : said ?? .bytes
    }

    /// A clip that lies as base64 inside a JSON answer: decoded as it comes, never held whole.
    private func unpack(_ call: Call, _ string: Int, _ asset: Asset, _ account: Account, now: Timestamp) async throws(Fault) -> Clip {
        let incoming = try await upstream.open(call, of: account, now: now)
        if let fault = Gateway.refusal(of: incoming.status) {
            incoming.close()
            throw fault
        }
        var media = InlineMedia(ordinal: string)
        return Clip(status: 200, headers: Gateway.headers(of: asset), length: asset.bytes.map { Int64($0) }, end: { incoming.close() }) {
            while !media.isDone, let piece = try await incoming.next() {
                let bytes = try media.decode(piece)
                if !bytes.isEmpty { return bytes[...] }
            }
            try media.end()
            return nil
        }
    }

    /// A clip that the answer held.
    private static func whole(_ bytes: Bytes, _ asset: Asset) -> Clip {
        var rest: Slice? = bytes[...]
        return Clip(status: 200, headers: headers(of: asset), length: Int64(bytes.count)) { rest.take() }
    }

    private static func headers(of asset: Asset) -> Headers {
        var headers = Headers()
        headers.set(.contentType, (asset.type ?? .mp4).text)
        headers.set(.cacheControl, "private")
        return headers
    }

    /// The test card's clip, rendered while it is sent. Measuring it is done in steps, so that other requests of the loop go on.
    private func play(_ card: TestCard, _ claims: Claims, _ asked: Headers, now: Timestamp) async throws(Fault) -> Clip {
        var survey = CardSurvey(try card.picture(for: claims.ticket, model: claims.asked, now: now))
        var measured: CardMovie?
        while measured == nil {
            measured = survey.step(frames: Gateway.framesAtOnce)
            await Task.yield()
        }
        guard let movie = measured else { throw Fault(.internalError, "The test card could not be measured.") }
        let tag = "\"" + movie.fingerprint + "\""
        var headers = Headers()
        headers.set(.contentType, MediaType.mp4.text)
        headers.set(.cacheControl, "private")
        headers.set(.acceptRanges, "bytes")
        headers.set(.etag, tag)
        switch RangeAnswer.asked(asked, count: movie.byteCount, tag: tag) {
        case .unsatisfiable:
            headers.set(.contentRange, "bytes */\(movie.byteCount)")
            return Clip(status: 416, headers: headers, length: 0) { nil }
        case .whole:
            var chunks = movie.bytes(in: 0..<movie.byteCount)
            return Clip(status: 200, headers: headers, length: Int64(movie.byteCount)) { chunks.next() }
        case .part(let range):
            var chunks = movie.bytes(in: range)
            headers.set(.contentRange, "bytes \(range.lowerBound)-\(range.upperBound - 1)/\(movie.byteCount)")
            return Clip(status: 206, headers: headers, length: Int64(range.count)) { chunks.next() }
        }
    }

    /// A few milliseconds of work at 720p.
    private static let framesAtOnce = 8
}
