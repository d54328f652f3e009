import Jobs
import Wire

/// One inbound API, spoken whole: HTTP to neutral questions, neutral answers and faults to HTTP. Pure: no clock, no network, no keys.
package protocol Dialect: Sendable {
    /// The name in configuration, job ids and mounts: `openai`.
    var name: String { get }
    /// In order; the first whose method and pattern fit is taken, so fixed paths stand before `{id}`.
    var routes: [Route] { get }

    /// How long after its end a job is told of; nil where the API names no end to that.
    var jobTTL: Duration? { get }

    /// What each action of the routes is about; an action that is only ever refused has none.
    var descriptions: [String: Description] { get }
    /// The schemas to which descriptions refer, by names that begin with the dialect's own.
    var schemas: [(name: String, schema: JSONValue)] { get }
    /// The body of every refusal.
    var errorSchema: JSONValue { get }

    /// What the client asks for.
    /// - Throws: faults of the caller's kinds, with `param` as the client spelt it.
    func read(_ request: Request, at match: Route.Match) throws(Fault) -> Command

    func render(_ answer: CommandResult) -> Response

    /// Total: every kind of fault has an answer in this API's own words. Also used for what the HTTP layer itself refuses.
    func render(_ fault: Fault, on renderContext: RenderContext) -> Response

    /// A fault that comes up when the head of a held answer is out already: only the body of this is sent, behind the status and headers
    /// that went with the first heartbeat.
    func renderAfterHead(_ fault: Fault, on renderContext: RenderContext) -> Response

    /// The end of a held create whose answer carries the clip itself as base64: what stands before and behind that text, so that the clip
    /// is never in memory whole. Only asked for where `CreateCommand.content` is `.base64` and the job is done.
    func splicedBody(for view: JobView, of command: CreateCommand) -> SplicedBody
}

extension Dialect {
    package var jobTTL: Duration? { nil }

    package func render(_ fault: Fault) -> Response { render(fault, on: RenderContext()) }
    package func renderAfterHead(_ fault: Fault, on renderContext: RenderContext) -> Response { render(fault, on: renderContext) }
    package func splicedBody(for view: JobView, of command: CreateCommand) -> SplicedBody { SplicedBody(render(.finished(view, command))) }
}

/// What some APIs mention in their errors besides the fault.
package struct RenderContext: Sendable {
    /// As the client sent it, without the query.
    package var path: String
    package var requestID: String
    package var now: Timestamp

    package init(path: String = "", requestID: String = "", now: Timestamp = Timestamp(unix: 0)) {
        self.path = path
        self.requestID = requestID
        self.now = now
    }
}

/// How the answer to a create is delivered.
package enum Delivery: Sendable, Equatable {
    /// An id now, the clip later.
    case asynchronous
    /// The request is held until the job ends and answered with the finished job.
    case synchronous(Heartbeat)

    package enum Heartbeat: Sendable, Equatable {
        /// Nothing is sent before the end (LTX v1: the reply is the clip itself).
        case silent
        /// Status 200 at once, then one space every three seconds until the JSON (ImageRouter).
        case spaces
    }

    /// What a held answer carries.
    package enum Content: String, Sendable { case json, video, base64 }
}
