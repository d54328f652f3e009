extension Route {
    /// What the requests of a route do. A dialect uses those that its API has.
    package enum Action: Hashable, Sendable {
        case create, edit, extend, remix
        /// A create at a path of an older version.
        case legacy
        /// A create at one of LTX's endpoints. A synchronous one is answered with the video.
        case endpoint(LTX.Endpoint, isSynchronous: Bool)
        case status, result, content, list, cancel, delete
        /// The models that a caller may use, one of them, and all with what they support and cost.
        case models, model, catalogue
        /// The caller's key and what it may spend.
        case test, credits
        case health
        /// A place for a file.
        case upload
        /// What no model behind this server has.
        case character, webhook
    }
}
