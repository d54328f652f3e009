import Jobs
import Wire

/// OpenAI's Videos API as its SDKs 2.2.0 to 3.52.0 use it. OpenAI switched it off on 2026-09-24. Properties that clients rely on are kept:
/// always 200, always JSON, always all thirteen members, only four states.
package struct OpenAI: Dialect {
    package let name = "openai"
    package let routes = OpenAI.prefixes.flatMap(OpenAI.routes(below:))
    /// OpenAI's SDKs follow redirects, and drop the key at another host.
    package var followsRedirects: Bool { true }

    package init() {}

    package func read(_ request: Request, at match: Route.Match) throws(Fault) -> Command {
        switch match.action {
        case .create: .create(try createCommand(from: request))
        case .edit: .create(try editCommand(from: request))
        case .extend: .create(try extendCommand(from: request))
        case .remix: .create(try remixCommand(request, of: match.id))
        case .status: .status(id: match.id)
        case .content: .content(id: match.id, try variant(request.query))
        case .list: .list(try page(request.query))
        case .cancel: .cancel(id: match.id)
        case .delete: .delete(id: match.id)
        case .models: .models(ModelQuery())
        case .catalogue: .models(try modelQuery(from: request.query))
        case .model: .model(name: match.captures["model"] ?? "")
        case .webhook: throw OpenAI.noWebhooks
        default: throw OpenAI.noCharacters
        }
    }

    package func render(_ answer: CommandResult) -> Response {
        switch answer {
        case .created(let view, _), .status(let view), .finished(let view, _), .cancelled(let view): object(view)
        case .list(let views, let hasMore): list(views, hasMore: hasMore)
        case .deleted(let view): Response(json: ["id": .string(view.id), "object": "video.deleted", "deleted": true])
        case .models(let models, let query): Response(json: query.detailed ? ModelView.catalogue(models) : ModelView.list(models))
        case .model(let model): Response(json: model.listJSON)
        case .account, .upload: render(.unsupportedResult)
        }
    }

    /// The base URLs in use: with /v1, as in SDKs; without; with /openai, as in Azure's clients, with and without /v1.
    private static let prefixes = ["/v1", "", "/openai/v1", "/openai"]

    /// Fixed paths stand before `{id}`. A trailing slash is accepted, because clients follow a redirect of a POST with a GET.
    private static func routes(below prefix: String) -> [Route] {
        let videos = prefix + "/videos"
        return [
            Route(.post, videos, action: .create), Route(.post, videos + "/", action: .create),
            Route(.get, videos, action: .list), Route(.get, videos + "/", action: .list),
            Route(.post, videos + "/edits", action: .edit), Route(.post, videos + "/extensions", action: .extend),
            Route(.post, videos + "/characters", action: .character), Route(.get, videos + "/characters/{id}", action: .character),
            Route(.get, videos + "/models", action: .catalogue),
            Route(.get, videos + "/{id}/content", action: .content), Route(.post, videos + "/{id}/remix", action: .remix),
            // OpenAI's videos could not be cancelled; its other APIs have the same path.
            Route(.post, videos + "/{id}/cancel", action: .cancel),
            Route(.get, videos + "/{id}", action: .status), Route(.delete, videos + "/{id}", action: .delete),
            Route(.post, prefix + "/webhook_endpoints", action: .webhook), Route(.get, prefix + "/webhook_endpoints", action: .webhook),
            Route(.post, prefix + "/webhook_endpoints/{rest...}", action: .webhook),
            Route(.get, prefix + "/webhook_endpoints/{rest...}", action: .webhook),
            Route(.delete, prefix + "/webhook_endpoints/{rest...}", action: .webhook),
            Route(.get, prefix + "/models", action: .models), Route(.get, prefix + "/models/{model...}", action: .model),
        ]
    }

    static let noCharacters = Fault(
        .notImplemented, "Characters are not available: no model behind this server can keep one. Send reference images instead.",
        param: nil, code: "not_supported")

    static let noWebhooks = Fault(
        .notImplemented, "Webhooks are not available. Poll the job, as 'create_and_poll' does.",
        param: nil, code: "not_supported")
}
