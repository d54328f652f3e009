import Testing

@testable import Configuration

/// Every error is reported with its line and column, and with what would be accepted.
@Suite struct ConfigurationErrorTests {
    struct Case: Sendable, CustomTestStringConvertible {
        var yaml: String
        var says: [String]
        var testDescription: String { yaml }
        init(_ yaml: String, _ says: String...) { (self.yaml, self.says) = (yaml, says) }
    }

    static let syntax: [Case] = [
        Case(
            "listen: [",
            "g.yaml:2:1: this is not YAML: while parsing a flow node, did not find expected node content; "
                + "inside { } and [ ], write \"${NAME}\" in quotes"
        ),
        Case("a: b: c", "g.yaml:1:5: this is not YAML: mapping values are not allowed in this context"),
        Case(
            "keys:\n\t- x", "g.yaml:2:1: this is not YAML: while scanning for the next token, found character that cannot start any token"),
        Case("\u{1}: 1", "g.yaml: the file is not UTF-8 text: control characters are not allowed at byte 1"),
        Case("- a\n- b", "g.yaml:1:1: expected a map with keys like listen and accounts, found a list"),
        Case("listen", "g.yaml:1:1: expected a map with keys like listen and accounts, found \"listen\""),
        Case("state: a\n---\nstate: b", "g.yaml:2:1: the file has a second document; only one is read"),
        Case("state: a\nlisten: 127.0.0.1:1\nstate: b", "g.yaml:3:1: the key \"state\" is repeated; the first is in line 1"),
        Case("accounts:\n  acme: { api_key: x, api_key: y }", "g.yaml:2:23: the key \"api_key\" is repeated; the first is in line 2"),
        Case("state: &a b", "g.yaml:1:8: anchors, aliases and tags (&, *, !) are not supported: write the value itself"),
        Case("state: *a", "g.yaml:1:8: anchors, aliases and tags (&, *, !) are not supported: write the value itself"),
        Case("state: !!str b", "g.yaml:1:8: anchors, aliases and tags (&, *, !) are not supported: write the value itself"),
        Case("{[a]: b}", "g.yaml:1:2: a key must be a word, found a list"),
        Case(
            "limits: " + String(repeating: "[", count: 20) + String(repeating: "]", count: 20),
            "g.yaml:1:21: this is nested more than 12 deep"),
    ]

    static let keys: [Case] = [
        Case("listn: 127.0.0.1:8080", "g.yaml:1:1: unknown key \"listn\", did you mean \"listen\"?"),
        Case("\nlimits:\n  maxHeaderBytes: 1", "g.yaml:3:3: unknown key \"maxHeaderBytes\", did you mean \"max_header_bytes\"?"),
        Case(
            "tls: { cert: a, key: b }", "g.yaml:1:6: tls has no certificate", "g.yaml:1:8: unknown key \"cert\"; known are certificate, key"
        ),
        Case(
            "state: \"é\"\nümlaut: 1",
            "g.yaml:2:1: unknown key \"ümlaut\"; known are accounts, admin, aliases, client_ca, core_dumps, cors, dialects, hosts, "
                + "journal, keys, limits, listen, log, prices, public_url, results, share_port, state, thumbnails, tls, vendors, watch, "
                + "webhooks"
        ),
        Case(
            "accounts:\n  acme:\n    api_kye: x", "g.yaml:2:3: the account \"acme\" has no api_key, for example api_key: \"${ACME_KEY}\"",
            "g.yaml:3:5: unknown key \"api_kye\", did you mean \"api_key\"?"),
        Case("aliases: { x: [ { model: a/b, adopt: nearest } ] }", "g.yaml:1:31: unknown key \"adopt\", did you mean \"adapt\"?"),
    ]

    static let values: [Case] = [
        Case(
            "cors: [\"*\"]", "g.yaml:1:8: '*' in cors needs keys: without them every web page could use this server. List the exact origins"
        ),
        Case("listen: 8080", "g.yaml:1:9: expected an address like 127.0.0.1:8080, [::1]:8080 or unix:/run/genlock.sock, found \"8080\""),
        Case(
            "listen: [127.0.0.1:1, {}]",
            "g.yaml:1:23: 'address' is missing: expected an address like 127.0.0.1:8080, [::1]:8080 or unix:/run/genlock.sock"),
        Case(
            "listen: localhost:65536",
            "g.yaml:1:9: expected an address like 127.0.0.1:8080, [::1]:8080 or unix:/run/genlock.sock, found \"localhost:65536\""),
        Case("listen: []", "g.yaml:1:9: expected an address like 127.0.0.1:8080, [::1]:8080 or unix:/run/genlock.sock, found nothing"),
        Case(
            "public_url: example.com",
            "g.yaml:1:13: expected an address like https://example.com or http://10.0.0.7:8000/v1, found \"example.com\""),
        Case("watch: maybe", "g.yaml:1:8: expected on or off, found \"maybe\""),
        Case("tls: { certificate: a }", "g.yaml:1:6: tls has no key"),
        Case("tls: []", "g.yaml:1:6: expected { certificate: cert.pem, key: key.pem }, found a list"),
        Case("tls: [ { certificate: a, key: b }, c ]", "g.yaml:1:36: expected { certificate: cert.pem, key: key.pem }, found \"c\""),
        Case("client_ca: a.pem", "g.yaml:1:12: client_ca has no meaning without tls"),
        Case("limits: { header_timeout: [30s] }", "g.yaml:1:27: expected a time like 30s or 5 min, up to 7 days, found a list"),
        Case("limits: { header_timeout: 30 }", "g.yaml:1:27: expected a time like 30s or 5 min, up to 7 days, found \"30\""),
        Case("limits: { header_timeout: 0s }", "g.yaml:1:27: expected a time like 30s or 5 min, up to 7 days, found \"0s\""),
        Case("limits: { max_body_bytes: 96 MB/s }", "g.yaml:1:27: expected a size like 96 MiB, found \"96 MB/s\""),
        Case("limits: { max_redirects: -1 }", "g.yaml:1:26: expected a whole number from 0 to 1073741824, found \"-1\""),
        Case("limits: { body_bytes: 1 MiB }", "g.yaml:1:11: unknown key \"body_bytes\", it was renamed to \"max_body_bytes\""),
        Case("limits: { told_time: 5s }", "g.yaml:1:11: unknown key \"told_time\", it was renamed to \"status_cache_ttl\""),
        Case("limits: [1]", "g.yaml:1:9: expected a map of limits like { max_body_bytes: 96 MiB }, found a list"),
        Case("journal: mysql", "g.yaml:1:10: expected sqlite, off or postgres://…, found \"mysql\""),
        Case("log: debgu", "g.yaml:1:6: unknown log level or format \"debgu\", did you mean \"debug\"?"),
        Case("log: { level: loud }", "g.yaml:1:15: expected one of trace, debug, info, notice, warning, error, critical, found \"loud\""),
        Case("hosts: [a b]", "g.yaml:1:9: expected a host like studio.local or studio.local:8080, found \"a b\""),
        Case("dialects: { default: alhpa }", "g.yaml:1:22: unknown dialect \"alhpa\", did you mean \"alpha\"?"),
        Case("dialects: { mounts: { gamma: /x } }", "g.yaml:1:23: unknown dialect \"gamma\"; known are alpha, beta, openai"),
        Case("dialects: { mounts: { alpha: x } }", "g.yaml:1:30: expected a path like /prefix, or off, found \"x\""),
        Case("dialects: { mounts: { alpha: /a/ } }", "g.yaml:1:30: expected a path like /prefix, or off, found \"/a/\""),
        Case("state: { a: b }", "g.yaml:1:8: expected the path of a folder, found a map"),
    ]

    static let keysAndHosts: [Case] = [
        Case(
            "keys: [ { name: a, sha256: \(Sample.hash), models: [] } ]",
            "g.yaml:1:102: expected a model name like vendor/model, or a pattern like vendor/*, or none for a key that may use no model, "
                + "found a list"),
        Case("keys: [ { name: a } ]", "g.yaml:1:9: this key has no sha256"),
        Case("keys: [ { sha256: \(Sample.hash) } ]", "g.yaml:1:9: this key has no name"),
        Case(
            "keys:\n  - { name: a, sha256: abc }",
            "g.yaml:2:24: expected the SHA-256 of a key, 64 hexadecimal digits (made by: genlock keys new NAME), found \"abc\""),
        Case(
            "keys:\n  - { name: a b, sha256: \(Sample.hash) }",
            "g.yaml:2:13: expected a name of letters, digits, \".\", \"_\" and \"-\", found \"a b\""),
        Case(
            "keys:\n  - { name: a, sha256: \(Sample.hash) }\n  - { name: a, sha256: \(Sample.hash) }",
            "g.yaml:3:5: the key \"a\" is defined twice"),
        Case(
            "keys: [ { name: a, sha256: \(Sample.hash), rate: 60 } ]",
            "g.yaml:1:100: expected a rate like 60/min (units s, min, h, day), found \"60\""),
        Case(
            "keys: [ { name: a, sha256: \(Sample.hash), budget: 25 EUR } ]",
            "g.yaml:1:102: expected an amount like 25.00 USD/day (or /week, /month, or without a period for a total), found \"25 EUR\""),
        Case(
            "keys: [ { name: a, sha256: \(Sample.hash), unpriced: allow } ]",
            "g.yaml:1:104: unpriced is for keys with a budget"),
        Case(
            "keys: [ { name: a, sha256: \(Sample.hash), budget: 1 USD, unpriced: maybe } ]",
            "g.yaml:1:119: expected refuse, allow, or the amount that such a job counts as, like 1.00 USD, found \"maybe\""),
        Case(
            "keys: [ { name: a, sha256: \(Sample.hash), budget: 1 USD } ]\njournal: off",
            "g.yaml:1:9: the budget of the key \"a\" needs the journal, which is off"),
        Case("keys: [ studio ]", "g.yaml:1:9: expected a key like { name: studio, sha256: … }, found \"studio\""),
        Case(
            "listen: 0.0.0.0:8080",
            "g.yaml:1:9: 0.0.0.0:8080 can be reached from outside, but there are no keys: "
                + "add one (genlock keys new NAME), or listen on 127.0.0.1"
        ),
    ]

    static let accounts: [Case] = [
        Case("accounts: [ acme ]", "g.yaml:1:11: expected a map of accounts, { name: { vendor: …, api_key: … } }, or none, found a list"),
        Case("accounts: { mine: { vendor: acmee, api_key: x } }", "g.yaml:1:29: unknown vendor \"acmee\", did you mean \"acme\"?"),
        Case("accounts: { akme: { api_key: x } }", "g.yaml:1:13: the account \"akme\" needs a vendor, did you mean \"acme\"?"),
        Case(
            "accounts: { globex: { vendor: acme, api_key: x } }",
            "g.yaml:1:13: an account of acme cannot be called \"globex\": that is another vendor's name"),
        Case(
            "accounts: { a/b: { vendor: acme, api_key: x } }",
            "g.yaml:1:13: expected a name of letters, digits, \".\", \"_\" and \"-\", found \"a/b\""),
        Case("accounts: { acme: { api_key: [x] } }", "g.yaml:1:30: expected a secret as text, found a list"),
        Case("accounts: { acme: { api_key: x, weight: heavy } }", "g.yaml:1:41: expected a whole number from 1 to 1000, found \"heavy\""),
        Case(
            "accounts: { acme: { api_key: x, proxy: 'http://user:hunter2@host' } }",
            "g.yaml:1:40: expected a proxy like http://proxy.local:3128, or none"),
        Case(
            "accounts: { globex: { access_key: x, region: eu } }",
            "g.yaml:1:13: the account \"globex\" has no api_key, or access_key and secret_key, for example access_key: \"${GLOBEX_ACCESS}\""
        ),
        Case("accounts: { globex: { api_key: x } }", "g.yaml:1:13: the account \"globex\" has no region"),
        Case("accounts: { own: { api_key: none } }", "g.yaml:1:13: the account \"own\" has no base_url"),
        Case(
            "accounts: { acme: { api_key: \"${ACME_KEY}\" } }",
            "g.yaml:1:30: the environment variable ACME_KEY is not set; ${ACME_KEY:-} would allow that"),
        Case("accounts: { acme: { api_key: \"${file:/k}\" } }", "g.yaml:1:30: cannot read the file /k: No such file or directory"),
        Case(
            "accounts: { acme: { api_key: \"${ACME KEY}\" } }",
            "g.yaml:1:30: ${ACME KEY} is not ${NAME}, ${NAME:-default} or ${file:/path}"),
        Case("accounts: { acme: { api_key: \"${ACME\" } }", "g.yaml:1:30: ${ has no closing }; write $${ for a literal ${"),
        Case(
            "accounts: { acme: { api_key: x, encoding: xml } }", "g.yaml:1:43: expected one of json, multipart, found \"xml\""),
        Case(
            "accounts: { cloud: { service_account: /none, project: p } }",
            "g.yaml:1:39: cannot read the file that it names: No such file or directory"),
    ]

    static let aliases: [Case] = [
        Case("aliases: { x: [] }", "g.yaml:1:15: the alias \"x\" needs 1 to 16 models, has 0"),
        Case("aliases: { 'x*': a/b }", "g.yaml:1:12: expected a model name without spaces and *, found \"x*\""),
        Case("aliases: { x: [ { adapt: nearest } ] }", "g.yaml:1:17: this try has no model"),
        Case("aliases: { x: [ { model: a/b, adapt: near } ] }", "g.yaml:1:38: expected one of strict, nearest, found \"near\""),
        Case(
            "aliases: { x: [ a/b, [c] ] }",
            "g.yaml:1:22: expected a model like vendor/model, or { model: vendor/model, adapt: nearest }, found a list"),
    ]

    @Test(arguments: syntax + keys + values + keysAndHosts + accounts + aliases)
    func `an error is reported with its location`(_ error: Case) {
        #expect(Sample.errors(error.yaml) == error.says)
    }

    @Test(arguments: [
        "https://a.example/app", "null", "https://*.example.com", "app.example.com", "https://u@h", "https://", "://a", "https://a:x", "",
        "https://a?b", "1ab://c",
    ])
    func `an origin has a scheme, a host and nothing after them`(text: String) {
        #expect(Sample.errors("cors: [\"\(text)\"]") == ["g.yaml:1:8: expected \(Configuration.originExpected), found \"\(text)\""])
    }

    @Test func `all errors are reported at once, in the order of the file`() {
        let yaml = "limits: { header_timeout: soon }\nstat: x\nlisten: 1"
        #expect(Sample.errors(yaml).map { $0.prefix(9) } == ["g.yaml:1:", "g.yaml:2:", "g.yaml:3:"])
    }

    @Test func `a error in a variable names the variable and shows no value`() {
        #expect(
            Sample.errors(nil, ["GENLOCK_LISTEN": "127.0.0.1:8080, nonsense"]) == [
                "GENLOCK_LISTEN: expected \(Configuration.Listen.expected), found \"nonsense\""
            ])
        #expect(
            Sample.errors("limits: { max_redirects: \"${R}\" }", ["R": "hunter2"]) == [
                "g.yaml:1:26: expected a whole number from 0 to 1073741824, found \"${R}\""
            ])
        #expect(
            Sample.errors(nil, ["GENLOCK_LISTEN": "[::]:80"]) == [
                "GENLOCK_LISTEN: [::]:80 can be reached from outside, but there are no keys: "
                    + "add one (genlock keys new NAME), or listen on 127.0.0.1"
            ])
        #expect(
            Sample.errors(nil, ["GENLOCK_KEYS": "studio:hunter2"]) == [
                "GENLOCK_KEYS: expected keys like studio:<sha256 of the key>, with commas between"
            ])
    }

    @Test func `a file that is too large or has too many values is refused`() {
        #expect(Sample.errors("#" + String(repeating: "x", count: 1 << 20)) == ["g.yaml: the file is larger than 1048576 bytes"])
        let many = "hosts: [" + String(repeating: "a,", count: 50_000) + "]"
        #expect(Sample.errors(many) == ["g.yaml:1:100003: the file has more than 50000 values"])
    }
}
