import Jobs
import Wire

/// Gemini Omni on Vertex: the bodies and answers of `Google`, below the project's own path and always at the global location.
extension GoogleVertex {
    static let omniMark = "i"
    private static let path = "/v1beta1/projects/{project}/locations/global/interactions"

    func isOmni(_ model: String) -> Bool { model.hasPrefix("gemini-omni") }
    func isOmni(_ ticket: Ticket) -> Bool { ticket[0] == GoogleVertex.omniMark }
    func isOmni(_ call: Call) -> Bool {
        if case .path(_, GoogleVertex.path) = call.target { true } else { false }
    }

    func inner(_ ticket: Ticket) -> Ticket { Ticket(fields: Array(ticket.fields.dropFirst())) }

    /// A result by name needs a bucket to lie in; without one it comes inside the answer.
    func startOmni(_ job: Job, _ model: Model) throws(Fault) -> Call {
        try job.refuseExtras(card.extras.subtracting(omni.card.extras))
        var job = job
        job.previous = job.previous.map(inner)
        var call = try omni.start(job, on: model)
        guard case .json(var body) = call.body else { return moved(call) }
        if var format = body["response_format"] {
            format["delivery"] = storage == nil ? "inline" : "uri"
            format["gcs_uri"] = storage.map(JSONValue.string)
            body["response_format"] = format
        }
        call.body = .json(body)
        return moved(call)
    }

    func moved(_ finding: Finding) -> Finding {
        switch finding {
        case .ask(let call): .ask(moved(call))
        case .progress(.done(let assets)): .progress(.done(assets.map(moved)))
        case .progress: finding
        }
    }

    private func moved(_ asset: Asset) -> Asset {
        var asset = asset
        switch asset.place {
        case .inline(let call, let string): asset.place = .inline(moved(call), string: string)
        case .url(let name, _): asset.place = stored(name)
        case .call, .bytes: break
        }
        return asset
    }

    func moved(_ call: Call) -> Call {
        var call = call
        let prefix = "/v1/interactions"
        if case .path(_, let path) = call.target, path.hasPrefix(prefix) {
            call.target = .path(host: "global", GoogleVertex.path + path.dropFirst(prefix.count))
        }
        return call
    }
}
