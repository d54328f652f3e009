import Jobs
import Wire

/// Gemini Omni on Vertex: the bodies and answers of `Google`, below the project's own path and always at the global location.
extension GoogleVertex {
    static let omniTag = "i"
    private static let path = "/v1beta1/projects/{project}/locations/global/interactions"

    func isOmni(_ model: String) -> Bool { model.hasPrefix("gemini-omni") }
    func isOmni(_ ticket: Ticket) -> Bool { ticket[0] == GoogleVertex.omniTag }
    func isOmni(_ call: Call) -> Bool {
        if case .path(_, GoogleVertex.path) = call.target { true } else { false }
    }

    func omniTicket(from ticket: Ticket) -> Ticket { Ticket(fields: Array(ticket.fields.dropFirst())) }

    /// A result by name needs a bucket to lie in; without one it comes inside the answer.
    func omniStartCall(_ job: Job, _ model: Model) throws(Fault) -> Call {
        try job.rejectExtras(card.extras.subtracting(omni.card.extras))
        var job = job
        job.previous = job.previous.map(omniTicket)
        var call = try omni.startCall(for: job, on: model)
        guard case .json(var body) = call.body else { return relocated(call) }
        if var format = body["response_format"] {
            format["delivery"] = storage == nil ? "inline" : "uri"
            format["gcs_uri"] = storage.map(JSONValue.string)
            body["response_format"] = format
        }
        call.body = .json(body)
        return relocated(call)
    }

    func relocated(_ pollStep: PollStep) -> PollStep {
        switch pollStep {
        case .call(let call): .call(relocated(call))
        case .progress(.done(let assets)): .progress(.done(assets.map(relocated)))
        case .progress: pollStep
        }
    }

    private func relocated(_ asset: Asset) -> Asset {
        var asset = asset
        switch asset.place {
        case .inline(let call, let string): asset.place = .inline(relocated(call), string: string)
        case .url(let name, _): asset.place = stored(name)
        case .call, .bytes, .kept: break
        }
        return asset
    }

    func relocated(_ call: Call) -> Call {
        var call = call
        let prefix = "/v1/interactions"
        if case .path(_, let path) = call.target, path.hasPrefix(prefix) {
            call.target = .path(host: "global", GoogleVertex.path + path.dropFirst(prefix.count))
        }
        return call
    }
}
