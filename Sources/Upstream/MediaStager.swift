import Client
import Jobs
import Seal
import Server
import Wire

/// Converts a job's media to a form that the vendor accepts: passes URLs on, fetches their bytes, or uploads the media first.
package struct MediaStager {
    package let upstream: Upstream
    package let account: Account
    package let owner: Owner
    /// Counts the fetched bytes and their size as Base64 text.
    package let memory: MemoryReservation

    package init(upstream: Upstream, account: Account, owner: Owner, memory: MemoryReservation) {
        self.upstream = upstream
        self.account = account
        self.owner = owner
        self.memory = memory
    }

    /// - Throws: the caller's fault if a URL cannot be fetched or has the wrong type or size; the vendor's fault if an upload fails. No
    ///   paid call has been sent at that point.
    /// - Returns: the job, and a warning for each input that the simulated vendor works without.
    package func prepare(_ job: Job, on model: Model) async throws(Fault) -> (job: Job, shortcomings: [Warning]) {
        var prepared = job
        var shortcomings: [Warning] = []
        var fetched: [String: InputMedia.Source] = [:]
        for place in job.media.indices {
            do throws(Fault) {
                prepared.media[place] = try await prepare(job.media[place], for: job, on: model, fetched: &fetched)
            } catch {
                shortcomings.append(try excuse(error, job.media[place]))
            }
        }
        return (prepared, shortcomings)
    }

    /// The simulated vendor works without a network: an image that cannot be fetched is left out with a warning. Inputs that a real vendor
    /// would never get are still refused: non-public addresses, and names under `.invalid` (RFC 6761 §6.4), which let a client test this
    /// error.
    private func excuse(_ fault: Fault, _ medium: InputMedia) throws(Fault) -> Warning {
        guard account.vendor.simulation != nil, fault.cause == .urlNotFetched, case .url(let url) = medium.source,
            let host = URLText(url)?.host, !host.text.hasSuffix(".invalid")
        else { throw fault }
        return Warning(param: medium.param, message: fault.message + " The simulation continues without it; a real model would refuse.")
    }

    /// - Parameter fetched: the sources already fetched for this job, by URL.
    private func prepare(
        _ medium: InputMedia, for job: Job, on model: Model, fetched: inout [String: InputMedia.Source]
    ) async throws(Fault) -> InputMedia {
        let ways = account.card.transports[medium.kind] ?? [.url, .inline]
        var medium = medium
        switch medium.source {
        case .reference:
            return medium
        case .url(let url):
            if ways.contains(.url) { return medium }
            if !ways.contains(.uploadFromURL) {
                medium.source = if let known = fetched[url] { known } else { try await fetch(url, medium, model: model) }
                fetched[url] = medium.source
            }
        case .bytes, .base64:
            try check(medium, model)
        }
        if case .url = medium.source { return try await upload(medium, for: job, on: model) }
        if ways.contains(.inline) {
            if case .bytes(_, let bytes) = medium.source { try memory.reserve((bytes.count + 2) / 3 * 4, for: medium.param) }
            return medium
        }
        guard ways.contains(.upload) else {
            throw Fault(
                .unsupported, "'\(medium.param)' must be a public URL for this model: it accepts no file contents.", param: medium.param,
                code: "unsupported_source")
        }
        return try await upload(medium, for: job, on: model)
    }

    private func upload(_ medium: InputMedia, for job: Job, on model: Model) async throws(Fault) -> InputMedia {
        var medium = medium
        var replies: [Reply] = []
        while replies.count < 4 {
            switch try account.vendor.uploadStep(for: medium, of: job, on: model, after: replies) {
            case .done(let source):
                medium.source = source
                return medium
            case .call(let call):
                replies.append(try await upstream.send(call, with: account))
            }
        }
        throw Fault(
            .internalError, "The file could not be uploaded to the vendor.", param: medium.param,
            detail: "\(account.name): the upload needs more than 4 calls", sent: .no)
    }

    private func fetch(_ url: String, _ medium: InputMedia, model: Model) async throws(Fault) -> InputMedia.Source {
        let (declared, bytes) = try await upstream.fetch(url, param: medium.param, for: owner, memory: memory)
        let type = Sniff.type(of: bytes) ?? declared ?? .bytes
        var copy = medium
        copy.source = .bytes(type, bytes)
        try check(copy, model)
        return copy.source
    }

    /// Refuses media of the wrong type, and media larger than the model accepts.
    private func check(_ medium: InputMedia, _ model: Model) throws(Fault) {
        if let type = medium.type, type != .bytes, !MediaStager.fits(type, medium.kind) {
            throw Fault(
                .invalid, "'\(medium.param)' must be \(MediaStager.noun(medium.kind)); this is \(type).", param: medium.param,
                code: "invalid_value")
        }
        try MediaStager.check(size: MediaStager.size(of: medium), of: medium, model)
        guard let limit = MediaStager.limit(of: medium, model) else { return }
        if let type = medium.type, type != .bytes, !limit.types.isEmpty, !limit.types.contains(type) {
            let accepted = limit.types.map(\.text).joined(separator: ", ")
            throw Fault(
                .invalid, "'\(medium.param)' is \(type); this model accepts \(accepted).", param: medium.param, code: "invalid_value")
        }
    }

    /// Refuses media larger than the model accepts.
    package static func check(size: Int, of medium: InputMedia, _ model: Model) throws(Fault) {
        guard let maxBytes = limit(of: medium, model)?.maxBytes, size > maxBytes else { return }
        throw Fault(
            .tooLarge, "'\(medium.param)' is too large for this model, which accepts at most \(maxBytes) bytes.", param: medium.param,
            code: "file_too_large")
    }

    private static func limit(of medium: InputMedia, _ model: Model) -> Model.MediaLimit? {
        model.media.first { $0.kind == medium.kind && $0.role == medium.role.name }
    }

    private static func fits(_ type: MediaType, _ kind: InputMedia.Kind) -> Bool {
        switch kind {
        case .image: type.isImage
        case .video: type.isVideo
        case .audio: type.isAudio || type.isVideo
        }
    }

    private static func noun(_ kind: InputMedia.Kind) -> String {
        switch kind {
        case .image: "an image"
        case .video: "a video"
        case .audio: "an audio file"
        }
    }

    private static func size(of medium: InputMedia) -> Int {
        switch medium.source {
        case .bytes(_, let bytes): bytes.count
        case .base64(_, let text): text.count / 4 * 3
        case .url, .reference: 0
        }
    }
}

/// The memory that a job's media occupy until its vendor call ends. It shares a budget with request bodies.
package final class MemoryReservation {
    private let budget: BodyMemoryBudget
    private let retryAfter: Duration
    private var bytes = 0

    /// - Parameter retryAfter: the delay that a refused client gets.
    package init(_ budget: BodyMemoryBudget, retryAfter: Duration) {
        self.budget = budget
        self.retryAfter = retryAfter
    }

    deinit { if bytes > 0 { budget.release(bytes) } }

    /// Reserves memory before bytes are read. The reservation lasts as long as this object.
    /// - Throws: `.overloaded` if the budget is exhausted.
    package func reserve(_ count: Int, for param: String) throws(Fault) {
        guard budget.reserve(count) else {
            throw Fault(
                .overloaded, "The router has no memory for the file given as '\(param)' at the moment. Nothing was started.", param: param,
                retryAfter: retryAfter, sent: .no)
        }
        bytes += count
    }
}
