import Wire

/// Which web pages may read responses: the CORS protocol (Fetch §3.2).
package struct CORS: Sendable {
    /// Serialized origins in lower case: `https://app.example.com`.
    private let origins: Set<String>
    private let allowsAny: Bool
    /// Prefixes of paths whose URLs carry a signature.
    private let signedPaths: [String]

    /// - Parameters:
    ///   - origins: exact origins; `*` allows every page, without credentials.
    ///   - signedPaths: prefixes of the paths that every page may use, because their URLs carry a signature.
    package init(origins: [String] = [], signedPaths: [String] = []) {
        self.signedPaths = signedPaths
        allowsAny = origins.contains("*")
        self.origins = Set(origins.map { $0.lowercased() })
    }

    /// Whether pages of that origin may use that path. A signed link needs no other credential, so every page may follow one.
    package func allows(_ origin: String, at path: String) -> Bool {
        allowsAny || isSigned(path) || origins.contains(origin.lowercased())
    }

    /// Adds the headers that let the page read a response.
    /// - Parameter origin: the request's `Origin`; nil if absent.
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

    /// The response to a preflight from an allowed origin; `apply` adds the origin.
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

    /// Whether this is a preflight and not an ordinary OPTIONS request (Fetch §3.2.2).
    package static func isPreflight(_ request: Headers) -> Bool { request.has(.origin) && request.has("access-control-request-method") }

    private func isSigned(_ path: String) -> Bool { signedPaths.contains { path.hasPrefix($0) } }

    private static func isList(_ text: String) -> Bool {
        let names = text.split(separator: ",", omittingEmptySubsequences: false)
        return !text.isEmpty && names.allSatisfy { HeaderName(String($0.filter { $0 != " " })) != nil }
    }

    private static let methods = "GET, HEAD, POST, PUT, DELETE"
    private static let requestHeaders = "authorization, content-type, idempotency-key, range"
    /// Two hours, the longest time that Chromium caches a preflight.
    private static let maxAge = "7200"
    /// Without this list a page sees only the seven CORS-safelisted response headers (Fetch §2.2.2).
    static let exposed = [
        "accept-ranges", "allow", "content-disposition", "content-encoding", "content-length", "content-range", "date", "etag",
        "genlock-adapted", "genlock-cost", "genlock-vendor", "openai-poll-after-ms", "retry-after", "x-request-id", "x-should-retry",
    ].joined(separator: ", ")
}

extension Headers {
    /// Adds a request header on which the response depends.
    fileprivate mutating func appendVary(_ name: String) {
        set(.vary, self[.vary].map { "\($0), \(name)" } ?? name)
    }
}
