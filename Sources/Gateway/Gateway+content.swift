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
    /// Sends the bytes of a finished job: streamed as the client takes them, with the creating account's credentials, in ranges where asked.
    /// Faults are thrown while nothing has been sent; after that the transfer is broken, so that nobody takes a part for the whole.
    func relay(_ kind: Asset.Kind, of id: String, _ claims: Claims, to exchange: any Exchange, now: Timestamp) async throws(Fault) {
        let account = try self.account(of: claims)
        var sight = try await sight(of: id, claims, now: now)
        for isSecond in [false, true] {
            let asset = try Gateway.asset(kind, in: sight)
            if let card = account.vendor as? TestCard {
                return try await play(card, claims, asset, to: exchange, now: now)
            }
            if case .inline(let call, let string) = asset.place {
                return try await unpack(call, string, asset, account, to: exchange, now: now)
            }
            let incoming = try await upstream.open(Gateway.call(for: asset), of: account, now: now, range: Gateway.rangeFields(of: exchange.head.headers))
            if [403, 404, 410].contains(incoming.status), !isSecond {
                // The link may have run out: the vendor is asked once for a fresh one.
                incoming.close()
                sight = try await self.sight(of: id, claims, now: clock(), fresh: true)
                continue
            }
            return try await pass(incoming, asset, to: exchange)
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

    private static func call(for asset: Asset) -> Call {
        switch asset.place {
        case .url(let url, let credentials): Call(.content, .get, foreign: url, credentials: credentials)
        case .call(let call), .inline(let call, _): call
        }
    }

    private static func rangeFields(of headers: Headers) -> Headers {
        var fields = Headers()
        if let range = headers[.range] {
            fields.set(.range, range)
            if let condition = headers[.ifRange] { fields.set(.ifRange, condition) }
        }
        return fields
    }

    private func pass(_ incoming: Incoming, _ asset: Asset, to exchange: any Exchange) async throws(Fault) {
        defer { incoming.close() }
        switch incoming.status {
        case 200, 206, 416: break
        case 403, 404, 410: throw Fault(.gone, "The video has expired at its vendor and can no longer be fetched.", code: "expired")
        case 401: throw Fault(.vendorCredentials, "The vendor refused this router's credentials for the video.", detail: "content: HTTP 401")
        case 429: throw Fault(.vendorRateLimited, "The vendor asks to fetch the video later.", retryAfter: .seconds(2))
        default: throw Fault(.vendorUnavailable, "The vendor could not deliver the video.", detail: "content: HTTP \(incoming.status)")
        }
        var headers = Headers()
        for name in Gateway.passedOn { headers[name] = incoming.headers[name] }
        headers.set(.contentType, Gateway.type(of: incoming, asset).text)
        headers.set(.cacheControl, "private")
        let length = incoming.headers.has(.contentEncoding) ? nil : incoming.headers[.contentLength].flatMap { Int64($0) }
        await stream(incoming.status, headers, length, to: exchange) { () async throws(ClientFailure) in try await incoming.next() }
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
    private func unpack(
        _ call: Call, _ string: Int, _ asset: Asset, _ account: Account, to exchange: any Exchange, now: Timestamp
    ) async throws(Fault) {
        let incoming = try await upstream.open(call, of: account, now: now)
        defer { incoming.close() }
        guard incoming.status == 200 else {
            throw Fault(.vendorUnavailable, "The vendor could not deliver the video.", detail: "content: HTTP \(incoming.status)")
        }
        var extractor = LongStringExtractor(ordinal: string)
        var headers = Headers()
        headers.set(.contentType, (asset.type ?? .mp4).text)
        headers.set(.cacheControl, "private")
        await stream(200, headers, nil, to: exchange) { () async throws in
            while let piece = try await incoming.next() {
                var bytes = Bytes()
                for part in try extractor.extract(piece) { bytes.append(contentsOf: part) }
                if !bytes.isEmpty { return bytes[...] }
            }
            guard extractor.isDone else { throw ClientFailure(.closedEarly, neverArrived: false, "the answer ended inside the clip") }
            return nil
        }
    }

    /// Writes head and pieces. A source that fails midway breaks the transfer.
    func stream(
        _ status: Int, _ headers: Headers, _ length: Int64?, to exchange: any Exchange, next: () async throws -> Slice?
    ) async {
        do {
            try await exchange.start(status, headers, length: length)
            if exchange.head.method != .head {
                while let piece = try await next() { try await exchange.write(piece) }
            }
            try await exchange.finish()
        } catch {
            house.telemetry.brokenTransfer("\(error)")
            exchange.abort()
        }
    }

    /// The test card's clip, rendered while it is sent.
    private func play(_ card: TestCard, _ claims: Claims, _ asset: Asset, to exchange: any Exchange, now: Timestamp) async throws(Fault) {
        let movie = try card.movie(for: claims.ticket, model: claims.asked, now: now)
        let tag = "\"" + movie.fingerprint + "\""
        var headers = Headers()
        headers.set(.contentType, MediaType.mp4.text)
        headers.set(.cacheControl, "private")
        headers.set(.acceptRanges, "bytes")
        headers.set(.etag, tag)
        switch ByteRange.asked(exchange.head.headers, count: movie.byteCount, tag: tag) {
        case .unsatisfiable:
            headers.set(.contentRange, "bytes */\(movie.byteCount)")
            await stream(416, headers, 0, to: exchange) { nil }
        case .whole:
            var chunks = movie.bytes(in: 0..<movie.byteCount)
            await stream(200, headers, Int64(movie.byteCount), to: exchange) { chunks.next() }
        case .part(let range):
            var chunks = movie.bytes(in: range)
            headers.set(.contentRange, "bytes \(range.lowerBound)-\(range.upperBound - 1)/\(movie.byteCount)")
            await stream(206, headers, Int64(range.count), to: exchange) { chunks.next() }
        }
    }
}
