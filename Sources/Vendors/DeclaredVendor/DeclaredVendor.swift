import Jobs
import Wire

/// A vendor told by one file of data: submit, keep the id, ask until it is done, take the URL. What the file may say is in
/// `config/vendors/README.md`.
package struct DeclaredVendor: Vendor {
    package let card: VendorCard
    /// The first whose media and operation fit is made.
    let starts: [Start]
    let accepted: Accepted
    let status: Step
    let state: State
    let result: Result
    let errors: Errors
    let cancel: Step?
    let valueMap: ValueMap

    /// One way to start a job.
    struct Start: Sendable {
        /// The gaps that must have a value for it to be taken.
        var requiredPlaceholders: Set<String>
        /// The operations that it does.
        var operations: Set<String>
        var step: Step
    }

    /// Where the id stands, and what else is kept for the questions that follow.
    struct Accepted: Sendable {
        enum Source: Sendable {
            case template([Template.Piece])
            case path(JSONPath)
        }
        var id: [JSONPath]
        var keptFields: [(name: String, source: Source)]
        var names: [String] { ["id"] + keptFields.map(\.name) }
    }

    struct State: Sendable {
        enum Meaning: String, Sendable, CaseIterable { case queued, running, done, failed, cancelled, expired, moderated }
        var paths: [JSONPath]
        var words: [String: Meaning]
        var percent: JSONPath?
        /// What stands for all of it: 100, or 1.
        var percentScale: Double
    }

    struct Result: Sendable {
        /// One more call, whose answer holds the URLs.
        var call: Step?
        var videos: [JSONPath]
        var thumbnails: [JSONPath]
        var lastFrames: [JSONPath]
        /// The call that brings the bytes, where there are no URLs.
        var content: Step?
        /// Whether URLs need the account's key.
        var needsKey: Bool
        /// A job that is done without a video was moderated.
        var emptyIsModerated: Bool
    }

    // MARK: The paid call

    package func startCall(for job: Job, on model: Model) throws(Fault) -> Call {
        let words = TemplateValues(job, on: model, valueMap: valueMap)
        guard let start = starts.first(where: { $0.fits(words.names, job.operation.name) }) else {
            throw Fault(.unsupported, "The vendor has no such way to make a video.", param: "model", code: "unsupported", sent: .no)
        }
        let present = start.step.placeholderNames
        try job.rejectFields { present.contains($0) }
        try rejectFrameFormat(job, on: model, present)
        for medium in job.media where !present.contains(FlatBody.field(of: medium)) { throw .unusable(medium) }
        var call = start.step.call(.start, words)
        for (name, value) in job.extras where card.extras.contains(name) { call.add(name, value) }
        // The reply does not tell what the job was: what is kept of it travels with the call.
        call.step = accepted.keptFields.map { _, source in
            if case .template(let pieces) = source { Template.joined(pieces, words, encoded: false) ?? "" } else { "" }
        }.joined(separator: "\n")
        return call
    }

    /// The catalog makes sure of it for the models that it lists; any other may come with what the call cannot say.
    private func rejectFrameFormat(_ job: Job, on model: Model, _ present: Set<String>) throws(Fault) {
        guard model.acceptsAnything else { return }
        let frameFormat = job.frameFormat
        let isFramed = present.contains("size") || present.contains("tier") && present.contains("ratio")
        let silent: String? =
            if job.duration != nil && !present.contains("seconds") {
                "seconds"
            } else if frameFormat.size != nil && !isFramed {
                "size"
            } else if frameFormat.size == nil && frameFormat.resolution != nil && !present.contains("tier") {
                "resolution"
            } else if frameFormat.size == nil && frameFormat.aspectRatio != nil && !present.contains("ratio") {
                "aspect_ratio"
            } else {
                nil
            }
        guard let silent else { return }
        throw Fault(.unsupported, "This model takes no \(silent).", param: silent, code: "unsupported", sent: .no)
    }

    package func ticket(from reply: Reply, to call: Call) throws(Fault) -> Ticket {
        guard errors.isSuccess(reply) else { throw errors.refusal(reply) }
        let json = try reply.parsed()
        guard let id = JSONPath.string(at: accepted.id, in: json), !id.isEmpty else {
            throw .withoutID("nothing at \(accepted.id.map(\.text).joined(separator: ", "))")
        }
        let present = call.step.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
        var fields = [id]
        for (place, kept) in accepted.keptFields.enumerated() {
            switch kept.source {
            case .template: fields.append(place < present.count ? present[place] : "")
            case .path(let path): fields.append(path.string(in: json) ?? "")
            }
        }
        return Ticket(fields: fields)
    }

    // MARK: The questions

    package func statusCall(for ticket: Ticket) -> PollStep { .call(call(status, .status, ticket: ticket)) }

    package func cancelCall(for ticket: Ticket) -> Call? { cancel.map { call($0, .cancel, ticket: ticket) } }

    package func cancelOutcome(from reply: Reply, for ticket: Ticket) -> CancelOutcome {
        guard errors.isSuccess(reply) else { return .refused }
        if let word = JSONPath.string(at: state.paths, in: reply.json), state.words[word] == .cancelled { return .cancelled }
        return CancelOutcome(reply)
    }

    package func progress(from reply: Reply, for ticket: Ticket) throws(Fault) -> PollStep {
        if reply.step == DeclaredVendor.resultStep {
            guard errors.isSuccess(reply) else { return .progress(.failed(try pollFault(from: reply))) }
            return .progress(finished(try reply.parsed(), reply, ticket: ticket))
        }
        if errors.isTransient(reply) { throw errors.refusal(reply) }
        // Some vendors tell of a failed job with an HTTP error: a word that is known counts, whatever stands around it.
        guard let word = JSONPath.string(at: state.paths, in: reply.json), errors.isSuccess(reply) || state.words[word] != nil else {
            guard errors.isSuccess(reply) else { return .progress(.failed(try pollFault(from: reply))) }
            _ = try reply.parsed()
            return .progress(.unknown("no state"))
        }
        switch state.words[word] {
        case .queued: return .progress(.queued)
        case .running: return .progress(.running(percent: percent(in: reply.json)))
        case .done:
            if let step = result.call {
                var call = call(step, .result, ticket: ticket)
                call.step = DeclaredVendor.resultStep
                return .call(call)
            }
            return .progress(finished(try reply.parsed(), reply, ticket: ticket))
        case .failed: return .progress(.failed(errors.failure(reply, .vendorFailed)))
        case .cancelled: return .progress(.failed(errors.failure(reply, .vendorCancelled)))
        case .expired: return .progress(.failed(errors.failure(reply, .vendorExpired)))
        case .moderated: return .progress(.failed(errors.failure(reply, .moderated)))
        case nil: return .progress(.unknown(word))
        }
    }

    private static let resultStep = "result"

    private func call(_ step: Step, _ purpose: Call.Purpose, ticket: Ticket) -> Call {
        step.call(purpose, TemplateValues(ticket, names: accepted.names))
    }

    private func percent(in json: JSON?) -> Int? {
        state.percent?.values(in: json).lazy.compactMap { $0.percent(of: state.percentScale) }.first
    }

    private func finished(_ json: JSON, _ reply: Reply, ticket: Ticket) -> Progress {
        var assets = assets(.video, result.videos, json: json)
        if assets.isEmpty, let content = result.content { assets = [Asset(.video, .call(call(content, .content, ticket: ticket)))] }
        guard !assets.isEmpty else {
            return .failed(result.emptyIsModerated ? errors.failure(reply, .moderated) : .withoutVideo("no URL in the answer"))
        }
        return .done(
            assets + self.assets(.thumbnail, result.thumbnails, json: json) + self.assets(.lastFrame, result.lastFrames, json: json))
    }

    private func assets(_ kind: Asset.Kind, _ paths: [JSONPath], json: JSON) -> [Asset] {
        let urls = paths.lazy.map { $0.values(in: json).compactMap(\.string).filter { $0.contains("://") } }.first { !$0.isEmpty } ?? []
        return urls.map { Asset(kind, .url($0, credentials: result.needsKey)) }
    }

    /// A state that cannot be learnt: thrown where it may be learnt later, a fault of the job where it is gone or was refused.
    private func pollFault(from reply: Reply) throws(Fault) -> Fault {
        let fault = errors.refusal(reply)
        switch fault.kind {
        case .vendorExpired, .moderated, .vendorFailed: return fault
        default: break
        }
        guard reply.status == 404 || reply.status == 410 else { throw fault }
        return errors.failure(reply, .vendorExpired)
    }
}

extension DeclaredVendor.Start {
    func fits(_ names: Set<String>, _ operation: String) -> Bool {
        requiredPlaceholders.isSubset(of: names) && operations.contains(operation)
    }
}
