import Client
import Jobs
import Testing
import Wire

@testable import Gateway
@testable import Upstream

/// The URLs, headers and bodies of vendor calls.
struct RequestBuilderTests {
    /// A vendor that consists only of its card.
    struct Stub: Vendor {
        var card: VendorCard

        init(_ hosts: [String: String], trusted: [String] = []) {
            card = VendorCard(name: "stub", title: "Stub", docs: "", host: "https://api.stub.example", auth: .bearer, secrets: [:])
            card.hosts.merge(hosts) { $1 }
            card.trustedHosts = trusted
            card.settings = [VendorCard.Setting("region", fallback: "eu"), VendorCard.Setting("project")]
        }

        func startCall(for job: Job, on model: Model) throws(Fault) -> Call { Call(.start, .post, path: "/jobs") }
        func ticket(from reply: Reply, to call: Call) throws(Fault) -> Ticket { Ticket("1") }
        func statusCall(for ticket: Ticket) -> PollStep { .call(Call(.status, .get, path: "/jobs/1")) }
        func progress(from reply: Reply, for ticket: Ticket) throws(Fault) -> PollStep { .progress(.queued) }
    }

    private static let hosts = [
        "main": "https://api.stub.example/v1", "queue": "https://queue.stub.example", "site": "https://{region}.stub.example/x",
    ]

    private static func makeBuilder(_ base: String?, settings: [String: String] = [:], trusted: [String] = []) -> RequestBuilder {
        RequestBuilder(account: Account(name: "a", vendor: Stub(hosts, trusted: trusted), baseURL: base, settings: settings)) { "edge" }
    }

    private static func url(_ base: String?, _ call: Call) throws -> String { try makeBuilder(base).request(for: call).url }

    @Test(
        arguments: [
            (nil, "main", "https://api.stub.example/v1/jobs"), (nil, "queue", "https://queue.stub.example/jobs"),
            (nil, "site", "https://eu.stub.example/x/jobs"), ("http://10.0.0.7:8000", "main", "http://10.0.0.7:8000/v1/jobs"),
            ("http://10.0.0.7:8000/", "main", "http://10.0.0.7:8000/v1/jobs"),
            ("http://10.0.0.7:8000", "queue", "http://10.0.0.7:8000/jobs"),
            ("http://10.0.0.7:8000", "site", "http://10.0.0.7:8000/x/jobs"),
            ("http://10.0.0.7:8000/v2", "main", "http://10.0.0.7:8000/v2/jobs"),
            ("https://gate.example/stub/", "queue", "https://gate.example/stub/jobs"),
            ("http://[::1]:9/v1", "main", "http://[::1]:9/v1/jobs"),
        ] as [(String?, String, String)])
    func `a base URL takes the place of every host, its path that of the host's path`(base: String?, host: String, url: String) throws {
        #expect(try Self.url(base, Call(.start, .post, path: "/jobs", host: host)) == url)
    }

    @Test(
        arguments: [
            (nil, "https://queue.stub.example/jobs/7?a=1", "https://queue.stub.example/jobs/7?a=1"),
            ("http://10.0.0.7:8000", "https://queue.stub.example/jobs/7?a=1", "http://10.0.0.7:8000/jobs/7?a=1"),
            ("http://10.0.0.7:8000", "https://QUEUE.stub.example:443/jobs/7", "http://10.0.0.7:8000/jobs/7"),
            ("http://10.0.0.7:8000", "https://api.stub.example/v1/files/1", "http://10.0.0.7:8000/v1/files/1"),
            ("http://10.0.0.7:8000/v2", "https://api.stub.example/v1/files/1", "http://10.0.0.7:8000/v2/files/1"),
            ("http://10.0.0.7:8000/v2", "https://api.stub.example/v10/files", "http://10.0.0.7:8000/v10/files"),
            ("https://gate.example/stub", "https://queue.stub.example/jobs/7", "https://gate.example/stub/jobs/7"),
            ("http://10.0.0.7:8000", "https://cdn.example/clip.mp4", "https://cdn.example/clip.mp4"),
            ("http://10.0.0.7:8000", "http://queue.stub.example/jobs/7", "http://queue.stub.example/jobs/7"),
        ] as [(String?, String, String)])
    func `a URL out of a reply moves along if it lies on one of the card's hosts`(base: String?, foreign: String, url: String) throws {
        #expect(try Self.url(base, Call(.status, .get, foreign: foreign)) == url)
    }

    @Test(
        arguments: [
            (nil, "https://bucket.media.example/out/1.mp4", true, "https://bucket.media.example/out/1.mp4"),
            ("http://10.0.0.7:8000", "https://bucket.media.example/out/1.mp4", true, "http://10.0.0.7:8000/out/1.mp4"),
            ("http://10.0.0.7:8000/v2", "https://eu.media.example/v1/jobs/7", true, "http://10.0.0.7:8000/v2/jobs/7"),
            ("http://10.0.0.7:8000", "https://bucket.media.example/out/1.mp4", false, "https://bucket.media.example/out/1.mp4"),
            ("http://10.0.0.7:8000", "https://cdn.example/out/1.mp4", true, "https://cdn.example/out/1.mp4"),
        ] as [(String?, String, Bool, String)])
    func `a URL that gets the key moves along if it lies on any host of the vendor`(
        base: String?, foreign: String, credentials: Bool, url: String
    ) throws {
        let envelope = Self.makeBuilder(base, trusted: [".media.example"])
        #expect(try envelope.request(for: Call(.content, .get, foreign: foreign, credentials: credentials)).url == url)
    }

    @Test(arguments: [
        ("https://api.stub.example/v1/f", true), ("https://queue.stub.example:443/f", true), ("https://eu.stub.example/f", true),
        ("https://us.stub.example/f", false), ("http://api.stub.example/f", false), ("https://api.stub.example:444/f", false),
        ("https://files.media.example/f", true), ("https://media.example/f", true), ("https://evilmedia.example/f", false),
        ("https://files.media.example.evil.example/f", false), ("https://evil.example/files.media.example", false),
        ("https://files.media.example@evil.example/f", false), ("https://evil.example\\.media.example/f", false),
        ("https://evil.example?.media.example", false), ("https://evil.example#.media.example", false),
        ("http://files.media.example/f", false),
        ("https://files.media.example:8443/f", false), ("https://dotless.example/f", false), ("https://undotless.example/f", false),
        ("", false),
    ])
    func `a URL from a reply gets the key only if the card trusts its host`(url: String, isTrusted: Bool) {
        let envelope = Self.makeBuilder(nil, trusted: [".media.example", "dotless.example"])
        #expect(envelope.carriesCredentials(Call(.content, .get, foreign: url, credentials: true)) == isTrusted)
        #expect(!envelope.carriesCredentials(Call(.content, .get, foreign: url)))
    }

    @Test func `paths of the vendor's file carry the key, calls for a token do not`() {
        let envelope = Self.makeBuilder("http://10.0.0.7:8000")
        #expect(envelope.carriesCredentials(Call(.start, .post, path: "/jobs")))
        #expect(!envelope.carriesCredentials(Call(.token, .post, path: "/token")))
        #expect(envelope.carriesCredentials(Call(.content, .get, foreign: "http://10.0.0.7:8000/f", credentials: true)))
        #expect(!envelope.carriesCredentials(Call(.content, .get, foreign: "http://10.0.0.7:8001/f", credentials: true)))
    }

    @Test func `the guard is on for URLs out of replies, and off for the configured server`() throws {
        let own = Call(.start, .post, path: "/jobs")
        let foreign = Call(.content, .get, foreign: "https://cdn.example/clip.mp4")
        #expect(try !Self.makeBuilder(nil).request(for: own).onlyPublic)
        #expect(try Self.makeBuilder(nil).request(for: foreign).onlyPublic)
        #expect(try !Self.makeBuilder("http://10.0.0.7").request(for: own).onlyPublic)
        #expect(try Self.makeBuilder("http://10.0.0.7").request(for: foreign).onlyPublic)
    }

    @Test func `only a GET may be sent twice`() throws {
        #expect(try Self.makeBuilder(nil).request(for: Call(.status, .get, path: "/a")).isRepeatable)
        #expect(try !Self.makeBuilder(nil).request(for: Call(.start, .post, path: "/a")).isRepeatable)
        #expect(try !Self.makeBuilder(nil).request(for: Call(.cancel, .delete, path: "/a")).isRepeatable)
    }

    @Test func `settings are filled in, encoded in paths, and missed by name`() throws {
        let envelope = Self.makeBuilder(nil, settings: ["project": "a/b c", "region": "us"])
        let call = Call(.start, .post, path: "/{project}/x", host: "site")
        #expect(try envelope.request(for: call).url == "https://us.stub.example/x/a%2Fb%20c/x")
        let fault = #expect(throws: Fault.self) { try Self.makeBuilder(nil).request(for: call) }
        #expect(fault?.kind == .misconfigured)
        #expect(fault?.detail?.contains("project") == true)
    }

    @Test func `queries join those that are there`() throws {
        var call = Call(.status, .get, foreign: "https://cdn.example/a?b=1")
        call.query.add("c", "2 3")
        #expect(try Self.url(nil, call).hasPrefix("https://cdn.example/a?b=1&c=2"))
    }

    @Test func `each body gets a new UUID, so that a vendor does not merge two calls into one job`() throws {
        var call = Call(.start, .post, path: "/a", body: .json(["a": 1]))
        call.uuidMember = "token"
        let account = Account(name: "a", vendor: Stub(Self.hosts))
        var digits = 0
        let envelope = RequestBuilder(account: account) {
            digits += 1
            return String(repeating: "\(digits)", count: 32)
        }
        let bodies = try (0..<2).map { _ in String(decoding: try envelope.request(for: call).body.joined(), as: UTF8.self) }
        #expect(
            bodies == [
                #"{"a":1,"token":"11111111-1111-4111-8111-111111111111"}"#, #"{"a":1,"token":"22222222-2222-4222-8222-222222222222"}"#,
            ])
    }

    @Test func `bodies have their type and length`() throws {
        let json = try Self.makeBuilder(nil).request(for: Call(.start, .post, path: "/a", body: .json(["a": .string("b")])))
        #expect(json.headers[.contentType] == "application/json")
        #expect(String(decoding: json.body.joined(), as: UTF8.self) == #"{"a":"b"}"#)
        let parts: [Call.Part] = [.text(name: "prompt", "x"), .file(name: "image", fileName: "a.png", "image/png", [1, 2])]
        let form = try Self.makeBuilder(nil).request(for: Call(.start, .post, path: "/a", body: .multipart(parts)))
        #expect(form.headers[.contentType] == "multipart/form-data; boundary=genlock-edge")
        #expect(form.headers[.accept] == "application/json")
    }

    @Test(arguments: [
        ("http://10.0.0.7:8000/clips/1.mp4", false), ("https://10.0.0.7:8000/1.mp4", false), ("http://10.0.0.7:9000/1.mp4", true),
        ("http://10.0.0.7/1.mp4", true), ("http://10.0.0.8:8000/1.mp4", true), ("http://127.0.0.1:8000/1.mp4", true),
        ("http://minio.lan/1.mp4", false), ("http://minio.lan:9000/1.mp4", false), ("http://store.lan:9000/1.mp4", false),
        ("http://store.lan/1.mp4", true), ("https://cdn.example/1.mp4", true),
    ])
    func `a base URL permits its own host and port, and the operator may add more`(url: String, onlyPublic: Bool) throws {
        let account = Account(
            name: "a", vendor: Stub(Self.hosts), baseURL: "http://10.0.0.7:8000/v1", resultHosts: ["minio.lan", "store.lan:9000"])
        let outgoing = try RequestBuilder(account: account) { "edge" }.request(for: Call(.content, .get, foreign: url))
        #expect(outgoing.onlyPublic == onlyPublic && outgoing.url == url)
    }
}
