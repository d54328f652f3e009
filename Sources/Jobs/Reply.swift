import Wire

/// A vendor's complete answer to a `Call`. Strings too long to keep in memory (inline video) are missing from `body`: see
/// `Asset.Place.inline`.
package struct Reply: Sendable {
    /// The `step` of the call that this answers.
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

    /// Whether the status is 2xx.
    package var isSuccess: Bool { (200..<300).contains(status) }

    /// The body as JSON; nil if it is not JSON (a proxy's HTML, a truncated or empty body).
    package var json: JSON? { try? JSON(parsing: body) }

    /// The body as JSON.
    /// - Throws: a fault of kind `.vendorNonsense` if it is not JSON.
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
