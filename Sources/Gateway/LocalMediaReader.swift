import Access
import Catalog
import Jobs
import Seal
import Storage
import Upstream
import Wire

/// Reads the media of a job that this router holds itself: uploaded files, and videos behind its own links, which no vendor could fetch
/// from a machine that is not public.
final class LocalMediaReader {
    private let config: RuntimeConfig
    private let uploads: UploadTokens?
    private let lookup: JobLookup
    private let content: ContentOpener
    private let clock: () -> Timestamp

    /// - Parameter content: must not make paid calls: a job that is read here must not start another one.
    init(_ dependencies: Dependencies, lookup: JobLookup, content: ContentOpener) {
        config = dependencies.config
        uploads = dependencies.shared.uploads
        clock = dependencies.clock
        self.lookup = lookup
        self.content = content
    }

    /// The job with the bytes of those media in it. A file that the job names several times is read once.
    func resolveLocalMedia(of candidate: Candidate, for owner: Owner, memory: MemoryReservation) async throws(Fault) -> Job {
        var job = candidate.checked.job
        var known: [String: InputMedia.Source] = [:]
        for place in job.media.indices {
            let medium = job.media[place]
            let (text, isURL): (String, Bool)
            switch medium.source {
            case .reference(let reference): (text, isURL) = (reference, false)
            case .url(let url): (text, isURL) = (url, true)
            case .bytes, .base64: continue
            }
            let reservation = LocalMediaReservation(medium: medium, model: candidate.checked.model, memory: memory)
            let source: InputMedia.Source
            if let name = UploadTokens.name(in: text) {
                source = if let read = known[name] { read } else { try await readUpload(name, reservation, owner: owner) }
                known[name] = source
            } else if isURL, let (id, owner) = linkedJob(text, for: medium, account: candidate.account) {
                source = if let read = known[id] { read } else { try await readVideo(of: id, owner, reservation: reservation) }
                known[id] = source
            } else {
                continue
            }
            job.media[place].source = source
        }
        return job
    }

    /// The job behind one of this router's links, if the vendor cannot fetch that link.
    private func linkedJob(_ text: String, for medium: InputMedia, account: Account) -> (id: String, owner: Owner)? {
        guard let url = URLText(text), let (id, owner) = config.links.open(url, now: clock()), config.authenticator.knows(owner),
            config.publicURL == nil || account.card.transports[medium.kind]?.contains(.url) == false
        else { return nil }
        return (id, owner)
    }

    private func readUpload(
        _ name: String, _ reservation: LocalMediaReservation, owner: Owner
    ) async throws(Fault) -> InputMedia.Source {
        let medium = reservation.medium
        guard let uploads, uploads.isReadable(name, to: owner, now: clock()), let size = try await uploads.store.size(of: name) else {
            throw LocalMediaReader.noSuchUpload(medium)
        }
        try reservation.reserve(size)
        guard let bytes = try await uploads.store.read(name, atMost: size) else { throw LocalMediaReader.noSuchUpload(medium) }
        guard let type = Sniff.type(of: bytes[...]) else {
            throw Fault(
                .invalid, "The file uploaded for '\(medium.param)' is not an image, video or audio of a known format.", param: medium.param,
                code: "invalid_value")
        }
        return .bytes(type, bytes[...])
    }

    private static func noSuchUpload(_ medium: InputMedia) -> Fault {
        Fault(
            .unreachableInput, "'\(medium.param)' names an upload that is not here, is not yours or has expired.", param: medium.param,
            code: "upload_not_found")
    }

    private func readVideo(
        of id: String, _ owner: Owner, reservation: LocalMediaReservation
    ) async throws(Fault) -> InputMedia.Source {
        let medium = reservation.medium
        let maxBytes = config.limits.maxFetchedBytes
        let video = try await content.open(.video, of: try await lookup.open(id, for: owner), ContentRequest())
        defer { video.close() }
        var bytes = Bytes()
        do {
            while let piece = try await video.next() {
                guard bytes.count + piece.count <= maxBytes else {
                    throw Fault(
                        .tooLarge, "The clip given as '\(medium.param)' has more than \(maxBytes) bytes.", param: medium.param,
                        code: "file_too_large")
                }
                try reservation.reserve(piece.count, of: bytes.count + piece.count)
                bytes.append(contentsOf: piece)
            }
        } catch let fault as Fault {
            throw fault
        } catch {
            throw Fault(
                .unreachableInput, "The clip given as '\(medium.param)' could not be read.", param: medium.param, code: "unreachable_url",
                detail: "\(error)")
        }
        return .bytes(.mp4, bytes[...])
    }
}

/// A medium whose bytes are about to be read into memory.
private struct LocalMediaReservation {
    let medium: InputMedia
    let model: Model
    let memory: MemoryReservation

    /// Refuses bytes that the model does not accept or that there is no memory for, before they are read.
    /// - Parameter whole: the bytes of the medium so far, if these are only a part of it.
    func reserve(_ bytes: Int, of whole: Int? = nil) throws(Fault) {
        try MediaStager.check(size: whole ?? bytes, of: medium, model)
        try memory.reserve(bytes, for: medium.param)
    }
}
