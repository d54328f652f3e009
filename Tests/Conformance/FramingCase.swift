/// One case of the request framing table: what a client sends on a fresh connection, and what must come of it.
package struct FramingCase: Sendable, CustomStringConvertible {
    package let name: String
    /// The bytes of the connection, in one row.
    package let bytes: [UInt8]
    package let outcomes: [Outcome]

    /// What happens on the connection, in order.
    package enum Outcome: Sendable, Equatable {
        /// A request is taken: method, path and whole body.
        case request(String, String, body: String = "")
        /// A refusal with this status, after which the connection closes; the reason is the name of our own error case.
        case refused(Int, String)
        /// The server waits for the rest of a request.
        case waits
    }

    init(_ name: String, _ text: String, gives outcomes: Outcome...) {
        self.name = name
        bytes = Array(text.utf8)
        self.outcomes = outcomes
    }

    /// For bytes that no Swift string can hold.
    init(_ name: String, raw: [UInt8], gives outcomes: Outcome...) {
        self.name = name
        bytes = raw
        self.outcomes = outcomes
    }

    package var description: String { name }
}

extension FramingCase {
    /// Every case, in the order of a message: RFC 9112 §2, §3, §5, §6, §7, §9.
    package static var all: [FramingCase] { lines + targets + hosts + fields + lengths + chunks + connections }

    /// A POST to `/` with these field lines behind Host.
    static func post(_ fields: String, _ rest: String) -> String { "POST / HTTP/1.1\r\nHost: a\r\n\(fields)\r\n\(rest)" }

    /// A chunked POST with this body in wire format.
    static func chunked(_ body: String) -> String { post("Transfer-Encoding: chunked\r\n", body) }

    /// A GET of `/` with these field lines behind Host.
    static func get(_ fields: String) -> String { "GET / HTTP/1.1\r\nHost: a\r\n\(fields)\r\n" }
}
