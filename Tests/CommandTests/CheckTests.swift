import Application
import ArgumentParser
import Configuration
import Crypto
import Gateway
import Jobs
import Testing
import Wire

@testable import genlock

@Suite struct CheckTests {
    private func configuration(_ yaml: String, _ variables: [String: String] = [:]) throws -> Configuration {
        try Configuration.read(
            Bytes(yaml.utf8), file: "g.yaml", overrides: Configuration.Overrides(), environment: Environment(variables),
            known: RuntimeConfig.vocabulary,
            readFile: { path throws(ConfigurationFile.ReadError) in try ConfigurationFile.readText(at: path) })
    }

    private func report(_ yaml: String, _ variables: [String: String] = [:]) throws -> CheckReport {
        let configuration = try configuration(yaml, variables)
        return CheckReport(configuration, config: try Wiring.compile(configuration), now: Timestamp(unix: 1_796_000_000))
    }

    @Test func `a configuration is reported in full, and secrets by their last characters`() throws {
        let card = try #require(RuntimeConfig.vocabulary.cards.first { $0.secrets["api_key"] != nil })
        let report = try report(
            """
            keys: [ { name: studio, sha256: \(String(repeating: "ab", count: 32)), rate: 60/min } ]
            accounts:
              one: { vendor: \(card.name), api_key: a-long-secret-that-ends-in-7f3a, base_url: "http://127.0.0.1:9" }
              two: { vendor: \(card.name), api_key: tooshort, base_url: "http://127.0.0.1:9" }
            aliases: { gone: nobody/nothing }
            """)
        #expect(report.text.contains("studio: models *, 60/min"))
        #expect(report.text.contains("one (\(card.name)): api_key set, ends in 7f3a at http://127.0.0.1:9"))
        #expect(report.text.contains("two (\(card.name)): api_key set at http://127.0.0.1:9"))
        #expect(!report.text.contains("a-long-secret") && !report.text.contains("tooshort"))
        #expect(report.warnings == ["g.yaml:5:12: no account can serve any model of \"gone\""])
    }

    @Test func `where results are kept is reported, and a folder that cannot be used is an error`() throws {
        #expect(try report("listen: 127.0.0.1:1").text.contains("results        not kept: a video is at its vendor only"))
        let bucket = try report(
            "results: { in: \"s3://videos/a\", access_key: AK, secret_key: a-long-secret-ending-in-7f3a, keep: 12 hours, max_size: 1 MB }"
        )
        let place = "in the bucket videos/a at https://s3.us-east-1.amazonaws.com for 12 hours, at most 1000000 bytes"
        #expect(bucket.text.contains(place + ", secret_key set, ends in 7f3a") && bucket.errors.isEmpty)
        #expect(bucket.text.contains("thumbnails     "))
        #expect(try report("results: { in: /tmp/x }\nthumbnails: off").text.contains("the vendor's only: thumbnails is off"))
        let missing = try report("results: { in: /nowhere/to/be/found }")
        #expect(missing.errors.contains("/nowhere/to/be/found: the folder of results cannot be made: there is no folder /nowhere/to/be"))
        let file = try report("results: { in: \(#filePath) }")
        #expect(file.errors.contains("\(#filePath): the folder of results is not a folder"))
    }

    @Test func `a certificate that has expired is a warning`() throws {
        let file = #filePath.replacing("/CommandTests/CheckTests.swift", with: "/Certificates/expired.pem")
        let report = try report("tls: { certificate: \(file), key: \(file) }")
        #expect(report.warnings == ["tls: a certificate expired on 2026-02-01; clients will refuse it"])
    }

    private static let budgetConfiguration = """
        accounts:
          fal: { api_key: k-k-k-k-k }
          skyreels: { api_key: k-k-k-k-k }
          my-gpu: { vendor: openai-compatible, base_url: "http://127.0.0.1:9", api_key: none }
        aliases:
          known: [ skyreels/skyreels, fal/veo-3.1-fast ]
          dark: [ skyreels/skyreels, skyreels/skyreels-pro ]

        """

    private func budgetWarnings(_ key: String, _ rest: String = "") throws -> [String] {
        let hash = String(repeating: "ab", count: 32)
        return try report(Self.budgetConfiguration + "keys: [ { name: intern, sha256: \(hash), \(key) } ]\n" + rest).warnings
    }

    @Test func `a key with a budget is warned about what it can only be refused`() throws {
        let warnings = try budgetWarnings("budget: 5 USD/day")
        #expect(warnings.count == 2)
        let alias = try #require(warnings.first)
        #expect(alias.hasPrefix("g.yaml:8:9: the key \"intern\" has a budget, and the alias \"dark\" can only be refused"))
        #expect(alias.contains("skyreels/skyreels, skyreels/skyreels-pro") && alias.contains("prices: { \"skyreels/skyreels\":"))
        #expect(warnings[1].contains("models of the account \"my-gpu\"") && warnings[1].contains("\"my-gpu/*\": 0.10 USD/second"))
    }

    @Test(arguments: [
        ("rate: 5/min", ""), ("budget: 5 USD, unpriced: allow", ""), ("budget: 5 USD, unpriced: 1 USD", ""),
        ("budget: 5 USD, models: [known]", ""), ("budget: 5 USD", "prices: { \"*\": 0.10 USD/clip }"),
        ("budget: 5 USD", "prices: { \"my-gpu/*\": 0 USD/second, \"skyreels/skyreels-pro\": 1 USD/clip }"),
    ])
    func `a key that can use everything it may is not warned about`(key: String, rest: String) throws {
        #expect(try budgetWarnings(key, rest) == [])
    }

    @Test func `a model that a key names is looked at too`() throws {
        let warnings = try budgetWarnings("budget: 5 USD, models: [skyreels/skyreels-pro, fal/veo-3.1-fast]")
        #expect(warnings.count == 1 && warnings[0].contains("the model \"skyreels/skyreels-pro\" can only be refused"))
    }

    @Test(arguments: [
        ("kling/klign-3.0", #""kling/klign-3.0", which does not exist, did you mean "kling/kling-3.0"?"#),
        ("kling/kling-9", #"g.yaml:3:17: the alias "b" names the model "kling/kling-9", which does not exist"#),
        ("k/klingg-3.0", #"did you mean "k/kling-3.0"?"#), ("klign-3.0", #"did you mean "kling-3.0"?"#),
    ])
    func `an alias with a model that does not exist is refused with its place`(model: String, says: String) throws {
        let configuration = try configuration(
            """
            accounts:
              k: { vendor: kling, api_key: a-key-that-is-long }
            aliases: { b: [ \(model), kling/kling-3.0 ] }
            """)
        let cliError = try #require(throws: CLIError.self) { try Wiring.compile(configuration) }
        #expect(cliError.message.contains(says), "\(cliError.message)")
    }

    @Test func `a try that no account can serve, and a retired model, are warned about`() throws {
        let report = try report(
            """
            accounts:
              g: { vendor: google-vertex, service_account: '{"project_id": "p"}', project: p }
            aliases: { b: [ kling/kling-3.0, g/veo-3.1, my-gpu/wan ] }
            """)
        let text = report.warnings.joined(separator: "\n")
        #expect(text.contains(#""kling/kling-3.0", which no configured account can serve"#) && text.contains(#""my-gpu/wan""#), "\(text)")
        #expect(text.contains("google-vertex/veo-3.1 was retired by its vendor on 2026-11-17"), "\(text)")
    }

    @Test(arguments: [
        ("tls: { certificate: /nowhere/a.pem, key: /nowhere/a.key }", "/nowhere/a.pem"),
        ("accounts: { fake: { vendor: test, ca_file: /nowhere/office.pem } }", "/nowhere/office.pem"),
    ])
    func `an unreadable certificate file is reported by its name`(yaml: String, name: String) throws {
        let configuration = try configuration(yaml)
        let cliError = try #require(throws: CLIError.self) { try Wiring.checkCertificateFiles(of: configuration) }
        #expect(cliError.message.contains(name) && cliError.message.contains("No such file"))
    }

    @Test func `without a configuration the test vendor serves`() throws {
        let text = try report("").text
        #expect(text.contains("none: the test vendor serves every model"))
        #expect(text.contains("openai on the bare host"))
    }

    @Test(arguments: [
        ("listen: 0.0.0.0:80\nkeys: [ { name: a, sha256: \(String(repeating: "ab", count: 32)) } ]", "127.0.0.1:80"),
        ("listen: [\"[::1]:81\", \"unix:/x\"]", "unix:/x"), ("listen: \"[::1]:81\"", "[::1]:81"),
        ("listen: localhost:82\ntls: { certificate: a, key: b }", "127.0.0.1:82"),
    ])
    func `the health check asks where the server listens`(yaml: String, address: String) throws {
        let probe = ReadinessProbe(try configuration(yaml).listen, isTLS: false, timeout: .seconds(1))
        #expect(probe.map { "\($0.address)" } == address)
    }

    @Test func `a server that listens on a name alone cannot be asked by address`() throws {
        #expect(ReadinessProbe([.tcp(host: "video.example", port: 80)], isTLS: false, timeout: .seconds(1)) == nil)
    }

    @Test func `the banner shows addresses, keys and accounts`() throws {
        let text = Banner.text(try configuration(""), addresses: ["127.0.0.1:8080", "unix:/x"], isSimulated: true)
        #expect(text.hasPrefix("genlock \(Genlock.version) listens on http://127.0.0.1:8080, unix:/x\n"))
        #expect(text.contains("the test vendor serves every model, nothing is paid"))
    }

    @Test(arguments: ["zsh", "bash", "fish"])
    func `completions can be made`(shell: String) {
        let error = #expect(throws: (any Error).self) { try Genlock.parseAsRoot(["--generate-completion-script", shell]) }
        #expect(error.map { Genlock.exitCode(for: $0) } == .success)
        #expect(error.map { Genlock.fullMessage(for: $0) }?.contains("genlock") == true)
    }
}
