import Access
import Catalog
import Dialects
import Jobs
import Seal
import Storage
import Upstream
import Wire

extension Gateway {
    /// The job with what lies in this router's own hands put into it: files that its owner has uploaded, and clips behind links of ours,
    /// which no vendor could fetch from a machine that the world cannot reach. A file that the job names several times is read once.
    func resolveLocalMedia(_ candidate: Candidate, for owner: Owner, memory: MemoryReservation, now: Timestamp) async throws(Fault) -> Job {
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
            let staging = LocalMediaReservation(medium: medium, model: candidate.checked.model, memory: memory)
            let source: InputMedia.Source
            if let name = UploadTokens.name(in: text) {
                source = if let read = known[name] { read } else { try await readUpload(name, staging, owner: owner, now: now) }
                known[name] = source
            } else if isURL, let url = URLText(text), let (id, maker) = config.links.open(url, now: now),
                config.authenticator.knows(maker),
                config.publicURL == nil || candidate.account.card.transports[medium.kind]?.contains(.url) == false
            {
                source = if let read = known[id] { read } else { try await readLinkedClip(of: id, maker, staging, now: now) }
                known[id] = source
            } else {
                continue
            }
            job.media[place].source = source
        }
        return job
    }

    private func readUpload(_ name: String, _ staging: LocalMediaReservation, owner: Owner, now: Timestamp) async throws(Fault)
        -> InputMedia.Source
    {
        let medium = staging.medium
        guard let uploads = shared.uploads, uploads.isReadable(name, to: owner, now: now),
            let size = try await uploads.store.size(of: name)
        else { throw Gateway.noSuchUpload(medium) }
        try staging.reserve(size)
        guard let bytes = try await uploads.store.read(name, atMost: size) else { throw Gateway.noSuchUpload(medium) }
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

    private func readLinkedClip(of id: String, _ owner: Owner, _ staging: LocalMediaReservation, now: Timestamp) async throws(Fault)
        -> InputMedia.Source
    {
        let medium = staging.medium
        let clip = try await openContent(.video, of: id, try await openJob(id, for: owner), now: now)
        defer { clip.close() }
        var bytes = Bytes()
        do {
            while let piece = try await clip.next() {
                guard bytes.count + piece.count <= config.limits.maxFetchedBytes else {
                    throw Fault(
                        .tooLarge, "The clip given as '\(medium.param)' has more than \(config.limits.maxFetchedBytes) bytes.",
                        param: medium.param, code: "file_too_large")
                }
                try staging.reserve(piece.count, of: bytes.count + piece.count)
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

    /// Refuses, before they are read, bytes that the model would not take or that there is no memory for.
    /// - Parameter whole: how many bytes the medium has so far, where these are only a part of it.
    func reserve(_ bytes: Int, of whole: Int? = nil) throws(Fault) {
        try MediaStager.check(size: whole ?? bytes, of: medium, model)
        try memory.reserve(bytes, for: medium.param)
    }
}
