import Dialects
import Jobs
import Wire

/// A dialect whose answers lead back to where its client reached this router: links are made without scheme and host and get them here.
struct AbsoluteLinks: Dialect {
    let dialect: any Dialect
    /// Without a slash at the end.
    let origin: String

    var name: String { dialect.name }
    var routes: [Route] { dialect.routes }
    var jobTTL: Duration? { dialect.jobTTL }
    var descriptions: [String: Description] { dialect.descriptions }
    var schemas: [(name: String, schema: JSONValue)] { dialect.schemas }
    var errorSchema: JSONValue { dialect.errorSchema }

    func read(_ request: Request, at match: Route.Match) throws(Fault) -> Command { try dialect.read(request, at: match) }
    func render(_ answer: CommandResult) -> Response { dialect.render(absolute(answer)) }
    func render(_ fault: Fault, on renderContext: RenderContext) -> Response { dialect.render(fault, on: renderContext) }
    func renderAfterHead(_ fault: Fault, on renderContext: RenderContext) -> Response { dialect.renderAfterHead(fault, on: renderContext) }
    func splicedBody(for view: JobView, of createCommand: CreateCommand) -> SplicedBody {
        dialect.splicedBody(for: absolute(view), of: createCommand)
    }

    private func absolute(_ answer: CommandResult) -> CommandResult {
        switch answer {
        case .created(let view, let createCommand): .created(absolute(view), createCommand)
        case .status(let view): .status(absolute(view))
        case .finished(let view, let createCommand): .finished(absolute(view), createCommand)
        case .list(let views, let hasMore): .list(views.map(absolute), hasMore: hasMore)
        case .deleted(let view): .deleted(absolute(view))
        case .cancelled(let view): .cancelled(absolute(view))
        case .upload(let upload): .upload(absolute(upload))
        case .models, .model, .account: answer
        }
    }

    private func absolute(_ view: JobView) -> JobView {
        var view = view
        view.links = view.links.map(absolute)
        return view
    }

    private func absolute(_ upload: UploadView) -> UploadView {
        var upload = upload
        upload.url = absolute(upload.url)
        return upload
    }

    private func absolute(_ link: String) -> String { link.hasPrefix("/") ? origin + link : link }
}
