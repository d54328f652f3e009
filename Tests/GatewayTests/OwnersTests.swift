import Crypto
@testable import Gateway
import Jobs
import Seal
import Testing
import Wire

/// Who may come in.
struct OwnersTests {
    private static let keyed = Owners(keys: [
        Owners.Key(caller: Caller(Owner(name: "studio")), digest: SHA256.digest(of: "sk-right")),
        Owners.Key(caller: Caller(Owner(name: "film"), models: ["fal/*"]), digest: SHA256.digest(of: "sk-other")),
    ])

    private static func word(_ owners: Owners, _ headers: [(HeaderName, String)], fromHere: Bool = true) -> String {
        do throws(Fault) { return try owners.caller(of: Headers(headers), peerIsLoopback: fromHere).owner.name } catch {
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
    func `without keys this machine alone comes in, and none of its web pages`(
        headers: [(HeaderName, String)], fromHere: Bool, word: String
    ) {
        let owners = Owners(keys: [], hosts: ["box.lan"], origins: ["http://box.lan"])
        #expect(Self.word(owners, headers, fromHere: fromHere) == word)
    }
}
