import Crypto
import JobState
import Jobs
import Journal
import Net
import Seal
import Storage
import Telemetry
import Wire

/// What is needed to make images of kept videos.
package struct ThumbnailSettings: Sendable {
    /// The path of `ffmpeg`.
    package let program: String
    /// The folder for copies of videos that are in a bucket.
    let folder: String

    package init(program: String, folder: String) {
        self.program = program
        self.folder = folder
    }
}

/// Makes thumbnails and sprite sheets of kept videos whose vendors have none, and keeps them beside the videos.
final class ThumbnailMaker {
    private let kept: KeptResults
    private let images: StillImages
    /// For copies of videos that are in a bucket.
    private let scratch: ResultFolder
    private let journal: Journal
    private let activity: ResultActivity
    private let metadata: JobMetadataCache
    private let telemetry: Telemetry
    private let config: RuntimeConfig
    private let clock: () -> Timestamp

    /// Nil if no results are kept, or no images are made.
    init?(_ dependencies: Dependencies, kept: KeptResults?) {
        guard let kept, let journal = dependencies.shared.journal, let settings = dependencies.config.thumbnails else { return nil }
        self.kept = kept
        let activity = dependencies.shared.results
        images = StillImages(program: settings.program, threads: activity.imageThreads, limits: dependencies.config.limits)
        scratch = ResultFolder(settings.folder, threads: activity.threads)
        self.journal = journal
        config = dependencies.config
        self.activity = activity
        metadata = dependencies.shared.jobMetadata
        telemetry = dependencies.shared.telemetry
        clock = dependencies.clock
    }

    /// Makes an image of the kept video of a job, once however many requests wait for it.
    /// - Returns: nil if there is no kept video, or the kind is no image of it.
    func make(_ kind: Asset.Kind, of job: OpenedJob) async throws(Fault) -> KeptResult? {
        guard kind == .thumbnail || kind == .spritesheet, let video = await kept.find(.video, of: job) else { return nil }
        guard video.state != .pending else {
            throw Fault(
                .notReady, "The \(kind.rawValue) is made of the kept video, which is still being copied. Try again in a few seconds.",
                code: "video_not_ready", retryAfter: .seconds(5))
        }
        guard video.state == .kept else { return nil }
        while !activity.beginMaking(job.id) { await Loop.current?.sleep(for: ThumbnailMaker.waitInterval) }
        defer { activity.endMaking(job.id) }
        if let made = await kept.find(kind, of: job), made.state == .kept { return made }
        return try await makeImage(kind, of: job, from: video)
    }

    private func makeImage(_ kind: Asset.Kind, of job: OpenedJob, from video: KeptResult) async throws(Fault) -> KeptResult? {
        let key = Hex.text(config.random.bytes(16))
        guard let claimed = try? await journal.claimDerivedResult(of: video, NewResult(kind: kind.rawValue, key: key), now: clock())
        else { return nil }
        do throws(Fault) {
            let seconds = job.claims.seconds ?? metadata[job.id]?.seconds ?? ThumbnailMaker.defaultSeconds
            let image = try await image(kind, of: video, seconds: seconds)
            try await store(image, as: claimed)
            let digest = SHA256.digest(of: image).hex
            let bytes = StoredBytes(length: Int64(image.count), type: MediaType.jpeg.text, tag: "\"\(digest)\"", checksum: digest)
            try await record(bytes, of: claimed, until: video.expires ?? clock())
        } catch {
            await giveUp(claimed, error)
            throw error
        }
        return await kept.find(kind, of: job)
    }

    /// `ffmpeg` needs a file that it can seek in: the kept one, or a temporary copy of an object.
    private func image(_ kind: Asset.Kind, of video: KeptResult, seconds: Double) async throws(Fault) -> Bytes {
        if let path = kept.store.localPath(of: video.key) { return try await images.image(kind, of: path, seconds: seconds) }
        await scratch.sweep(olderThan: ThumbnailMaker.scratchLife)
        try await copyToScratch(video)
        do throws(Fault) {
            let image = try await images.image(kind, of: scratch.localPath(of: video.key) ?? "", seconds: seconds)
            try? await scratch.remove(video.key)
            return image
        } catch {
            try? await scratch.remove(video.key)
            throw error
        }
    }

    private func copyToScratch(_ video: KeptResult) async throws(Fault) {
        let length = video.length ?? 0
        guard length <= config.limits.maxThumbnailSourceBytes else {
            throw Fault(.unsupported, "The video is too large to make an image of it.", param: "variant", code: "unsupported_variant")
        }
        guard let reader = try await kept.store.open(video.key, 0..<length, of: length) else {
            throw Fault(.storage, "The kept video cannot be read.", code: "storage_unavailable", retryAfter: .seconds(5))
        }
        defer { reader.close() }
        let writer = try await scratch.begin(ResultObject(key: video.key, type: .bytes, length: length, mayExist: false))
        do {
            while let piece = try await reader.next() { try await writer.append(piece) }
            try await writer.commit()
        } catch {
            await writer.abort()
            throw error as? Fault
                ?? Fault(
                    .storage, "The kept video cannot be read.", code: "storage_unavailable", detail: "\(error)", retryAfter: .seconds(5))
        }
    }

    private func record(_ bytes: StoredBytes, of claimed: KeptResult, until expiry: Timestamp) async throws(Fault) {
        do throws(StorageError) {
            _ = try await journal.recordKept(claimed, bytes, at: clock(), until: expiry)
        } catch {
            throw error.readFault
        }
    }

    private func store(_ image: Bytes, as claimed: KeptResult) async throws(Fault) {
        let writer = try await kept.store.begin(
            ResultObject(key: claimed.key, type: .jpeg, length: Int64(image.count), mayExist: claimed.attempts > 1))
        do throws(Fault) {
            try await writer.append(image[...])
            try await writer.commit()
        } catch {
            await writer.abort()
            throw error
        }
    }

    private func giveUp(_ claimed: KeptResult, _ fault: Fault) async {
        telemetry.log(
            .warning, "image of a video not made",
            fields: ["job": claimed.id, "kind": claimed.kind, "detail": fault.detail ?? fault.message])
        try? await journal.recordCopyFailure(claimed, because: fault.detail ?? fault.message, retryAt: nil, now: clock())
        activity.wake()
    }

    /// What a killed process has left is older.
    private static let scratchLife: Duration = .seconds(3600)
    private static let waitInterval: Duration = .milliseconds(50)
    /// Only a sprite sheet needs the length, and nearly every video says it.
    private static let defaultSeconds = 5.0
}
