import Jobs
import Wire

/// A vendor described by one file of data: submit, keep the id, ask until it is done, take the URL. What the file may say is in
/// `config/vendors/README.md`.
package struct DeclaredVendor: Vendor {
    package internal(set) var card: VendorCard
    /// The hosts that values of a setting stand for, in place of the main one: `region`, `cn`, `https://api.vendor.cn`.
    let hosts: [String: [String: String]]
    /// The first that fits the job's media and operation is made.
    let starts: [Start]
    let accepted: Accepted
    let status: Step
    let state: State
    let result: Result
    let errors: Errors
    let cancel: Step?
    /// Where an answer says what the job costs, in US dollars.
    let cost: [JSONPath]
    let valueMap: ValueMap

    /// One way to start a job.
    struct Start: Sendable {
        /// The placeholders that must have a value for it to be taken.
        var requiredPlaceholders: Set<String>
        /// The values that single placeholders must have: `edge` is `end`.
        var conditions: [String: String]
        /// The operations that it does.
        var operations: Set<String>
        /// Its own values for fields that are kept for the status calls: `route` is `image2video`.
        var keptFields: [String: String]
        var step: Step
        /// Whether the models' `wire` facts name members of the body.
        var hasModelFields: Bool { step.placeholderNames.contains(TemplateValues.fields) }
    }

    /// The place of the id, and what else is kept for the calls that follow.
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
        /// Words beside the first of their meaning: where a job fails with one of these, it is the vendor's code for the failure.
        var specificWords: Set<String>
        var percent: JSONPath?
        /// The number that means complete: 100, or 1.
        var percentScale: Double
    }

    struct Result: Sendable {
        /// One more call, whose answer holds the URLs.
        var call: Step?
        var videos: [JSONPath]
        /// Where the formats of the videos stand, in the same order: `mp4`.
        var formats: [JSONPath]
        var thumbnails: [JSONPath]
        var lastFrames: [JSONPath]
        /// The call that brings the bytes, where there are no URLs.
        var content: Step?
        /// Whether URLs need the account's key.
        var needsKey: Bool
        /// Whether a job that is done without a video was moderated.
        var empty: Empty

        enum Empty: Sendable {
            case failed, moderated
            /// It was where one of these places has this value.
            case moderatedWhere([(path: JSONPath, value: String)])
        }
    }

    package func adjusted(to settings: [String: String]) -> any Vendor {
        var vendor = self
        for (name, choices) in hosts {
            if let host = settings[name].flatMap({ choices[$0] }) { vendor.card.hosts[VendorCard.mainHost] = host }
        }
        return vendor
    }

    // MARK: The paid call

    package func startCall(for job: Job, on model: Model) throws(Fault) -> Call {
        var words = TemplateValues(job, on: model, valueMap: valueMap)
        guard let start = starts.first(where: { $0.fits(words, job.operation.name) }) else {
            throw Fault(.unsupported, "The vendor has no such way to make a video.", param: "model", code: "unsupported", sent: .no)
        }
        let placeholders = start.step.placeholderNames
        let present = start.hasModelFields ? placeholders.union(DeclaredVendor.fields(namedBy: model)) : placeholders
        try job.rejectFields { present.contains($0) }
        try rejectFrameFormat(job, on: model, present)
        // What merely follows from the size is not sent.
        if model.acceptsAnything, job.frameFormat.size != nil, placeholders.contains("size") { words.remove(["tier", "ratio"]) }
        for medium in job.media where !present.contains(FlatBody.field(of: medium)) { throw .unusable(medium) }
        if start.hasModelFields { words.put(TemplateValues.fields, try modelFields(of: job, on: model, besides: placeholders)) }
        try rejectPath(start.step, words)
        var call = start.step.call(.start, words)
        if !start.hasModelFields { for (name, value) in job.extras where card.extras.contains(name) { call.add(name, value) } }
        // The reply does not say what the job was: what is kept of it travels with the call.
        call.step = accepted.keptFields.map { name, source in
            if let own = start.keptFields[name] { return own }
            if case .template(let pieces) = source { return Template.joined(pieces, words, encoded: false) ?? "" }
            return ""
        }.joined(separator: "\n")
        return call
    }

    /// The members of the body that the model's `wire` facts name, without those for which the template has a placeholder.
    private func modelFields(of job: Job, on model: Model, besides placeholders: Set<String>) throws(Fault) -> JSONValue {
        let media: Set<String> = placeholders.isDisjoint(with: TemplateValues.mediaNames) ? [] : ["media"]
        return try FlatBody(job, on: model, extras: card.extras, elsewhere: placeholders.union(media)).members
    }

    /// A model's name that leads out of its place in a path is the name of no model.
    private func rejectPath(_ step: Step, _ words: TemplateValues) throws(Fault) {
        guard case .path(let pieces) = step.place else { return }
        for placeholder in Template.text(pieces).placeholders {
            guard let text = words.value(of: placeholder).flatMap(TemplateValues.text) else {
                throw Fault(
                    .misconfigured, "The catalog has no '\(placeholder.name)' for this model, which the vendor's path needs.", sent: .no)
            }
            let segments = placeholder.spelling == .path ? text.split(separator: "/", omittingEmptySubsequences: false) : [text[...]]
            guard segments.contains(where: { $0.isEmpty || $0 == "." || $0 == ".." }) else { continue }
            throw Fault(.unknownModel, "'\(text)' is not the id of a model.", param: "model", sent: .no)
        }
    }

    /// The catalog refuses it for the models that it lists; any other model may come with what the call has no place for.
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
        guard errors.isSuccess(reply) || isAcceptedDespiteCode(reply) else { throw errors.refusal(reply) }
        let json = try reply.parsed()
        guard let id = JSONPath.string(at: accepted.id, in: json) else {
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

    /// A job that has an id may be paid for, whatever the code beside it, unless that code proves a refusal.
    private func isAcceptedDespiteCode(_ reply: Reply) -> Bool {
        reply.isSuccess && !card.provesRefusal(errors.status(of: reply)) && !errors.statuses.isEmpty
            && JSONPath.string(at: accepted.id, in: reply.json) != nil
    }

    package func cost(from reply: Reply, for ticket: Ticket) -> Money? {
        cost.lazy.flatMap { $0.values(in: reply.json) }.compactMap(\.double).first.map(Money.init(dollars:))
    }

    // MARK: The status calls

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
        // Some vendors report a failed job with an HTTP error: a known word counts, whatever the status.
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
        case .failed:
            let code = state.specificWords.contains(word) ? word : nil
            return .progress(.failed(errors.failure(reply, .vendorFailed, word: code)))
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
        var assets = videos(in: json)
        if assets.isEmpty, let content = result.content { assets = [Asset(.video, .call(call(content, .content, ticket: ticket)))] }
        guard !assets.isEmpty else {
            return .failed(isModerated(json) ? errors.failure(reply, .moderated) : .withoutVideo("no URL in the answer"))
        }
        return .done(
            assets + self.assets(.thumbnail, result.thumbnails, json: json) + self.assets(.lastFrame, result.lastFrames, json: json))
    }

    private func videos(in json: JSON) -> [Asset] {
        var videos = assets(.video, result.videos, json: json)
        let formats = result.formats.flatMap { $0.values(in: json) }.map(\.string)
        guard formats.count == videos.count else { return videos }
        for place in videos.indices { videos[place].type = formats[place].flatMap { MediaType(nameIn: "." + $0) } }
        return videos
    }

    private func isModerated(_ json: JSON) -> Bool {
        switch result.empty {
        case .failed: false
        case .moderated: true
        case .moderatedWhere(let places):
            places.contains { place in
                place.path.values(in: json).contains { ($0.string ?? $0.numberText ?? $0.bool.map { String($0) }) == place.value }
            }
        }
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
        let status = errors.status(of: reply)
        guard status == 404 || status == 410 else { throw fault }
        return errors.failure(reply, .vendorExpired)
    }
}

extension DeclaredVendor.Start {
    func fits(_ words: TemplateValues, _ operation: String) -> Bool {
        fits(words.names, operation) && conditions.allSatisfy { words.text(of: $0) == $1 }
    }

    /// Whether it fits jobs that have these values, apart from its conditions.
    func fits(_ names: Set<String>, _ operation: String) -> Bool {
        requiredPlaceholders.isSubset(of: names) && operations.contains(operation)
    }
}
