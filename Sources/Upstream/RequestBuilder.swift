import Client
import Jobs
import Wire

/// Turns a vendor's `Call` into an HTTP request: fills in the account's hosts and settings and encodes the body. `Signer` then signs it.
struct RequestBuilder {
    let account: Account
    /// Returns 32 random hex digits, for multipart boundaries and for ids that must be unique per call.
    let randomDigits: () -> String

    /// - Parameter prepared: `preparedHeaders(for:)`; without it, the headers are built, and `Signer` must add the credentials.
    /// - Throws: `.misconfigured` if a setting in the path has no value.
    func request(for call: Call, prepared: Headers? = nil) throws(Fault) -> ClientRequest {
        var request = ClientRequest(call.method, try url(of: call))
        if let prepared {
            request.headers = prepared
            if case .json(let json) = call.body { request.body = json.encoded() }
        } else {
            setHeadersAndBody(of: call, on: &request)
        }
        // The operator configures the token server's address, so it is trusted.
        request.onlyPublic = call.purpose != .token && isForeign(call) && URLText(request.url).map(account.mayBePrivate) != true
        request.proxy = account.egress.proxy(for: request.url)
        request.isRepeatable = call.method == .get
        return request
    }

    /// All headers of the call with its credentials; nil if they depend on the call.
    func preparedHeaders(for call: Call) -> Headers? {
        guard let prepared = account.preparedHeaders?.headers(for: call), carriesCredentials(call) else { return nil }
        return prepared
    }

    private func setHeadersAndBody(of call: Call, on request: inout ClientRequest) {
        for (name, value) in account.card.headers { request.headers.set(name, value) }
        for (name, value) in call.headers { request.headers.set(name, value) }
        for name in account.card.uuidHeaders { request.headers.set(name, RequestBuilder.uuid(randomDigits())) }
        setBody(filled(call), to: &request)
        if !request.headers.has(.accept) { request.headers.set(.accept, call.purpose == .content ? "*/*" : "application/json") }
    }

    /// Whether the request may carry the account's key. Paths built by the vendor's file always may; a URL from a reply may only if the
    /// vendor's file asks for it and the host belongs to the vendor.
    func carriesCredentials(_ call: Call) -> Bool {
        switch call.target {
        case .path: return call.purpose != .token
        case .foreign(let url, let credentials): return credentials && isTrusted(url)
        }
    }

    /// Uses the HTTP client's URL parser, so that both see the same host.
    func isTrusted(_ url: String) -> Bool {
        guard let target = URLText(url) else { return false }
        if let base, base.origin == target.origin { return true }
        if hosts.contains(where: { $0.origin == target.origin }) { return true }
        guard target.scheme == .https, target.port == target.scheme.port, case .name(let name) = target.host else { return false }
        return account.card.trustedHosts.contains { $0.hasPrefix(".") && ("." + name).hasSuffix($0) }
    }

    private var base: URLText? { account.base }

    /// The card's hosts with the account's settings filled in.
    private var hosts: [URLText] { account.card.hosts.values.compactMap { try? filled($0) }.compactMap { URLText($0) } }

    /// The base URL of each of the card's hosts whose settings have values.
    static func baseURLs(of card: VendorCard, settings: [String: String], base: URLText?) -> [String: String] {
        card.hosts.compactMapValues { host in
            switch filled(host, with: settings) {
            case .text(let host): rebased(host, to: base)
            case .missing: nil
            }
        }
    }

    private func isForeign(_ call: Call) -> Bool {
        if case .foreign(let url, let credentials) = call.target { return redirectedToBase(url, isOwn: credentials) == nil }
        return false
    }

    private func url(of call: Call) throws(Fault) -> String {
        var url: String
        switch call.target {
        case .path(let host, let path):
            if let known = account.hosts[host] {
                url = known + (try filled(path, encoding: true))
                break
            }
            guard let base = account.card.hosts[host] else {
                throw Fault(.internalError, "The call could not be built.", detail: "\(account.card.name) has no host '\(host)'")
            }
            url = RequestBuilder.rebased(try filled(base), to: account.base) + (try filled(path, encoding: true))
        case .foreign(let foreign, let credentials):
            url = redirectedToBase(foreign, isOwn: credentials) ?? foreign
        }
        if !call.query.isEmpty { url += (url.contains("?") ? "&" : "?") + call.query.encoded }
        return url
    }

    /// Applies scheme, host and port of the account's `base_url`. A path in it replaces the path of the card's host.
    private static func rebased(_ host: String, to base: URLText?) -> String {
        guard let base else { return host }
        guard base.folder.isEmpty else { return base.origin + base.folder }
        return URLText(host).map { base.origin + $0.folder } ?? host
    }

    /// Moves a URL from a reply to the account's `base_url`, as the vendor's own paths are, if it is on one of the card's hosts or, with
    /// `isOwn`, on any host of the vendor. Nil if the URL stays unchanged.
    private func redirectedToBase(_ text: String, isOwn: Bool) -> String? {
        guard let base, let url = URLText(text) else { return nil }
        let isOwn = isOwn && isTrusted(text)
        let folders = hosts.filter { isOwn || $0.origin == url.origin }.map(\.folder)
        guard !folders.isEmpty else { return nil }
        let above = folders.filter { (url.path + "/").hasPrefix($0 + "/") }.max { $0.count < $1.count }
        guard let above, !base.folder.isEmpty else { return base.origin + url.target }
        return base.origin + base.folder + url.target.dropFirst(above.count)
    }

    /// Replaces each `{name}` with the account's setting.
    private func filled(_ text: String, encoding: Bool = false) throws(Fault) -> String {
        switch RequestBuilder.filled(text, with: account.settings, encoding: encoding) {
        case .text(let text): return text
        case .missing(let name):
            throw Fault(
                .misconfigured, "The account of this model is not set up completely.", detail: "\(account.name) needs the setting '\(name)'"
            )
        }
    }

    private enum Filled {
        case text(String)
        /// The setting of that name has no value.
        case missing(String)
    }

    private static func filled(_ text: String, with settings: [String: String], encoding: Bool = false) -> Filled {
        guard text.utf8.contains(UInt8(ascii: "{")) else { return .text(text) }
        var result = ""
        var rest = text[...]
        while let open = rest.firstIndex(of: "{"), let close = rest[open...].firstIndex(of: "}") {
            let name = String(rest[rest.index(after: open)..<close])
            guard let value = settings[name] else { return .missing(name) }
            result += rest[..<open] + (encoding ? Percent.encoded(value) : value)
            rest = rest[rest.index(after: close)...]
        }
        return .text(result + rest)
    }

    /// Random hex digits as a UUID of version 4 (RFC 9562 §5.4).
    private static func uuid(_ digits: String) -> String {
        var parts: [Substring] = []
        var rest = digits[...]
        for length in [8, 4, 4, 4, 12] {
            parts.append(rest.prefix(length))
            rest = rest.dropFirst(length)
        }
        return "\(parts[0])-\(parts[1])-4\(parts[2].dropFirst())-8\(parts[3].dropFirst())-\(parts[4])"
    }

    /// The body with a new UUID in the member that the vendor requires, if any.
    private func filled(_ call: Call) -> Call.Body {
        guard let name = call.uuidMember, case .json(var json) = call.body else { return call.body }
        json[name] = .string(RequestBuilder.uuid(randomDigits()))
        return .json(json)
    }

    private func setBody(_ body: Call.Body, to request: inout ClientRequest) {
        switch body {
        case .none:
            break
        case .json(let json):
            request.body = json.encoded()
            request.headers.set(.contentType, MediaType.json.text)
        case .form(let query):
            request.body = Pieces(query.encoded)
            request.headers.set(.contentType, MediaType.form.text)
        case .bytes(let type, let bytes):
            request.body.append(bytes)
            request.headers.set(.contentType, type.text)
        case .multipart(let parts):
            var body = MultipartBody(boundary: "genlock-" + randomDigits())
            for part in parts {
                switch part {
                case .text(let name, let text): body.add(name, text: text)
                case .file(let name, let fileName, let type, let bytes): body.add(name, file: bytes, filename: fileName, type: type)
                }
            }
            request.headers.set(.contentType, body.contentType)
            request.body = body.finished()
        }
    }
}

extension URLText {
    /// The path without a trailing slash; empty for the root.
    fileprivate var folder: Substring { path.hasSuffix("/") ? path.dropLast() : path[...] }
}
