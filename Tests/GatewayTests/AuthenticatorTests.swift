import Crypto
import Jobs
import Seal
import Testing
import Wire

@testable import Access
@testable import Gateway

/// Which requests are admitted.
struct AuthenticatorTests {
    private static let keyed = Authenticator(keys: [
        Authenticator.APIKey(caller: Caller(Owner(name: "studio")), digest: SHA256.digest(of: "sk-right")),
        Authenticator.APIKey(caller: Caller(Owner(name: "film"), models: ["fal/*"]), digest: SHA256.digest(of: "sk-other")),
    ])

    private static func word(_ authenticator: Authenticator, _ headers: [(HeaderName, String)], fromHere: Bool = true) -> String {
        do throws(Fault) { return try authenticator.caller(of: Headers(headers), peerIsLoopback: fromHere).owner.name } catch {
            return error.code ?? error.kind.rawValue
        }
    }

    @Test(
        arguments: [
            ("authorization", "Bearer sk-right", "studio"), ("authorization", "bearer   sk-right", "studio"),
            ("authorization", "sk-right", "studio"),
            ("authorization", "Key sk-other", "film"), ("api-key", "sk-right", "studio"), ("x-api-key", "sk-other", "film"),
            ("authorization", "Bearer sk-wrong", "invalid_api_key"), ("authorization", "Bearer sk-righ", "invalid_api_key"),
            ("authorization", "Bearer sk-rightt", "invalid_api_key"), ("authorization", "Bearer", "missing_api_key"),
            ("authorization", "Basic sk-right", "missing_api_key"), ("accept", "*/*", "missing_api_key"),
            ("authorization", "", "missing_api_key"),
        ] as [(HeaderName, String, String)])
    func `a key is found wherever clients put it, and compared as a whole`(name: HeaderName, value: String, word: String) {
        #expect(Self.word(Self.keyed, [(name, value)], fromHere: false) == word)
    }

    @Test(
        arguments: [
            ([], true, "local"), ([(.host, "localhost:8080")], true, "local"), ([(.host, "127.0.0.1:8080")], true, "local"),
            ([(.host, "[::1]:8080")], true, "local"),
            ([(.host, "LOCALHOST")], true, "local"), ([(.host, "box.lan:8080")], true, "local"), ([], false, "loopback_only"),
            ([(.host, "evil.example")], true, "unknown_host"), ([(.host, "localhost.evil.example")], true, "unknown_host"),
            ([(.host, "localhost:8080"), (.origin, "https://evil.example")], true, "foreign_origin"),
            ([(.host, "localhost:8080"), (.origin, "http://localhost:8080")], true, "local"),
            ([(.host, "localhost:8080"), (.origin, "http://localhost:9090")], true, "foreign_origin"),
            ([(.host, "localhost:8080"), (.origin, "http://box.lan")], true, "local"),
            ([(.host, "localhost:8080"), (.origin, "null"), ("sec-fetch-site", "cross-site")], true, "foreign_origin"),
        ] as [([(HeaderName, String)], Bool, String)])
    func `without keys only this machine is admitted, and none of its web pages`(
        headers: [(HeaderName, String)], fromHere: Bool, word: String
    ) {
        let authenticator = Authenticator(keys: [], hosts: ["box.lan"], origins: ["http://box.lan"])
        #expect(Self.word(authenticator, headers, fromHere: fromHere) == word)
    }

    private static let open = Authenticator(keys: [], hosts: ["box.lan"], origins: ["http://box.lan", "https://app.example.com"])

    private static func local(_ fields: [(HeaderName, String)], authority: String? = "localhost:8080", isTLS: Bool = false) -> String {
        var headers = Headers()
        for (name, value) in fields { headers.add(name, value) }
        do throws(Fault) {
            return try open.caller(of: headers, peerIsLoopback: true, authority: authority, isTLS: isTLS).owner.name
        } catch {
            return error.code ?? error.kind.rawValue
        }
    }

    @Test(
        arguments: [
            "x-forwarded-for", "x-real-ip", "forwarded", "via", "x-forwarded-host", "x-forwarded-proto", "x-forwarded-port",
            "cf-connecting-ip",
            "true-client-ip", "x-original-forwarded-for", "x-client-ip", "cdn-loop",
        ] as [HeaderName])
    func `without keys a request forwarded by a proxy is refused`(name: HeaderName) {
        #expect(Self.local([(name, "203.0.113.9")]) == "proxied_without_keys")
        #expect(Self.local([(name, "")]) == "proxied_without_keys")
        #expect(Self.word(Self.keyed, [(name, "203.0.113.9"), (.authorization, "Bearer sk-right")], fromHere: false) == "studio")
    }

    @Test(
        arguments: [
            ([("sec-fetch-site", "cross-site")], "foreign_origin"), ([("sec-fetch-site", "same-site")], "foreign_origin"),
            ([("sec-fetch-site", "new-word")], "foreign_origin"), ([("sec-fetch-site", "none")], "local"),
            ([("sec-fetch-site", "same-origin")], "local"), ([("x-stainless-lang", "python"), ("user-agent", "curl/8")], "local"),
            ([("sec-fetch-site", "cross-site"), (.origin, "https://app.example.com")], "local"),
            ([("sec-fetch-site", "same-origin"), (.origin, "http://localhost:8080")], "local"),
            ([(.origin, "null")], "foreign_origin"), ([(.origin, "NULL"), ("sec-fetch-site", "none")], "foreign_origin"),
            ([(.origin, "http://localhost:8080"), (.origin, "http://localhost:8080")], "foreign_origin"),
            ([(.origin, "evil//localhost:8080")], "foreign_origin"), ([(.origin, "http://evil, http://localhost:8080")], "foreign_origin"),
            ([(.origin, "https://localhost:8080")], "foreign_origin"), ([(.origin, "http://localhost")], "foreign_origin"),
            ([(.origin, "http://app.example.com")], "foreign_origin"), ([(.origin, "https://app.example.com:8443")], "foreign_origin"),
            ([(.origin, "https://app.example.com.evil.net")], "foreign_origin"),
            ([(.origin, "https://evil-app.example.com")], "foreign_origin"),
            ([(.origin, "https://app.example.com:443")], "local"), ([(.origin, "HTTP://LOCALHOST:8080")], "local"),
            ([(.origin, "")], "foreign_origin"),
        ] as [([(HeaderName, String)], String)])
    func `without keys a page is admitted only by its exact origin`(fields: [(HeaderName, String)], word: String) {
        #expect(Self.local(fields) == word)
    }

    @Test func `over TLS the own origin is an https one, and a port of the scheme may be left out`() {
        #expect(Self.local([(.origin, "https://localhost:8080")], isTLS: true) == "local")
        #expect(Self.local([(.origin, "http://localhost:8080")], isTLS: true) == "foreign_origin")
        #expect(Self.local([(.origin, "https://localhost")], authority: "localhost:443", isTLS: true) == "local")
        #expect(Self.local([(.origin, "http://localhost:80")], authority: "localhost") == "local")
    }

    @Test func `the authority of the target is checked, not the Host field`() {
        #expect(Self.local([(.host, "localhost:8080")], authority: "evil.example") == "unknown_host")
        #expect(Self.local([(.host, "localhost:8080"), (.origin, "http://localhost:8080")], authority: "box.lan") == "foreign_origin")
    }

    @Test func `a refusal of an origin says what to write into the configuration`() {
        let fault = Authenticator.foreignOrigin("https://page.example")
        #expect(fault.message.contains(#"cors: ["https://page.example"]"#))
    }
}
