import Dialects
import Jobs
import Wire

/// A dialect whose answers lead back to where its client reached this router: links are made without scheme and host and get them here.
struct Addressed: Dialect {
    let dialect: any Dialect
    /// Without a slash at the end.
    let origin: String

    var name: String { dialect.name }
    var routes: [Route] { dialect.routes }
    var jobLife: Duration? { dialect.jobLife }
    var descriptions: [String: Description] { dialect.descriptions }
    var schemas: [(name: String, schema: JSONValue)] { dialect.schemas }
    var errorSchema: JSONValue { dialect.errorSchema }

    func read(_ request: Request, at match: Route.Match) throws(Fault) -> Ask { try dialect.read(request, at: match) }
    func render(_ answer: Answer) -> Response { dialect.render(placed(answer)) }
    func render(_ fault: Fault, on occasion: Occasion) -> Response { dialect.render(fault, on: occasion) }
    func renderLate(_ fault: Fault, on occasion: Occasion) -> Response { dialect.renderLate(fault, on: occasion) }
    func frame(_ view: JobView, _ creation: Creation) -> Frame { dialect.frame(placed(view), creation) }

    private func placed(_ answer: Answer) -> Answer {
        switch answer {
        case .created(let view, let creation): .created(placed(view), creation)
        case .status(let view): .status(placed(view))
        case .finished(let view, let creation): .finished(placed(view), creation)
        case .list(let views, let hasMore): .list(views.map(placed), hasMore: hasMore)
        case .deleted(let view): .deleted(placed(view))
        case .cancelled(let view): .cancelled(placed(view))
        case .upload(let upload): .upload(placed(upload))
        case .models, .model, .account: answer
        }
    }

    private func placed(_ view: JobView) -> JobView {
        var view = view
        view.links = view.links.map(placed)
        return view
    }

    private func placed(_ upload: UploadView) -> UploadView {
        var upload = upload
        upload.url = placed(upload.url)
        return upload
    }

    private func placed(_ link: String) -> String { link.hasPrefix("/") ? origin + link : link }
}
