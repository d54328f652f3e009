import Jobs
import Wire

/// What a client asks for, in no one's API.
package enum Command: Sendable {
    case create(CreateCommand)
    case status(id: String)
    case content(id: String, Asset.Kind)
    case list(Page)
    case delete(id: String)
    case cancel(id: String)
    case models(ModelQuery)
    case model(name: String)
    /// What the caller's key may still spend. The dialect wants its own word back: it may have several answers to this.
    case account(word: String)
    /// A place to which the caller may bring one file, before a job refers to it.
    case upload
    /// An answer that needs nothing of the gateway but a caller whose key was accepted: auth tests, health words, token routes.
    case fixed(Response)
}

/// A paid job to be started, with what its answer needs.
package struct CreateCommand: Sendable {
    package var job: Job
    package var delivery = Delivery.asynchronous
    package var content = Delivery.Content.json
    /// The status of the answer with the id.
    package var responseStatus = 200
    /// The id of an earlier job of the same owner that this one continues (remix, edit, extend).
    package var previous: String?
    /// Small strings that the dialect wants back with every later answer about this job: `["route": "image-to-video"]`. Sealed into the id.
    package var echo: [String: String] = [:]
    /// How the client spells the neutral fields that it used: `["seconds": "duration", "audio": "generate_audio"]`.
    package var clientNames: [String: String] = [:]

    package init(job: Job) { self.job = job }

    /// The same fault with its `param` as the client spells it: checks behind the dialect know neutral names only.
    package func withClientNames(_ fault: Fault) -> Fault {
        var fault = fault
        fault.param = fault.param.map { clientNames[$0] ?? $0 }
        // OpenAI's wording, which its clients match on, names the value only.
        if let param = fault.param, fault.message.hasPrefix("Invalid value: '"), !fault.message.contains("'\(param)'") {
            fault.message += " The parameter is '\(param)'."
        }
        return fault
    }

    package func withClientNames(_ warning: Warning) -> Warning {
        var warning = warning
        warning.param = clientNames[warning.param] ?? warning.param
        return warning
    }
}

/// A page of a list.
package struct Page: Sendable, Equatable {
    package var after: String?
    package var limit: Int
    package var newestFirst: Bool
    package init(after: String? = nil, limit: Int = 20, newestFirst: Bool = true) {
        self.after = after
        self.limit = limit
        self.newestFirst = newestFirst
    }
}
