import Crypto
import Testing
import Wire

@testable import Configuration

@Suite struct SecretTextTests {
    private func secret(_ text: String, _ variables: [String: String] = [:], files: [String: String] = [:]) throws -> String? {
        try Sample.read("accounts: { acme: { api_key: \(text) } }", variables, files: files).accounts.first?.secrets["api_key"]?.reveal()
    }

    @Test(arguments: [
        "abc\n", "abc\r\n", " abc", "\tabc \r", "\u{FEFF}abc", "\u{FEFF} abc\u{A0}", "\n\n\u{FEFF}abc\u{2028}", "abc\u{3000}\u{FEFF}\n",
    ])
    func `a secret loses white space and byte order marks around it, wherever it comes from`(given: String) throws {
        #expect(try secret("\"${KEY}\"", ["KEY": given]) == "abc")
        #expect(try secret("\"${file:/k}\"", files: ["/k": given]) == "abc")
        #expect(try secret("\"x${KEY}y${file:/k}\"", ["KEY": given], files: ["/k": given]) == "xabcyabc")
        #expect(try Sample.read(nil, ["ACME_KEY": given]).accounts.first?.secrets["api_key"]?.reveal() == "abc")
    }

    @Test(arguments: ["\n", " \r\n", "\u{FEFF}"])
    func `a variable that holds nothing else is empty`(given: String) throws {
        let second = try Sample.read(nil, ["ACME_KEY": given, "ACME_API_KEY": "second"]).accounts.first
        #expect(second?.secrets["api_key"]?.reveal() == "second")
        let left = try Sample.read("accounts: { acme: { api_key: \"${KEY}\" } }", ["KEY": given])
        #expect(left.accounts.isEmpty && left.warnings.map(\.message) == ["the account \"acme\" is not used: api_key is empty"])
    }

    @Test func `our own variables may come out of a file with Windows line ends`() throws {
        let configuration = try Sample.read(
            nil,
            [
                "GENLOCK_KEYS": "studio:\(Sample.hash)\r", "GENLOCK_LISTEN": "127.0.0.1:1, 127.0.0.1:2\r", "GENLOCK_LOG": "debug\r",
                "GENLOCK_PUBLIC_URL": "https://video.test\r\n", "GENLOCK_STATE": " /s\r", "GENLOCK_ADMIN": "127.0.0.1:3\r",
            ])
        #expect(configuration.keys.map(\.name) == ["studio"] && configuration.listen.count == 2 && configuration.log.level == .debug)
        #expect(configuration.publicURL?.description == "https://video.test" && configuration.state == "/s")
        #expect(configuration.admin == [.tcp(host: "127.0.0.1", port: 3)])
    }

    @Test(arguments: [
        ("\"quoted\"", "begins or ends with a quote"), ("'quoted'", "begins or ends with a quote"),
        ("\u{201C}curly\u{201D}", "outside ASCII"), ("unclosed\"", "begins or ends with a quote"), ("two\nlines", "control character"),
        ("a\u{1}b", "control character"), ("a\tb", "control character"), ("bl\u{200B}ank", "outside ASCII"), ("schlüssel", "outside ASCII"),
    ])
    func `a secret that looks damaged is warned about and never shown`(given: String, part: String) throws {
        let found = [
            try Sample.read("accounts: { acme: { api_key: \"${KEY}\" } }", ["KEY": given]),
            try Sample.read("accounts: { acme: { api_key: \"${file:/k}\" } }", files: ["/k": given]),
            try Sample.read(nil, ["ACME_KEY": given]),
        ]
        for configuration in found {
            #expect(configuration.accounts.count == 1 && configuration.warnings.contains { $0.message.contains(part) })
            #expect(!configuration.warnings.contains { $0.description.contains(given) })
        }
        #expect(found[2].warnings.first?.location == .named("ACME_KEY"))
    }

    @Test func `plain secrets and documents are not warned about`() throws {
        let files = ["/sa.json": "{\n \"type\": \"ü\"\n}\n"]
        #expect(try Sample.read(nil, ["ACME_KEY": "sk-abc_DEF.123=="]).warnings.isEmpty)
        #expect(try Sample.read(nil, ["CLOUD_FILE": "/sa.json", "CLOUD_PROJECT": "p"], files: files).warnings.isEmpty)
    }

    @Test(arguments: [
        ("listen: \"127.0.0.1\\r\"", #"found "127.0.0.1\r""#), ("log: \"in\\u200Bfo\"", #""in\u{200b}fo""#),
        ("accounts: { \"ac\\u0007me\": { vendor: acme } }", #"found "ac\u{7}me""#),
        ("state: [\"\\uFEFF\"]\nlisten: \"\\uFEFFx\"", #"\u{feff}x"#),
    ])
    func `a error shows what no screen would`(yaml: String, part: String) {
        let errors = Sample.errors(yaml)
        #expect(errors.contains { $0.contains(part) }, "\(errors)")
        #expect(!errors.joined().unicodeScalars.contains { $0.value < 0x20 || $0 == "\u{FEFF}" || $0 == "\u{200B}" })
    }

    @Test(arguments: [
        "listen: \"${X:-}\"", "listen: [\"${X:-}\"]", "admin: \"${X:-}\"", "public_url: \"${X:-}\"", "hosts: [\"${X:-}\", \"${Y:-}\"]",
        "log: \"${X:-}\"", "log: { level: \"${X:-}\", format: \"${Y:-}\" }", "state: \"${X:-}\"", "share_port: \"${X:-}\"",
        "journal: \"${X:-}\"", "limits: { max_body_bytes: \"${X:-}\", header_timeout: \"${Y:-}\" }", "vendors: \"${X:-}\"",
        "dialects: { default: \"${X:-}\", mounts: { alpha: \"${X:-}\" } }",
        "accounts: { acme: { api_key: k, base_url: \"${X:-}\", proxy: \"${HTTPS_PROXY:-}\", rate: \"${X:-}\", models: \"${X:-}\", "
            + "ca_file: \"${X:-}\", weight: \"${X:-}\", concurrency: \"${Y:-}\", price: \"${X:-}\", encoding: \"${X:-}\", "
            + "zone: \"${Y}\" } }",
        "aliases: { a: { model: acme/x, adapt: \"${X:-}\", on_failure: \"${X:-}\" } }",
    ])
    func `an optional key whose variables are empty counts as not written`(yaml: String) throws {
        let configuration = try Sample.read(yaml, ["Y": ""])
        #expect(configuration.warnings.isEmpty)
        #expect(configuration.listen == Configuration().listen && configuration.log == Configuration.Log() && configuration.admin.isEmpty)
        guard let account = configuration.accounts.first else { return }
        guard case .environment = account.proxy else { return #expect(Bool(false), "a proxy") }
        #expect(account.baseURL == nil && account.rate == nil && account.models.isEmpty && account.caFile == nil)
        #expect(account.weight == 1 && account.concurrency == nil && account.settings == ["encoding": "json"])
    }

    @Test(arguments: [
        "keys: \"${X:-}\"", "accounts: \"${X:-}\"", "tls: { certificate: c, key: k }\nclient_ca: \"${X:-}\"",
        "keys: [ { name: a, sha256: \"${X:-}\" } ]", "tls: { certificate: \"${X:-}\", key: k }",
    ])
    func `an empty variable opens no door`(yaml: String) {
        #expect(!Sample.errors(yaml).isEmpty)
    }

    @Test func `a limit of a key that an empty variable removes gives a warning`() throws {
        let yaml = "keys: [ { name: a, sha256: \(Sample.hash), budget: \"${B:-}\", rate: \"${R:-}\" } ]"
        let configuration = try Sample.read(yaml)
        #expect(configuration.keys.first?.budget == nil && configuration.warnings.map { $0.message.prefix(6) } == ["budget", "rate o"])
    }

    @Test func `a file that can be read once is read once`() throws {
        nonisolated(unsafe) var reads = 0
        let configuration = try Configuration.read(
            Bytes("accounts: { acme: { api_key: k, base_url: \"${file:/dev/fd/9}\" } }".utf8), file: "g.yaml",
            overrides: Configuration.Overrides(), environment: Environment([:]), known: Sample.known,
            readFile: { _ in
                reads += 1
                return reads == 1 ? "http://127.0.0.1:9" : ""
            })
        #expect(configuration.accounts.first?.baseURL != nil && reads == 1)
    }

    @Test(arguments: [
        ("GENLOCK_LISTN", "did you mean \"GENLOCK_LISTEN\"?"), ("GENLOCK_KEY", "did you mean \"GENLOCK_KEYS\"?"),
        ("GENLOCK_SEAL_KEY", "did you mean \"GENLOCK_SEAL_KEYS\"?"), ("GENLOCK_LOG_LEVEL", "GENLOCK_"), ("GENLOCK_PORT", "known are"),
    ])
    func `a variable of ours that nothing reads is reported`(name: String, advice: String) throws {
        let warnings = try Sample.read(nil, [name: "9000"]).warnings
        #expect(warnings.count == 1 && warnings.first?.location == .named(name) && warnings.first?.message.contains(advice) == true)
    }

    @Test func `variables of Kubernetes, and those that something names, are not`() throws {
        let variables = [
            "GENLOCK_PORT": "tcp://10.0.0.1:8080", "GENLOCK_SERVICE_HOST": "10.0.0.1", "GENLOCK_SERVICE_PORT": "8080",
            "GENLOCK_SERVICE_PORT_HTTP": "8080", "GENLOCK_PORT_8080_TCP": "tcp://10.0.0.1:8080", "GENLOCK_PORT_8080_TCP_PROTO": "tcp",
            "GENLOCK_PORT_8080_TCP_PORT": "8080", "GENLOCK_PORT_8080_TCP_ADDR": "10.0.0.1", "GENLOCK_ADMIN_SERVICE_HOST": "10.0.0.2",
            "GENLOCK_ADMIN_PORT": "tcp://10.0.0.2:9090", "GENLOCK_ADMIN_PORT_9090_TCP_ADDR": "10.0.0.2", "GENLOCK_MY_KEY": "k",
            "GENLOCK_URL": "http://x", "GENLOCK_API_KEY": "k", "GENLOCKED": "y",
        ]
        #expect(try Sample.read("accounts: { acme: { api_key: \"${GENLOCK_MY_KEY}\" } }", variables).warnings.isEmpty)
    }

    @Test(arguments: [("warn", "warning"), ("crit", "critical"), ("err", "error")])
    func `a level by its short name is hinted at`(word: String, level: String) {
        let hint = "GENLOCK_LOG: unknown log level or format \"\(word)\", did you mean \"\(level)\"?"
        #expect(Sample.errors(nil, ["GENLOCK_LOG": word]) == [hint])
    }

    @Test func `the administration has an address of its own`() throws {
        #expect(try Sample.read("admin: [\"127.0.0.1:9090\", \"unix:/run/a.sock\"]").admin.count == 2)
        #expect(
            Sample.errors("listen: 127.0.0.1:9\nadmin: 127.0.0.1:9") == [
                "g.yaml:2:8: admin needs its own address: 127.0.0.1:9 is in listen"
            ])
        #expect(Sample.errors("admin: nowhere").first?.contains("expected an address like") == true)
        let open = try Sample.read("admin: 0.0.0.0:9090")
        #expect(open.warnings.first?.message.contains("needs no key") == true)
        #expect(try Sample.read("keys: [ { name: a, sha256: \(Sample.hash), admin: true } ]").keys.first?.isAdmin == true)
        #expect(Sample.errors("keys: [ { name: a, sha256: \(Sample.hash), admin: 7 } ]").count == 1)
    }
}
