import Crypto
import Testing

@testable import Configuration

@Suite struct EnvironmentTests {
    @Test func `without a file, accounts come from the variables of the vendors' own tools`() throws {
        let variables = [
            "ACME_API_KEY": "second", "ACME_KEY": "", "ACME_ENCODING": "multipart", "GLOBEX_ACCESS": "a", "GLOBEX_SECRET": "s",
            "GLOBEX_REGION": "eu", "OWN_KEY": "x",
        ]
        let accounts = try Sample.read(nil, variables).accounts
        #expect(accounts.map(\.name) == ["acme", "globex"])
        #expect(accounts[0].secrets["api_key"]?.reveal() == "second" && accounts[0].settings["encoding"] == "multipart")
        #expect(accounts[0].location == .named("ACME_API_KEY"))
        #expect(accounts[1].secrets.keys.sorted() == ["access_key", "secret_key"] && accounts[1].settings == ["region": "eu"])
    }

    @Test func `half of the credentials make no account`() throws {
        #expect(try Sample.read(nil, ["GLOBEX_ACCESS": "a", "GLOBEX_REGION": "eu"]).accounts.isEmpty)
        #expect(try Sample.read(nil, ["GLOBEX_KEY": "a"]).accounts.isEmpty)
    }

    @Test func `general credentials of a cloud make no account without the other settings`() throws {
        let files = ["/sa.json": " {\"type\": 1}"]
        #expect(try Sample.read(nil, ["CLOUD_FILE": "/sa.json"], files: files).accounts.isEmpty)
        let found = try Sample.read(nil, ["CLOUD_FILE": "/sa.json", "CLOUD_PROJECT": "p"], files: files).accounts
        #expect(found.first?.secrets["service_account"]?.reveal() == " {\"type\": 1}" && found.first?.settings == ["project": "p"])
        let inline = try Sample.read(nil, ["CLOUD_JSON": "{}", "CLOUD_FILE": "/sa.json", "CLOUD_PROJECT": "p"], files: files).accounts
        #expect(inline.first?.secrets["service_account"]?.reveal() == "{}")
    }

    @Test func `what the environment has and cannot be used is a warning`() throws {
        let missing = try Sample.read(nil, ["CLOUD_FILE": "/none", "CLOUD_PROJECT": "p"])
        #expect(missing.accounts.isEmpty)
        #expect(
            missing.warnings.map(\.description)
                == ["CLOUD_FILE: Cloud is not used: cannot read the file that the variable names: No such file or directory"])
        let odd = try Sample.read(nil, ["ACME_KEY": "k", "ACME_ENCODING": "xml"])
        #expect(odd.warnings.map(\.description) == ["ACME_KEY: Acme is not used: its encoding must be one of json, multipart"])
    }

    @Test func `an account of a file may lack what only the vendor can judge, with a warning`() throws {
        let configuration = try Sample.read("accounts: { cloud: { service_account: \"{}\" } }")
        #expect(configuration.accounts.count == 1)
        #expect(
            configuration.warnings.map(\.description) == ["g.yaml:1:13: the account \"cloud\" has no project, which its vendor requires"])
    }

    @Test func `a setting that a secret contains need not be written, and may be overridden`() throws {
        let yaml = "accounts: { cloud: { service_account: '{\"project_id\": \"mine\"}' } }"
        let configuration = try Sample.read(yaml)
        #expect(configuration.accounts.first?.settings["project"] == "mine" && configuration.warnings.isEmpty)
        let other = try Sample.read("accounts: { cloud: { service_account: '{\"project_id\": \"mine\"}', project: other } }")
        #expect(other.accounts.first?.settings["project"] == "other")
        let file = try Sample.read("accounts: { cloud: { service_account: /sa.json } }", files: ["/sa.json": "{\"project_id\": \"filed\"}"])
        #expect(file.accounts.first?.settings["project"] == "filed")
    }

    @Test func `a file that names accounts, or none on purpose, keeps the environment out`() throws {
        #expect(try Sample.read("state: x", ["ACME_KEY": "k"]).accounts.count == 1)
        #expect(try Sample.read("accounts: {}", ["ACME_KEY": "k"]).accounts.isEmpty)
    }

    @Test func `variables go over the file, and flags over variables`() throws {
        let yaml = "listen: 127.0.0.1:1\nstate: a\nlog: { level: error, format: json }"
        let variables = [
            "GENLOCK_LISTEN": "127.0.0.1:2, [::1]:3", "GENLOCK_STATE": "${b", "GENLOCK_LOG": "debug",
            "GENLOCK_PUBLIC_URL": "https://x.test/",
            "GENLOCK_SEAL_KEYS": "1:abc", "GENLOCK_KEYS": "studio:\(Sample.hash)",
        ]
        let configuration = try Sample.read(yaml, variables)
        #expect(configuration.listen == [.tcp(host: "127.0.0.1", port: 2), .tcp(host: "::1", port: 3)])
        #expect(configuration.state == "${b")
        #expect(configuration.log == Configuration.Log(level: .debug, format: .json))
        #expect(configuration.publicURL?.description == "https://x.test")
        #expect(configuration.sealKeys?.reveal() == "1:abc")
        #expect(configuration.keys.map(\.name) == ["studio"])
        var overrides = Configuration.Overrides(Environment(variables))
        overrides.applyFlags(listen: "unix:/x", state: nil, log: "text")
        let flagged = try Sample.read(yaml, variables, flags: overrides)
        #expect(flagged.listen == [.unix(path: "/x")] && flagged.state == "${b")
        #expect(flagged.log == Configuration.Log(level: .error, format: .text))
    }

    @Test func `secrets do not show when a configuration is printed`() throws {
        let configuration = try Sample.read(
            "accounts: { acme: { api_key: \"${K}\", proxy: 'http://u:hunter2@p:1' } }\njournal: postgres://hunter2@h/d",
            ["K": "hunter2", "GENLOCK_SEAL_KEYS": "hunter2"])
        var text = ""
        dump(configuration, to: &text)
        #expect(text.contains("acme"))
        #expect(!(text + "\(configuration)").contains("hunter2"))
    }
}
