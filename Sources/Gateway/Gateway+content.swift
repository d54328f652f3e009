import Client
import Crypto
import Dialects
import JobState
import Jobs
import Routing
import Seal
import Server
import Telemetry
import Upstream
import Wire

extension Gateway {
    /// Sends the bytes of a finished job: streamed as the client takes them, in ranges where asked. Faults are thrown while nothing has
    /// been sent; after that the transfer is broken, so that no client takes a part for the whole.
    /// - Parameter linkUntil: when the signed link ends that was followed; nil where a key was shown.
    func streamContent(
        _ kind: Asset.Kind, of id: String, _ claims: Claims, to context: RequestContext, linkUntil: Timestamp? = nil, now: Timestamp
    ) async throws(Fault) {
        let exchange = context.exchange
        let request = ContentRequest(context.head)
        let clip = try await openContent(kind, of: id, claims, request: request, now: now)
        defer { clip.close() }
        var headers = clip.headers
        headers.secure(isLink: linkUntil != nil)
        headers.set(.cacheControl, Gateway.cacheControl(linkUntil, now: now))
        if let type = headers[.contentType].flatMap({ MediaType(field: $0) }) {
            let name = ClipName.file(prompt: shared.jobMetadata[id]?.prompt, id: id, kind: kind, type: type)
            headers.set(.contentDisposition, ClipName.disposition(name, query: context.head.query))
        }
        context.addCommonHeaders(&headers)
        do {
            try await exchange.start(clip.status, headers, length: clip.length)
            var sent: Int64 = 0
            if !request.isHead {
                while let piece = try await clip.next() {
                    try await exchange.write(piece)
                    sent += Int64(piece.count)
                }
            }
            try await exchange.finish()
            if clip.status == 200, clip.length == nil, !request.isHead {
                shared.clipLengths[Gateway.clipKey(kind, id, claims: claims)] = sent
            }
        } catch {
            shared.telemetry.recordInterruptedDownload("\(error)")
            exchange.abort()
        }
    }

    /// A clip never changes, but its job can be deleted: a browser keeps it for an hour, and no longer than its link is good.
    private static func cacheControl(_ linkUntil: Timestamp?, now: Timestamp) -> String {
        "private, max-age=\(linkUntil.map { min(max($0.unix - now.unix, 0), 3600) } ?? 3600)"
    }

    /// Opens an asset with the credentials of the account that made it. If the vendor refuses the link, requests a new one, once.
    /// - Parameter request: the part of the asset that the client wants.
    func openContent(
        _ kind: Asset.Kind, of id: String, _ claims: Claims, request: ContentRequest = ContentRequest(), now: Timestamp
    ) async throws(Fault) -> ContentStream {
        let account = try self.account(of: claims)
        let snapshot = try await refreshStatus(of: id, claims, now: now)
        let asset = try Gateway.asset(kind, in: snapshot)
        if let vendor = account.vendor.simulation { return try await renderSimulatedClip(claims, by: vendor, request: request, now: now) }
        var source = ContentSource(asset: asset, account: account, key: Gateway.clipKey(kind, id, claims: claims), now: now)
        if let life = account.card.resultTTL {
            let seen = min(snapshot.ended ?? now, claims.created + config.limits.jobTimeout)
            source.keptUntil = (shared.jobMetadata[id]?.ended ?? seen) + life
        }
        do {
            return try await openSource(source, request)
        } catch {
            guard error.mayHaveFreshLink else { throw error }
            source.asset = try Gateway.asset(kind, in: try await self.refreshStatus(of: id, claims, now: clock(), fresh: true))
            return try await openSource(source, request)
        }
    }

    /// Names one clip of one attempt, for what is remembered of it.
    static func clipKey(_ kind: Asset.Kind, _ id: String, claims: Claims) -> String {
        ([id, kind.rawValue] + claims.ticket.fields).joined(separator: "\n")
    }

    /// The asset of that kind.
    /// - Throws: what the state of the job means for a client that wants its bytes.
    private static func asset(_ kind: Asset.Kind, in snapshot: JobStatusCache.StatusSnapshot) throws(Fault) -> Asset {
        switch snapshot.progress {
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

    /// A simulated clip, rendered while it is sent. Measuring it is done in steps, so that other requests of the loop go on.
    private func renderSimulatedClip(
        _ claims: Claims, by vendor: any SimulatedVendor, request: ContentRequest, now: Timestamp
    ) async throws(Fault) -> ContentStream {
        let measure = try vendor.measureClip(for: claims.ticket, model: claims.requestedModel, now: now)
        var measured: SimulatedClip?
        while measured == nil {
            measured = measure()
            await Task.yield()
        }
        guard let clip = measured else { throw Fault(.internalError, "The test card could not be measured.") }
        var headers = Headers()
        headers.set(.contentType, MediaType.mp4.text)
        headers.set(.etag, "\"" + clip.fingerprint + "\"")
        // Only the part that is sent is rendered.
        var start = 0
        if case .part(let range) = RangeSelection.requested(
            request.headers, count: clip.byteCount, tag: EntityTag(field: headers[.etag] ?? ""))
        {
            start = range.lowerBound
        }
        let next = clip.makeReader(start..<clip.byteCount)
        return ContentStream(status: 200, headers: headers, length: Int64(clip.byteCount)) { next() }.conditionalResponse(
            to: request.headers, from: start)
    }
}

extension Headers {
    /// What keeps a browser from running anything that a vendor sent in place of a clip.
    /// - Parameter isLink: pages of every origin may show it, also those that isolate themselves (COEP).
    fileprivate mutating func secure(isLink: Bool) {
        set("x-content-type-options", "nosniff")
        set("content-security-policy", "sandbox; default-src 'none'")
        set("cross-origin-resource-policy", isLink ? "cross-origin" : "same-origin")
    }
}
