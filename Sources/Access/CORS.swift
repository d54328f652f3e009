import Wire

/// Which web pages may read the answers: the CORS protocol (Fetch §3.2).
package struct CORS: Sendable {
    /// Serialised origins in lower case: `https://app.example.com`.
    private let origins: Set<String>
    private let allowsAny: Bool
    /// Beginnings of paths whose URLs carry a signature.
    private let signedPaths: [String]

    /// - Parameters:
    ///   - origins: exact origins; `*` allows every page, without credentials.
    ///   - signedPaths: beginnings of the paths that every page may use, because their URLs carry a signature.
    package init(origins: [String] = [], signedPaths: [String] = []) {
        self.signedPaths = signedPaths
        allowsAny = origins.contains("*")
        self.origins = Set(origins.map { $0.lowercased() })
    }

    /// Whether pages of that origin may use that path. The signature in a link is all that it needs, so every page may follow one.
    package func allows(_ origin: String, at path: String) -> Bool {
        allowsAny || isSigned(path) || origins.contains(origin.lowercased())
    }

    /// Adds to an answer what lets the page read it.
    /// - Parameter origin: of the request; nil where it named none.
    package func apply(to headers: inout Headers, path: String, origin: String?) {
        if allowsAny || isSigned(path) {
            headers.set("access-control-allow-origin", "*")
            return headers.set("access-control-expose-headers", CORS.exposed)
        }
        guard !origins.isEmpty else { return }
        headers.appendVary("Origin")
        guard let origin, origins.contains(origin.lowercased()) else { return }
        headers.set("access-control-allow-origin", origin)
        headers.set("access-control-allow-credentials", "true")
        headers.set("access-control-expose-headers", CORS.exposed)
    }

    /// The answer to a preflight of an origin that is allowed; `apply` adds the origin to it.
    package static func preflight(_ request: Headers) -> Response {
        var response = Response(status: 204)
        response.headers.set("access-control-allow-methods", methods)
        let wanted = request["access-control-request-headers"] ?? ""
        response.headers.set("access-control-allow-headers", isList(wanted) ? wanted : requestHeaders)
        response.headers.set("access-control-max-age", maxAge)
        if request["access-control-request-private-network"] == "true" {
            response.headers.set("access-control-allow-private-network", "true")
        }
        response.headers.set(.vary, "Access-Control-Request-Method, Access-Control-Request-Headers")
        return response
    }

    /// Whether this is a preflight and not a plain question about a resource (Fetch §3.2.2).
    package static func isPreflight(_ request: Headers) -> Bool { request.has(.origin) && request.has("access-control-request-method") }

    private func isSigned(_ path: String) -> Bool { signedPaths.contains { path.hasPrefix($0) } }

    private static func isList(_ text: String) -> Bool {
        let names = text.split(separator: ",", omittingEmptySubsequences: false)
        return !text.isEmpty && names.allSatisfy { HeaderName(String($0.filter { $0 != " " })) != nil }
    }

    private static let methods = "GET, HEAD, POST, PUT, DELETE"
    private static let requestHeaders = "authorization, content-type, idempotency-key, range"
    /// Two hours: Chromium keeps a preflight no longer.
    private static let maxAge = "7200"
    /// A page sees no other header but the seven that are always safe (Fetch §2.2.2).
    static let exposed = [
        "accept-ranges", "allow", "content-disposition", "content-encoding", "content-length", "content-range", "date", "etag",
        "genlock-adapted", "genlock-cost", "genlock-vendor", "openai-poll-after-ms", "retry-after", "x-request-id", "x-should-retry",
    ].joined(separator: ", ")
}

extension Headers {
    /// Names one more request header on which the answer depends.
    mutating func appendVary(_ name: String) {
        set(.vary, self[.vary].map { "\($0), \(name)" } ?? name)
    }
}
