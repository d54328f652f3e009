import Client
import Crypto
import Jobs
import Testing
import Vendors
import Wire

@testable import Gateway
@testable import Upstream

struct SecretRedactorTests {
    private static func makeRedactor(_ key: String = "sk-canary/1") throws -> SecretRedactor {
        let vendor = try #require(Registry.vendors.first)
        var outgoing = ClientRequest(.get, "https://vendor.example/")
        outgoing.headers.set(.authorization, "Bearer derived-token")
        outgoing.headers.set("x-goog-api-key", "other-key")
        outgoing.headers.set(.accept, "application/json")
        return SecretRedactor(of: Account(name: "a", vendor: vendor, secrets: ["api_key": Secret(key)]), outgoing)
    }

    @Test(arguments: [
        ("sk-canary/1", "[secret]"), (#"{"m": "key sk-canary\/1 is bad"}"#, #"{"m": "key [secret] is bad"}"#),
        ("sk-canary/1sk-canary/1", "[secret][secret]"), ("a Bearer derived-token b", "a [secret] b"), ("derived-token", "[secret]"),
        ("x: other-key\nx: other-key", "x: [secret]\nx: [secret]"), ("application/json sk-canary", "application/json sk-canary"), ("", ""),
    ])
    func `an account's secrets and their derived forms are removed`(said: String, told: String) throws {
        let cleaned = try Self.makeRedactor().redact(Bytes("..\(said)..".utf8).dropFirst(2).dropLast(2))
        #expect(String(decoding: cleaned, as: UTF8.self) == told)
    }

    @Test func `headers are cleaned by value and keep their order`() throws {
        var headers = Headers()
        let fields: [(HeaderName, String)] = [("x-request-id", "r sk-canary/1"), ("x-other", "fine"), ("x-request-id", "s")]
        for (name, value) in fields {
            headers.add(name, value)
        }
        let cleaned = try Self.makeRedactor().redact(headers)
        #expect(cleaned.fields.map(\.value) == ["r [secret]", "fine", "s"])
    }

    @Test func `a word that is too short to be a secret is left alone`() throws {
        let cleaned = try Self.makeRedactor("none").redact(Bytes("there is none".utf8)[...])
        #expect(String(decoding: cleaned, as: UTF8.self) == "there is none")
    }
}
