import Testing
import Wire

@testable import Configuration

struct ProxyEnvironmentTests {
    private static func proxy(_ url: String, _ variables: [String: String]) throws -> String? {
        let url = try #require(URLText(url))
        let environment = try Sample.read(nil, variables).proxies
        return environment.proxy(isSecure: url.scheme == .https, host: url.host, port: url.port).map { "\($0.proxy) \($0.variable)" }
    }

    @Test(
        arguments: [
            (["HTTPS_PROXY": "http://p:3128"], "https://a.test", "http://p:3128 HTTPS_PROXY"),
            (["HTTPS_PROXY": "http://p:3128"], "http://a.test", nil),
            (["https_proxy": "http://l:1", "HTTPS_PROXY": "http://u:2"], "https://a.test", "http://l:1 https_proxy"),
            (["http_proxy": "http://p:1"], "http://a.test", "http://p:1 http_proxy"), (["HTTP_PROXY": "http://p:1"], "https://a.test", nil),
            (["HTTP_PROXY": "http://p:1"], "http://a.test", "http://p:1 HTTP_PROXY"),
            (["ALL_PROXY": "http://p:1"], "https://a.test", "http://p:1 ALL_PROXY"),
            (["all_proxy": "p"], "http://a.test", "http://p:80 all_proxy"),
            (["ALL_PROXY": "http://all:1", "HTTPS_PROXY": "http://s:2"], "https://a.test", "http://s:2 HTTPS_PROXY"),
            (["HTTPS_PROXY": ""], "https://a.test", nil),
            (["HTTPS_PROXY": "http://u:secret@p:1/"], "https://a.test", "http://p:1 HTTPS_PROXY"),
        ] as [([String: String], String, String?)])
    func `the environment's variables count as curl reads them`(variables: [String: String], url: String, expected: String?) throws {
        #expect(try Self.proxy(url, variables) == expected)
    }

    @Test(arguments: [
        ("a.test", "https://a.test", false), ("a.test", "https://b.a.test", false), ("a.test", "https://ba.test", true),
        (".a.test", "https://b.a.test", false), ("*.a.test", "https://b.a.test", false), ("*", "https://x.test", false),
        ("b.test, a.test", "https://a.test", false), ("b.test a.test", "https://a.test", false), ("A.TEST", "https://a.test", false),
        ("a.test:443", "https://a.test", false), ("a.test:8443", "https://a.test", true), ("a.test:8443", "https://a.test:8443", false),
        ("10.0.0.0/8", "https://10.1.2.3", false), ("10.0.0.0/8", "https://11.1.2.3", true), ("10.1.2.3", "https://10.1.2.3", false),
        ("fd00::/8", "https://[fd00::7]", false), ("[fd00::7]:443", "https://[fd00::7]", false),
        ("[fd00::7]:80", "https://[fd00::7]", true),
        ("10.1.2.3:8443", "https://10.1.2.3:8443", false), ("", "https://a.test", true), ("test", "https://a.test", false),
        ("", "https://localhost", false), ("", "https://127.0.0.1:8000", false), ("", "https://127.9.9.9", false),
        ("", "https://[::1]", false),
        ("", "https://x.localhost", false), ("", "https://localhost.test", true),
    ])
    func `exceptions are names, suffixes, addresses, ranges and ports, and loopback is always one`(
        exceptions: String, url: String, isProxied: Bool
    ) throws {
        #expect(try (Self.proxy(url, ["https_proxy": "http://p:1", "no_proxy": exceptions]) != nil) == isProxied)
        #expect(try (Self.proxy(url, ["HTTPS_PROXY": "http://p:1", "NO_PROXY": exceptions]) != nil) == isProxied)
    }

    @Test func `a proxy that cannot be used is reported, and its password is not`() throws {
        let configuration = try Sample.read(nil, ["HTTPS_PROXY": "socks5://u:secret@p:1", "NO_PROXY": "a b/c"])
        let warnings = configuration.warnings.map(\.description)
        #expect(configuration.proxies.isEmpty && warnings.count == 2)
        #expect(warnings[0].hasPrefix("HTTPS_PROXY: is not used") && !warnings[0].contains("secret"))
        #expect(warnings[1].contains("\"b/c\""))
    }

    @Test func `an account has the environment's proxy, its own, or none`() throws {
        let accounts = try Sample.read(
            """
            accounts:
              acme: { api_key: k }
              direct: { vendor: acme, api_key: k, proxy: none }
              office: { vendor: acme, api_key: k, proxy: "http://p:1", result_hosts: [minio.lan, "10.0.0.7:9000"] }
            """
        ).accounts
        let proxies = accounts.map { account in
            switch account.proxy {
            case .environment: "environment"
            case .direct: "direct"
            case .proxy(let proxy): "\(proxy)"
            }
        }
        #expect(proxies == ["environment", "direct", "http://p:1"])
        #expect(accounts.last?.resultHosts.map(\.description) == ["minio.lan", "10.0.0.7:9000"])
        #expect(
            Sample.errors("accounts: { acme: { api_key: k, proxy: \"socks5://u:secret@p\" } }")
                == ["g.yaml:1:40: expected a proxy like http://proxy.local:3128, or none"])
    }
}
