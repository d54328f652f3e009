import Jobs
import Wire

/// One inbound API: reads HTTP requests as commands, renders results and faults as HTTP responses. Pure: no clock, no network, no keys.
package protocol Dialect: Sendable {
    /// The name in configuration, job ids and mounts: `openai`.
    var name: String { get }
    /// The first route whose method and pattern match is used, so fixed paths stand before `{id}`.
    var routes: [Route] { get }

    /// How long a job can be retrieved after its end; nil if the API sets no limit.
    var jobTTL: Duration? { get }

    /// Whether the API's clients follow a redirect of a video to another host, and leave their key behind.
    var followsRedirects: Bool { get }

    /// The description of each action for `/openapi.json`; an action that is always refused has none.
    var descriptions: [Route.Action: Description] { get }
    /// The schemas that descriptions refer to; names begin with the dialect's.
    var schemas: [(name: String, schema: JSONValue)] { get }
    /// The schema of every error.
    var errorSchema: JSONValue { get }

    /// The command that a request means.
    /// - Throws: faults of the caller's kinds, with the client's name in `param`.
    func read(_ request: Request, at match: Route.Match) throws(Fault) -> Command

    func render(_ answer: CommandResult) -> Response

    /// Every kind of fault has an answer in the API's format. Also used for requests that the HTTP layer refuses.
    func render(_ fault: Fault, on renderContext: RenderContext) -> Response

    /// A fault after the head of a synchronous answer was sent with the first heartbeat: only the body of this response is sent.
    func renderAfterHead(_ fault: Fault, on renderContext: RenderContext) -> Response

    /// The answer to a synchronous create with the video as base64, without that text, so that the video is never in memory as a whole.
    /// Called only if `CreateCommand.content` is `.base64` and the job is done.
    func splicedBody(for view: JobView, of command: CreateCommand) -> SplicedBody
}

extension Dialect {
    package var jobTTL: Duration? { nil }
    package var followsRedirects: Bool { false }

    package func render(_ fault: Fault) -> Response { render(fault, on: RenderContext()) }
    package func renderAfterHead(_ fault: Fault, on renderContext: RenderContext) -> Response { render(fault, on: renderContext) }
    package func splicedBody(for view: JobView, of command: CreateCommand) -> SplicedBody { SplicedBody(render(.finished(view, command))) }
}
