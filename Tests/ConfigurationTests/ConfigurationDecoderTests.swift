import Crypto
import Jobs
import Testing
import Wire

@testable import Configuration

/// What a correct configuration means.
@Suite struct ConfigurationDecoderTests {
    @Test func `nothing at all is a loopback server with defaults`() throws {
        for yaml in [nil, "", "# only a comment\n", "---\n", "listen:\naccounts: ~\nkeys: null\n"] {
            let configuration = try Sample.read(yaml)
            #expect(configuration.listen == [.tcp(host: "127.0.0.1", port: 8080)])
            #expect(configuration.state == "./genlock-state")
            #expect(configuration.keys.isEmpty && configuration.accounts.isEmpty && configuration.aliases.isEmpty)
            #expect(configuration.accountsAreFromEnvironment)
            #expect(configuration.limits == Limits())
            #expect(configuration.log == Configuration.Log())
            #expect(configuration.file == (yaml == nil ? nil : "g.yaml"))
        }
    }

    @Test(arguments: [
        ("127.0.0.1:8080", Configuration.Listen.tcp(host: "127.0.0.1", port: 8080), true),
        ("127.9.9.9:0", .tcp(host: "127.9.9.9", port: 0), true),
        ("[::1]:80", .tcp(host: "::1", port: 80), true), ("LocalHost:80", .tcp(host: "localhost", port: 80), true),
        ("[::]:8080", .tcp(host: "::", port: 8080), false), ("0.0.0.0:65535", .tcp(host: "0.0.0.0", port: 65_535), false),
        ("127.0.0.1.example.com:80", .tcp(host: "127.0.0.1.example.com", port: 80), false),
        ("[fe80::1:2.3.4.5]:1", .tcp(host: "fe80::1:2.3.4.5", port: 1), false), ("unix:/run/g.sock", .unix(path: "/run/g.sock"), true),
        ("unix:./g.sock", .unix(path: "./g.sock"), true),
    ])
    func `an address to listen on is read and knows who can reach it`(text: String, address: Configuration.Listen, isLoopback: Bool) {
        #expect(Configuration.Listen(text) == address)
        #expect(Configuration.Listen(text)?.isLoopback == isLoopback)
        #expect(address.description == text.lowercased())
    }

    @Test(arguments: [
        "", ":80", "host", "host:", "host:x", "host:-1", "host:+1", "host:65536", "[::1]", "[::1]80", "[host]:80", "::1:80", "a b:80",
        "a/b:80",
        "unix:", "unix:sock", "unix:/" + String(repeating: "x", count: 107),
    ])
    func `any other text is not a listening address`(text: String) { #expect(Configuration.Listen(text) == nil) }

    @Test(arguments: [
        ("https://Example.com/", "https://example.com"), ("http://10.0.0.7:8000/v1", "http://10.0.0.7:8000/v1"),
        ("https://[::1]:1/a/b//", "https://[::1]:1/a/b"),
    ])
    func `a base URL loses its last slash`(text: String, normal: String) { #expect(Configuration.BaseURL(text)?.description == normal) }

    @Test(arguments: [
        "", "example.com", "ftp://a", "http://", "http:///x", "http://u@h", "http://u:p@h/", "http://h:0x", "https://h/a?b", "https://h/#f",
        "https://h/ä",
    ])
    func `a base URL has no user, query or fragment`(text: String) { #expect(Configuration.BaseURL(text) == nil) }

    @Test func `keys have permissions`() throws {
        let configuration = try Sample.read(
            """
            listen: [127.0.0.1:1, "0.0.0.0:2"]
            keys:
              - { name: studio, sha256: \(Sample.hash.uppercased()), models: ["fal/*", sora-2], rate: 60/min, budget: 25.00 USD/day }
              - { name: guest, sha256: \(Sample.hash), budget: 100 USD, unpriced: 1.5 USD, models: }
              - { name: metrics, sha256: \(Sample.hash), admin: true, models: none }
            """)
        let (studio, guest) = (configuration.keys[0], configuration.keys[1])
        #expect(!configuration.keys[2].allows("anything") && !configuration.keys[2].allows("none") && configuration.keys[2].isAdmin)
        #expect(studio.sha256 == Bytes(repeating: 0xAB, count: 32))
        #expect(studio.rate?.count == 60 && studio.rate?.interval == .seconds(60))
        #expect(studio.budget?.amount == Money(micros: 25_000_000) && studio.budget?.period == .day)
        #expect(studio.allows("fal/x") && studio.allows("sora-2") && !studio.allows("sora-2-pro") && !studio.allows("xfal/y"))
        #expect(studio.unpriced == .refuse && guest.unpriced == .count(Money(micros: 1_500_000)))
        #expect(guest.budget?.description == "100.00 USD" && guest.rate == nil && guest.allows("anything"))
    }

    @Test func `accounts take the names of their vendor's card`() throws {
        let configuration = try Sample.read(
            """
            accounts:
              acme: { api_key: "${ACME_KEY}" }
              second: { vendor: roadrunner, api_key: "${file:/run/secrets/acme}", weight: 3, concurrency: 5, rate: 2/s, models: acme/*,
                        price: 0.1 USD/s,
                        base_url: "http://127.0.0.1:9/", proxy: "http://us%20er:pass@proxy:3128", ca_file: /ca.pem, encoding: multipart }
              gpu: { vendor: own, base_url: "http://10.0.0.7:8000/v1", api_key: none }
              g1: { vendor: globex, access_key: a, secret_key: b, region: eu }
              g2: { vendor: globex, api_key: c, base_url: "http://x" }
            """, ["ACME_KEY": "k1"], files: ["/run/secrets/acme": "k2\r\n\n"])
        let accounts = Dictionary(uniqueKeysWithValues: configuration.accounts.map { ($0.name, $0) })
        #expect(!configuration.accountsAreFromEnvironment)
        #expect(accounts.count == 5)
        #expect(accounts["acme"]?.secrets["api_key"]?.reveal() == "k1")
        #expect(accounts["acme"]?.settings == ["encoding": "json"])
        let second = try #require(accounts["second"])
        #expect(second.vendor == "acme" && second.secrets["api_key"]?.reveal() == "k2" && second.settings["encoding"] == "multipart")
        #expect(second.weight == 3 && second.concurrency == 5 && second.rate?.interval == .seconds(1) && second.price?.unit == .second)
        #expect(second.caFile == "/ca.pem")
        #expect(second.baseURL?.description == "http://127.0.0.1:9" && second.allows("acme/x") && !second.allows("own/x"))
        guard case .proxy(let proxy) = second.proxy else { return #expect(Bool(false), "no proxy") }
        #expect(proxy.description == "http://proxy:3128" && proxy.credentials?.reveal() == "us er:pass")
        #expect(accounts["gpu"]?.secrets.isEmpty == true)
        #expect(accounts["g1"]?.secrets.count == 2 && accounts["g2"]?.settings == [:])
    }

    @Test func `an account whose variable is empty is left out with a warning`() throws {
        let configuration = try Sample.read(
            "accounts:\n  acme: { api_key: \"${ACME_KEY:-}\" }\n  g: { vendor: globex, region: eu, api_key: \"${A:-x}\" }")
        #expect(configuration.accounts.map(\.name) == ["g"])
        #expect(configuration.warnings.map(\.description) == ["g.yaml:2:3: the account \"acme\" is not used: api_key is empty"])
    }

    @Test func `an alias is a model, models, or tries`() throws {
        let configuration = try Sample.read(
            """
            aliases:
              a: x/one
              b: [x/one, y/two]
              c: [ { model: x/one, adapt: strict, on_failure: next }, two ]
            """)
        let tries = configuration.aliases.map { alias in alias.tries.map { "\($0.model) \($0.adapt) \($0.onFailure)" } }
        #expect(
            tries == [["x/one nearest stop"], ["x/one nearest stop", "y/two nearest stop"], ["x/one strict next", "two nearest stop"]])
        #expect(configuration.aliases[2].tries[1].location == .file("g.yaml", line: 4, column: 59))
    }

    @Test func `several certificates and the authorities of clients are read`() throws {
        let text = "tls: [ { certificate: a.pem, key: a.key }, { certificate: b.pem, key: b.key } ]\nclient_ca: clients.pem"
        let tls = try Sample.read(text).tls
        #expect(tls?.identities.map(\.certificate) == ["a.pem", "b.pem"])
        #expect(tls?.identities.map(\.key) == ["a.key", "b.key"])
        #expect(tls?.clientCA == "clients.pem")
    }

    @Test func `dialects, journal, log, tls and hosts are read`() throws {
        let configuration = try Sample.read(
            """
            dialects: { default: beta, mounts: { alpha: /v/al-pha, openai: off } }
            journal: off
            log: { level: debug, format: json }
            tls: { certificate: c.pem, key: k.pem }
            hosts: [Studio.local, "studio.local:8443", "[::1]:1"]
            """)
        #expect(configuration.dialects == Configuration.Dialects(defaultDialect: "beta", mounts: ["alpha": "/v/al-pha", "openai": nil]))
        guard case .off = configuration.journal else { throw Unexpected() }
        #expect(configuration.log == Configuration.Log(level: .debug, format: .json))
        #expect(configuration.tls == Configuration.TLS(identities: [.init(certificate: "c.pem", key: "k.pem")]))
        #expect(configuration.hosts == ["studio.local", "studio.local:8443", "[::1]:1"])
        guard case .postgres(let url) = try Sample.read("journal: \"postgres://u:${P}@h/db\"", ["P": "x"]).journal else {
            throw Unexpected()
        }
        #expect(url.reveal() == "postgres://u:x@h/db")
    }

    private struct Unexpected: Error {}

    @Test func `limits have human units`() throws {
        let limits = try Sample.read(
            "limits: { max_body_bytes: 1.5 GiB, header_timeout: 500ms, keepalive_timeout: 2 min, max_redirects: 0, max_json_depth: 12 }"
        )
        .limits
        var expected = Limits()
        expected.maxBodyBytes = 3 << 29
        expected.headerTimeout = .milliseconds(500)
        expected.keepaliveTimeout = .seconds(120)
        expected.maxRedirects = 0
        expected.maxJSONDepth = 12
        #expect(limits == expected)
    }

    @Test func `every limit of the program has a name in the configuration`() {
        let wanted = Mirror(reflecting: Limits()).children.compactMap(\.label).map { $0.lowercased() }
        #expect(wanted.count > 10)
        let names = LimitTable.members.map { $0.key.filter { $0 != "_" } }
        #expect(Set(names).symmetricDifference(wanted).sorted() == [])
        for (name, member) in LimitTable.members {
            var (limits, other) = (Limits(), Limits())
            switch member {
            case .bytes(let path), .count(let path, _): other[keyPath: path] += 1
            case .duration(let path), .delay(let path): other[keyPath: path] += .seconds(1)
            }
            swap(&limits, &other)
            let label = Mirror(reflecting: limits).children.first { child in
                Mirror(reflecting: Limits()).children.contains { $0.label == child.label && "\($0.value)" != "\(child.value)" }
            }?.label
            #expect(label?.lowercased() == name.filter { $0 != "_" })
        }
    }

    @Test(arguments: [
        (#"["https://App.example.com", "http://localhost:3000/"]"#, ["https://app.example.com", "http://localhost:3000"]),
        ("https://app.example.com:443", ["https://app.example.com"]), ("http://app.example.com:80", ["http://app.example.com"]),
        ("capacitor://localhost", ["capacitor://localhost"]), ("http://[::1]:3000", ["http://[::1]:3000"]), ("[]", []),
    ])
    func `origins are read as browsers write them`(yaml: String, origins: [String]) throws {
        #expect(try Sample.read("cors: \(yaml)").cors == origins)
    }
}
