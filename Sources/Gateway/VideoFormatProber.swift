import JobState
import Jobs
import Journal
import Net
import Seal
import Upstream
import Wire

/// Reads the duration and frame size of finished videos, if neither the request nor the model's defaults give them.
final class VideoFormatProber {
    private let lookup: JobLookup
    private let sources: ContentSourceOpener
    private let metadata: JobMetadataCache
    private let probes: ClipProbes
    private let journal: Journal?
    private let limits: Limits
    private let clock: () -> Timestamp

    init(_ dependencies: Dependencies, lookup: JobLookup, sources: ContentSourceOpener) {
        self.lookup = lookup
        self.sources = sources
        metadata = dependencies.shared.jobMetadata
        probes = dependencies.shared.clipProbes
        journal = dependencies.shared.journal
        limits = dependencies.config.limits
        clock = dependencies.clock
    }

    /// Reads both from the head of the video, once, when the job is first seen to be done. What cannot be read stays unknown.
    func probeFormat(of job: OpenedJob, _ snapshot: JobStatusCache.StatusSnapshot) async {
        guard case .done(let assets) = snapshot.progress, job.claims.seconds == nil || job.claims.size == nil else { return }
        await probeFormat(of: lookup.current(job), assets)
    }

    private func probeFormat(of job: OpenedJob, _ assets: [Asset]) async {
        // With a journal there is a record, which has the format if it was read before.
        let known = metadata[job.id] ?? (journal == nil ? metadata.storeIfAbsent(job.id, JobMetadataCache.JobMetadata()) : nil)
        guard let known, job.claims.seconds ?? known.seconds == nil || job.claims.size ?? known.size == nil else { return }
        let key = ContentSource.key(.video, of: job)
        guard await probes.begin(key) else { return }
        defer { probes.finish(key) }
        guard let format = await readFormat(of: job, assets, key: key) else { return }
        let seconds = format.seconds.map(VideoFormatProber.roundedSeconds)
        let size = format.size?.description
        metadata.update(job.id) { known in
            known.seconds = known.seconds ?? seconds
            known.size = known.size ?? size
        }
        journal?.recordVideoFacts(job.id, seconds: seconds, size: size)
    }

    private func readFormat(of job: OpenedJob, _ assets: [Asset], key: String) async -> MovieScanner.MovieInfo? {
        guard let account = try? lookup.account(of: job.claims) else { return nil }
        if let simulation = account.vendor.simulation {
            return simulation.clipFormat(of: job.claims.ticket).map { MovieScanner.MovieInfo(seconds: $0.seconds, size: $0.size) }
        }
        guard let asset = assets.first(where: { $0.kind == .video }) else { return nil }
        return await scan(ContentSource(asset: asset, account: account, key: key, now: clock()))
    }

    /// Reads as little of the video as possible: by ranges if its place serves them, else from the beginning.
    private func scan(_ source: ContentSource) async -> MovieScanner.MovieInfo? {
        var scanner = MovieScanner()
        let deadline = Instant.now + limits.measureTimeout
        var budget = limits.maxMeasuredBytes
        for _ in 0..<VideoFormatProber.maxReads where !scanner.isDone {
            guard
                let (stream, start) = try? await sources.openPart(
                    of: source, at: scanner.next, maxBytes: VideoFormatProber.readBytes)
            else { return nil }
            defer { stream.close() }
            var offset = start
            let canSkip = stream.status == 206
            do {
                while !scanner.isDone, !(canSkip && scanner.next - offset > VideoFormatProber.readBytes) {
                    guard let piece = try await stream.next() else {
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

    /// Encoders add a frame or a little audio: 5.04 s means 5 s. Other durations are rounded to hundredths.
    private static func roundedSeconds(_ seconds: Double) -> Double {
        let whole = seconds.rounded()
        return whole >= 1 && (seconds - whole).magnitude <= 0.1 ? whole : (seconds * 100).rounded() / 100
    }

    private static let maxReads = 8
    private static let readBytes = 64 * 1024
}
