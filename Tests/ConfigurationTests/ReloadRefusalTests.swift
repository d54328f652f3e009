import Testing

@testable import Configuration

/// What a running server takes in place of its configuration.
struct ReloadRefusalTests {
    private static let key = "{ name: studio, sha256: \(String(repeating: "ab", count: 32)) }"
    private static let whole = "listen: 127.0.0.1:9000\nkeys: [ \(key) ]\naccounts: { acme: { api_key: secret } }\n"

    private static func reason(_ new: String, replacing old: String = whole) throws -> String? {
        try Sample.read(new).reasonNotToReplace(try Sample.read(old))
    }

    @Test(arguments: ["", "\n\n", "# only a comment\n", "---\n", "--- # nothing\n...\n", "~"])
    func `a file without content is refused`(yaml: String) throws {
        #expect(try Self.reason(yaml)?.contains("no content") == true)
        #expect(try Self.reason(yaml, replacing: "# nothing before either") == nil)
    }

    @Test(arguments: [
        "listen: 127.0.0.1:9000\n", "keys: []\n", "keys:\n", "keys: ~\naccounts: { acme: { api_key: secret } }\n",
        "accounts: { acme: { api_key: secret } }\n",
    ])
    func `keys are removed only if the file says so`(yaml: String) throws {
        #expect(try Self.reason(yaml)?.contains("'keys: none'") == true)
    }

    @Test(arguments: ["", "accounts: {}\n", "accounts:\n", "accounts: ~\n"])
    func `accounts are removed only if the file says so`(yaml: String) throws {
        #expect(try Self.reason("keys: [ \(Self.key) ]\n" + yaml)?.contains("'accounts: none'") == true)
    }

    @Test func `what the file says is applied`() throws {
        #expect(try Self.reason("keys: none\naccounts: { acme: { api_key: secret } }\n") == nil)
        #expect(try Self.reason("keys: [ \(Self.key) ]\naccounts: none\n") == nil)
        #expect(try Self.reason("keys: none\naccounts: none\n") == nil)
        let none = try Sample.read("keys: none\naccounts: none\n")
        #expect(none.keys.isEmpty && none.accounts.isEmpty && !none.accountsAreFromEnvironment)
    }

    @Test func `one key or account less, or another, is an ordinary change`() throws {
        let two = Self.whole + "aliases: { a: acme/one }\n"
        #expect(try Self.reason(two) == nil && Self.reason(Self.whole, replacing: two) == nil)
        #expect(try Self.reason("keys: [ \(Self.key) ]\naccounts: { other: { vendor: acme, api_key: secret } }\n") == nil)
    }

    @Test(arguments: ["acme: { api_key: \"${NOTHING:-}\" }", "acme: { api_key: \"${NOTHING:-}\" }, other: { vendor: acme, api_key: x }"])
    func `an account whose secret is empty for a moment is not dropped`(accounts: String) throws {
        let reason = try Self.reason("keys: [ \(Self.key) ]\naccounts: { \(accounts) }\n")
        #expect(reason == "the secret of the account \"acme\" is empty")
    }
}
