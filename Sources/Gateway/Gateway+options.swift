import Jobs
import Server
import Wire

extension Gateway {
    /// Answers OPTIONS: a preflight of a web page, or a question about the methods of a path. Browsers send preflights without a key.
    func answerOptions(_ visit: Visit) async {
        let head = visit.head
        visit.note(dialect: "-", route: "OPTIONS")
        let dialect = studio.table.dialect(for: head.path)
        if CORS.isPreflight(head.headers), let origin = head.headers[.origin] {
            guard studio.cors.allows(origin, at: head.path) else { return await visit.refuse(Owners.foreignOrigin(origin), in: dialect) }
            return await visit.answer(CORS.preflight(head.headers))
        }
        guard let methods = allowedMethods(at: head.path) else {
            return await visit.refuse(Fault(.notFound, "There is nothing at OPTIONS \(head.path.prefix(200))."), in: dialect)
        }
        var response = Response(status: 204)
        response.headers.set("allow", methods.map(\.text).joined(separator: ", "))
        await visit.answer(response)
    }

    private static let plainRoutes: Set<String> = ["/", "/healthz", "/readyz", "/openapi.json", "/metrics"]

    /// Nil where there is nothing.
    private func allowedMethods(at path: String) -> [Method]? {
        if path == "*" { return [.get, .head, .post, .put, .delete, .options] }
        if path.hasPrefix(Uploads.path) { return [.put, .post, .delete, .options] }
        if Gateway.plainRoutes.contains(path) || path.hasPrefix(Links.path) { return [.get, .head, .options] }
        guard case .wrongMethod(_, let allowed) = studio.table.find(.options, path) else { return nil }
        return allowed.flatMap { $0 == .get ? [.get, .head] : [$0] } + [.options]
    }
}
