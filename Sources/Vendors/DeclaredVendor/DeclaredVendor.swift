import Jobs
import Wire

/// A vendor described by one file of data: submit, keep the id, ask until it is done, take the URL. What the file may say is in
/// `config/vendors/README.md`.
package struct DeclaredVendor: TaskVendor {
    package internal(set) var card: VendorCard
    /// The hosts that values of a setting stand for, in place of the main one: `region`, `cn`, `https://api.vendor.cn`.
    let hosts: [String: [String: String]]
    /// The first that fits the job's media and operation is made.
    let starts: [Start]
    let replies: ReplyRules
    /// What is kept of an accepted job beside its id.
    let keptFields: [KeptField]
    let status: Step
    /// One more call for a finished job, whose reply has the URLs.
    let resultCall: Step?
    /// The call that returns the bytes, where there are no URLs.
    let content: Step?
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

    /// A value of the job or of the reply to its start that later calls need.
    struct KeptField: Sendable {
        enum Source: Sendable {
            case template([Template.Piece])
            case path(JSONPath)
        }
        var name: String
        var source: Source
    }

    /// The names of a ticket's fields.
    var ticketNames: [String] { ["id"] + keptFields.map(\.name) }

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
        call.step = keptFields.map { kept in
            if let own = start.keptFields[kept.name] { return own }
            if case .template(let pieces) = kept.source { return Template.joined(pieces, words, encoded: false) ?? "" }
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
        guard replies.errors.isSuccess(reply) || isAcceptedDespiteCode(reply) else { throw refusal(reply) }
        let json = try reply.parsed()
        guard let id = JSONPath.string(at: replies.id, in: json) else { throw .withoutID(replies.id) }
        let present = call.step.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
        var fields = [id]
        for (place, kept) in keptFields.enumerated() {
            switch kept.source {
            case .template: fields.append(place < present.count ? present[place] : "")
            case .path(let path): fields.append(path.string(in: json) ?? "")
            }
        }
        return Ticket(fields: fields)
    }

    /// A job that has an id may be paid for, whatever the code beside it, unless that code proves a refusal.
    private func isAcceptedDespiteCode(_ reply: Reply) -> Bool {
        reply.isSuccess && !card.provesRefusal(replies.errors.status(of: reply)) && !replies.errors.statuses.isEmpty
            && JSONPath.string(at: replies.id, in: reply.json) != nil
    }

    package func cost(from reply: Reply, for ticket: Ticket) -> Money? {
        cost.lazy.flatMap { $0.values(in: reply.json) }.compactMap(\.double).first.map(Money.init(dollars:))
    }

    // MARK: The status calls

    package func statusCall(for ticket: Ticket) -> PollStep { .call(call(status, .status, ticket: ticket)) }

    package func cancelCall(for ticket: Ticket) -> Call? { cancel.map { call($0, .cancel, ticket: ticket) } }

    package func cancelOutcome(from reply: Reply, for ticket: Ticket) -> CancelOutcome {
        guard replies.errors.isSuccess(reply) else { return .refused }
        let state = replies.state
        if let word = JSONPath.string(at: state.paths, in: reply.json), state.words[word] == .cancelled { return .cancelled }
        return CancelOutcome(reply)
    }

    package func progress(from reply: Reply, for ticket: Ticket) throws(Fault) -> PollStep {
        guard reply.step == DeclaredVendor.resultStep else { return try pollStep(from: reply, for: ticket) }
        guard replies.errors.isSuccess(reply) else { return .progress(.failed(try pollFault(from: reply))) }
        return .progress(result(in: try reply.parsed(), reply, ticket: ticket))
    }

    private static let resultStep = "result"

    func finished(_ task: JSON, _ reply: Reply, for ticket: Ticket) throws(Fault) -> PollStep {
        guard let resultCall else { return .progress(result(in: task, reply, ticket: ticket)) }
        var call = call(resultCall, .result, ticket: ticket)
        call.step = DeclaredVendor.resultStep
        return .call(call)
    }

    private func result(in json: JSON, _ reply: Reply, ticket: Ticket) -> Progress {
        var assets = replies.result.assets(in: json)
        if assets.isEmpty, let content {
            assets = [Asset(.video, .call(call(content, .content, ticket: ticket)))] + replies.result.others(in: json)
        }
        return finished(with: assets, json, reply)
    }

    private func call(_ step: Step, _ purpose: Call.Purpose, ticket: Ticket) -> Call {
        step.call(purpose, TemplateValues(ticket, names: ticketNames))
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
