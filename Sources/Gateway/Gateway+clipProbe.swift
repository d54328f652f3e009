import Client
import JobState
import Jobs
import Journal
import Net
import Seal
import Upstream
import Wire

/// The length and frame of finished clips about which neither the request nor the model's defaults say anything.
extension Gateway {
    /// Reads both from the head of the clip, once, when the job is first seen to be done. What cannot be read stays unknown: the job is
    /// done all the same.
    func probeClip(of id: String, _ claims: Claims, _ snapshot: JobStatusCache.StatusSnapshot) async {
        guard case .done(let assets) = snapshot.progress, claims.seconds == nil || claims.size == nil else { return }
        // With a journal, a record stands for what that says.
        guard
            let record = shared.jobMetadata[id]
                ?? (shared.journal == nil ? shared.jobMetadata.storeIfAbsent(id, JobMetadataCache.JobMetadata()) : nil),
            claims.seconds ?? record.seconds == nil || claims.size ?? record.size == nil
        else { return }
        let claims = record.currentClaims ?? claims
        let key = Gateway.clipKey(.video, id, claims: claims)
        guard await shared.clipProbes.begin(key) else { return }
        defer { shared.clipProbes.finish(key) }
        guard let facts = await facts(claims, assets, key: key) else { return }
        let seconds = facts.seconds.map(Gateway.roundedSeconds)
        let size = facts.size?.description
        shared.jobMetadata.update(id) { record in
            record.seconds = record.seconds ?? seconds
            record.size = record.size ?? size
        }
        shared.journal?.recordVideoFacts(id, seconds: seconds, size: size)
    }

    private func facts(_ claims: Claims, _ assets: [Asset], key: String) async -> MovieScanner.MovieInfo? {
        guard let account = try? account(of: claims) else { return nil }
        if let simulation = account.vendor.simulation {
            return simulation.clipFormat(of: claims.ticket).map { MovieScanner.MovieInfo(seconds: $0.seconds, size: $0.size) }
        }
        guard let asset = assets.first(where: { $0.kind == .video }) else { return nil }
        return await scan(ContentSource(asset: asset, account: account, key: key, now: clock()))
    }

    /// Reads as little of the clip as it takes: by ranges where its place serves them, else from the beginning on.
    private func scan(_ source: ContentSource) async -> MovieScanner.MovieInfo? {
        var scanner = MovieScanner()
        let deadline = Instant.now + config.limits.measureTimeout
        var budget = config.limits.maxMeasuredBytes
        for _ in 0..<Gateway.maxProbeReads where !scanner.isDone {
            guard let (clip, start) = try? await openClipPart(source, at: scanner.next) else { return nil }
            defer { clip.close() }
            var offset = start
            let canSkip = clip.status == 206
            do {
                while !scanner.isDone, !(canSkip && scanner.next - offset > Gateway.probeReadBytes) {
                    guard let piece = try await clip.next() else {
                        if !canSkip { scanner.finish() }
                        break
                    }
                    scanner.read(piece, at: offset)
                    offset += piece.count
                    budget -= piece.count
                    guard budget > 0, Instant.now < deadline else { return nil }
                }
            } catch {
                return nil
            }
        }
        if !scanner.isDone { scanner.finish() }
        return scanner.facts
    }

    /// A part of the clip that begins at that offset, or the whole with offset 0 where its place serves no parts.
    private func openClipPart(_ source: ContentSource, at offset: Int) async throws(Fault) -> (ContentStream, Int) {
        guard let call = source.call else { return (try await openInline(source), 0) }
        var fields = Headers()
        fields.set(.range, "bytes=\(offset)-\(offset + Gateway.probeReadBytes - 1)")
        let incoming = try await upstream.openResponse(call, of: source.account, range: fields)
        try await checkResponse(incoming, source)
        if incoming.status == 206 {
            let part = incoming.headers[.contentRange].flatMap { ContentRange(field: $0) }
            guard let range = part?.range, range.lowerBound == offset else { throw Gateway.rejectResponse(incoming, "another part") }
            if let total = part?.total { shared.clipLengths[source.key] = Int64(total) }
        }
        guard incoming.status != 416 else { throw Gateway.rejectResponse(incoming, "no part at \(offset)") }
        return (Gateway.contentStream(incoming, source, status: incoming.status, length: nil), incoming.status == 206 ? offset : 0)
    }

    /// Encoders add a frame or a little audio: 5.04 s is a clip of 5 s. Other lengths are told to the hundredth.
    private static func roundedSeconds(_ seconds: Double) -> Double {
        let whole = seconds.rounded()
        return whole >= 1 && (seconds - whole).magnitude <= 0.1 ? whole : (seconds * 100).rounded() / 100
    }

    private static let maxProbeReads = 8
    private static let probeReadBytes = 64 * 1024
}
