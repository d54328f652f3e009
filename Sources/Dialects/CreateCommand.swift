import Jobs

/// A paid job to start, with what its answer needs.
package struct CreateCommand: Sendable {
    package var job: Job
    package var delivery = Delivery.asynchronous
    package var content = Delivery.Content.json
    /// The HTTP status of the answer with the id.
    package var responseStatus = 200
    /// The id of an earlier job of the same owner that this one continues (remix, edit, extend).
    package var previous: String?
    /// Short strings that return to the dialect with every later answer about the job: `["api": "xai"]`. Sealed into the id.
    package var echo: [String: String] = [:]
    /// The client's names for the neutral parameters that it sent.
    package var clientNames = ClientNames()

    package init(job: consuming Job) { self.job = job }

    /// The same fault with the client's name in `param`, and in the message where that omits it (`Fault.messageOmitsParam`). The catalog
    /// knows neutral names only.
    package func withClientNames(_ fault: Fault) -> Fault {
        var fault = fault
        fault.param = fault.param.map { clientNames[$0] ?? $0 }
        if let param = fault.param, fault.messageOmitsParam {
            fault.message += " The parameter is '\(param)'."
            fault.messageOmitsParam = false
        }
        return fault
    }

    /// The same warning with the client's name in `param`.
    package func withClientNames(_ warning: Warning) -> Warning {
        var warning = warning
        warning.param = clientNames[warning.param] ?? warning.param
        return warning
    }
}

/// How the answer to a create is delivered.
package enum Delivery: Sendable, Equatable {
    /// The answer is an id; the video is fetched later.
    case asynchronous
    /// The answer comes when the job ends.
    case synchronous(Heartbeat)

    package enum Heartbeat: Sendable, Equatable {
        /// Nothing is sent before the end (LTX v1: the answer is the video itself).
        case silent
        /// Status 200 at once, then a space every three seconds until the JSON (ImageRouter).
        case spaces
    }

    /// The form of a synchronous answer.
    package enum Content: String, Sendable { case json, video, base64 }
}
