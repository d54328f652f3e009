import Wire

/// One HTTP call to a vendor as data: no key, no clock, no socket. The gateway adds the account's base URL and credentials.
package struct Call: Sendable {
    /// What the call is for. Raw values are metric labels.
    package enum Purpose: String, Sendable {
        case start, status, result, content
        case cancel = "stop"
        case upload, token
        case lookup = "find"
    }

    package enum Target: Sendable {
        /// A path on one of the card's hosts. `{name}` stands for a setting of the account, percent-encoded when it is inserted.
        case path(host: String, String)
        /// A URL from a vendor's reply. It gets credentials only if the vendor's file asks for it, and never after a redirect to another
        /// host.
        case foreign(String, credentials: Bool)
    }

    package enum Body: Sendable {
        case none
        case json(JSONValue)
        case form(Query)
        case multipart([Part])
        case bytes(MediaType, Slice)
    }

    /// One part of a multipart body.
    package enum Part: Sendable {
        case text(name: String, String)
        case file(name: String, fileName: String, MediaType, Slice)
    }

    package var purpose: Purpose
    package var method: Method
    package var target: Target
    package var query = Query()
    package var headers: [(name: HeaderName, value: String)] = []
    package var body = Body.none
    /// A member of the JSON body that gets a new UUID: the vendor makes one job of two calls with the same UUID.
    package var uuidMember: String?
    /// Overrides the card's scheme, for example for an object store beside the API.
    package var auth: AuthScheme?
    /// Distinguishes a vendor's own steps in `Reply.step`: fal's `status` and `result`.
    package var step = ""
    /// Of a start call: finds the job if the answer is lost. Nil where the vendor has no field for it.
    package var correlationKey: CorrelationKey?

    /// A call to a path on one of the card's hosts.
    package init(_ purpose: Purpose, _ method: Method, path: String, host: String = VendorCard.mainHost, body: Body = .none) {
        self.purpose = purpose
        self.method = method
        target = .path(host: host, path)
        self.body = body
    }

    /// A call to a URL from a vendor's reply.
    package init(_ purpose: Purpose, _ method: Method, foreign url: String, credentials: Bool = false) {
        self.purpose = purpose
        self.method = method
        target = .foreign(url, credentials: credentials)
    }
}
