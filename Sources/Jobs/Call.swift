import Wire

/// One HTTP call to a vendor, as data: no key, no clock, no socket. The gateway adds the account's base URL and credentials.
package struct Call: Sendable {
    package enum Purpose: String, Sendable {
        case start, status, result, content
        case cancel = "stop"
        case upload, token
        case lookup = "find"
    }

    package enum Target: Sendable {
        /// A path built by the vendor's file, on one of the card's hosts. `{name}` stands for a setting of the account and is
        /// percent-encoded when filled in.
        case path(host: String, String)
        /// A URL out of a vendor's reply. It gets credentials only if the vendor's file says so, and never after a redirect to
        /// another host.
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
    /// A member of the JSON body that must hold a UUID of its own: the vendor makes one job of two calls with the same.
    package var uuidMember: String?
    /// Where this call is signed otherwise than the card says: an object store beside the API.
    package var auth: AuthScheme?
    /// Tells the vendor's own steps apart when the reply comes back: fal's `status` and `result`.
    package var step = ""
    /// Of a start call: what finds the job should the answer be lost. Nil where the vendor has no field for it.
    package var correlationKey: CorrelationKey?

    package init(_ purpose: Purpose, _ method: Method, path: String, host: String = VendorCard.mainHost, body: Body = .none) {
        self.purpose = purpose
        self.method = method
        target = .path(host: host, path)
        self.body = body
    }

    package init(_ purpose: Purpose, _ method: Method, foreign url: String, credentials: Bool = false) {
        self.purpose = purpose
        self.method = method
        target = .foreign(url, credentials: credentials)
    }
}

/// A vendor's answer to a `Call`, read whole. Strings too long to hold (inline video) have been left out of `body`: see
/// `Asset.Place.inline`.
package struct Reply: Sendable {
    /// The step of the call that this answers.
    package var step: String
    package var status: Int
    package var headers: Headers
    package var body: Slice

    package init(step: String = "", status: Int, headers: Headers = Headers(), body: Slice) {
        self.step = step
        self.status = status
        self.headers = headers
        self.body = body
    }

    package var isSuccess: Bool { (200..<300).contains(status) }

    /// The body as JSON; nil if it is not JSON (HTML of a proxy, a cut body, nothing).
    package var json: JSON? { try? JSON(parsing: body) }

    /// The body as JSON.
    /// - Throws: a fault of kind `.vendorNonsense` if it is not.
    package func parsed() throws(Fault) -> JSON {
        do throws(JSON.ParseError) {
            return try JSON(parsing: body)
        } catch {
            throw Fault(
                .vendorNonsense, "The vendor's answer could not be read.",
                detail: "HTTP \(status), not JSON: \(error.reason) at \(error.offset)")
        }
    }
}

/// What must be remembered of an accepted job to ask for it again: small ordered strings, sealed into the job id.
package struct Ticket: Sendable, Hashable {
    package var fields: [String]
    package init(_ fields: String...) { self.fields = fields }
    package init(fields: [String]) { self.fields = fields }

    /// The field at that place, or an empty string: a ticket of an older version may be shorter.
    package subscript(place: Int) -> String { place < fields.count ? fields[place] : "" }
}

/// What a start call tells its vendor about itself, so that the job can be found there if the answer is lost: small ordered strings
/// without line ends, first of all the mark that came with the job (`Job.mark`).
package struct CorrelationKey: Sendable, Hashable {
    package var fields: [String]
    package init(_ fields: String...) { self.fields = fields }

    /// As it is written down with the intent.
    package var text: String { fields.joined(separator: "\n") }
    package init(text: String) { fields = text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init) }

    package subscript(place: Int) -> String { place < fields.count ? fields[place] : "" }
}
