import Access
import Dialects
import Jobs
import Server
import Storage
import Wire

extension Gateway {
    /// Answers OPTIONS: a preflight of a web page, or a question about the methods of a path. Browsers send preflights without a key.
    func answerOptions(_ context: RequestContext) async {
        let head = context.head
        context.note(dialect: "-", route: "OPTIONS")
        let dialect = config.routeTable.dialect(for: head.path)
        if CORS.isPreflight(head.headers), let origin = head.headers[.origin] {
            guard config.cors.allows(origin, at: head.path) else {
                return await context.refuse(Authenticator.foreignOrigin(origin), in: dialect)
            }
            return await context.answer(CORS.preflight(head.headers))
        }
        guard let methods = allowedMethods(at: head.path) else {
            return await context.refuse(Fault(.notFound, "There is nothing at OPTIONS \(head.path.prefix(200))."), in: dialect)
        }
        var response = Response(status: 204)
        response.headers.set("allow", methods.map(\.text).joined(separator: ", "))
        await context.answer(response)
    }

    private static let builtInGetPaths: Set<String> = ["/", "/healthz", "/readyz", "/openapi.json", "/metrics"]

    /// Nil where there is nothing.
    private func allowedMethods(at path: String) -> [Method]? {
        if path == "*" { return [.get, .head, .post, .put, .delete, .options] }
        if path.hasPrefix(UploadTokens.path) { return [.put, .post, .delete, .options] }
        if Gateway.builtInGetPaths.contains(path) || path.hasPrefix(SignedLinks.path) { return [.get, .head, .options] }
        guard case .wrongMethod(_, let allowed) = config.routeTable.find(.options, path) else { return nil }
        return allowed.flatMap { $0 == .get ? [.get, .head] : [$0] } + [.options]
    }
}
