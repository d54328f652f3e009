import Catalog
import Jobs
import Testing
import Wire

@testable import Vendors

/// Vendors that are described by one file of data. What the shipped ones do, their transcripts test.
@Suite struct `A vendor declared by data` {
    private static func file(_ text: String) -> CatalogFile { CatalogFile(name: "acme.json", text: Bytes(text.utf8)[...]) }

    /// The descriptions stand apart from the catalog, so that neither can grow without the other.
    @Test func `has a place for everything that the shipped catalog lets through`() throws {
        let catalog = try Catalog()
        #expect(Registry.declared.count >= 11)
        for vendor in Registry.declared {
            let models = catalog.models(of: vendor.card.name)
            #expect(!models.isEmpty, "\(vendor.card.name)")
            for model in models {
                for mode in Model.Mode.allCases where model.modes.contains(mode) {
                    let problem = vendor.coverageProblem(of: model.variant(for: mode), in: mode)
                    #expect(problem == nil, "\(vendor.card.name)/\(model.name): \(problem ?? "")")
                }
            }
        }
    }

    @Test func `the example in the folder of vendors is whole`() throws {
        let vendor = try DeclaredVendor(Self.file(Transcript.text(Transcript.tests + "/../config/vendors/example.json")))
        #expect(vendor.card.name == "example")
    }

    // MARK: Mistakes

    private static let acme = """
        {
          "vendor": "acme", "host": "https://api.acme.example", "key": "ACME_KEY",
          "start": {"path": "/v1/{model}", "body": {"prompt": "{prompt}", "duration": "{seconds}"}},
          "accepted": {"id": "id"},
          "status": {"path": "/v1/tasks/{id}"},
          "state": {"at": "status", "words": {"done": "ok", "failed": "bad"}},
          "result": {"videos": "url"},
          "models": {"one": {"seconds": [5, 10]}}
        }
        """

    private func catalogError(_ old: String, _ new: String) -> String {
        do throws(CatalogError) {
            _ = try DeclaredVendor(Self.file(Self.acme.replacing(old, with: new)))
            return "none"
        } catch {
            return "\(error)"
        }
    }

    @Test func `a mistake is reported with line, place and what would be accepted`() {
        #expect(catalogError("\"host\"", "\"hosst\"") == "acme.json:2: hosst: is not known here. Did you mean 'host'?")
        #expect(
            catalogError("{prompt}", "{promt}").hasPrefix(
                "acme.json:3: start.body.prompt: '{promt}' is nothing that can be filled in. Did you mean 'prompt'?"))
        #expect(catalogError("\"/v1/tasks", "\"v1/tasks").hasPrefix("acme.json:5: status.path: must begin with a slash"))
        #expect(catalogError("\"done\": \"ok\", ", "").hasPrefix("acme.json:6: state: no word means 'done'"))
        #expect(
            catalogError("\"failed\": \"bad\"", "\"failed\": \"ok\"").hasPrefix(
                "acme.json:6: state.words.failed: the word 'ok' has two meanings"))
        #expect(
            catalogError("{\"id\": \"id\"}", "{\"id\": \"a..b\"}").hasPrefix(
                "acme.json:4: accepted.id: 'a..b' must be a way through the answer")
        )
        #expect(catalogError("{\"path\": \"/v1/tasks/{id}\"}", "{\"path\": \"/v1/tasks/{prompt}\"}").contains("Known are: id."))
        #expect(catalogError("none", "none") == "none")
    }

    @Test func `a mistake in the meaning of errors is reported`() {
        func problem(_ errors: String) -> String { catalogError("\"result\":", "\"errors\": \(errors), \"result\":") }
        #expect(problem(#"{"code": "c", "kinds": {"over_loaded": 5}}"#).contains("Did you mean 'overloaded'?"))
        #expect(problem(#"{"words": {"expired": 5}}"#).hasSuffix("errors.words.expired: must be a list"))
        #expect(problem(#"{"statuses": {"model": 200}}"#).contains("'200' is no HTTP status of a refusal"))
        #expect(problem(#"{"proofs": 5}"#).contains("but 'code' does not say where one stands"))
        #expect(problem(#"{"status": "a..b"}"#).contains("must be a way through the answer"))
        #expect(
            problem(#"{"code": "c", "kinds": {"balance_too_low": "12*"}, "words": {"expired": "not found"}, "proofs": "4*"}"#) == "none")
    }

    @Test func `a mistake in hosts, conditions and kept fields is reported`() {
        func settings(_ hosts: String) -> String {
            catalogError("\"key\"", "\"settings\": {\"region\": {\"choices\": [\"eu\"], \"hosts\": \(hosts)}}, \"key\"")
        }
        #expect(settings(#"{"us": "https://us.example"}"#).hasPrefix("acme.json:2: settings.region.hosts.us: is not known here."))
        #expect(settings(#"{"eu": "eu.example"}"#).contains("settings.region.hosts.eu: must be a URL such as"))
        #expect(settings(#"{"eu": "https://eu.example"}"#) == "none")
        let start = "\"start\": {"
        #expect(catalogError(start, start + "\"when\": {\"edg\": \"end\"}, ").contains("Did you mean 'edge'?"))
        #expect(catalogError(start, start + "\"with\": \"seed \", ").contains("'seed ' in 'with' is no field"))
        #expect(
            catalogError(start, start + "\"keep\": {\"route\": \"a\"}, ").contains(
                "keeps 'route', which 'keep' in 'accepted' does not name"))
        #expect(
            catalogError("\"videos\": \"url\"", "\"videos\": \"url\", \"empty\": {\"a[x]\": true}").contains("'a[x]' is no way through"))
        #expect(catalogError("\"videos\": \"url\"", "\"videos\": \"url\", \"empty\": \"refused\"").contains("is none of moderated, failed"))
    }

    @Test func `what a model takes must stand in the call`() {
        let seed = catalogError("\"seconds\": [5, 10]", "\"seconds\": [5, 10], \"seed\": true")
        #expect(seed.hasPrefix("acme.json:8: models.one: the model takes 'seed', but the call that starts its mode 'text' has no {seed}"))
        let mode = catalogError("\"seconds\": [5, 10]", "\"seconds\": [5], \"modes\": [\"edit\"]")
        #expect(mode.hasPrefix("acme.json:8: models.one: no call in 'start' does the mode 'edit': operation 'edit' with source"))
        let frame = catalogError("\"seconds\": [5, 10]", "\"seconds\": [5], \"modes\": [\"image\"]")
        #expect(frame.contains("takes 'first_frame'"))
    }

    // MARK: Answers

    private static func vendor(_ replacements: (String, String)...) throws -> DeclaredVendor {
        try DeclaredVendor(file(replacements.reduce(acme) { $0.replacing($1.0, with: $1.1) }))
    }

    private static func reply(_ body: String, status: Int = 200) -> Reply { Reply(status: status, body: Bytes(body.utf8)[...]) }

    @Test func `a setting chooses the host`() throws {
        let region = #""settings": {"region": {"choices": ["eu", "us"], "hosts": {"us": "https://us.example"}}}, "key""#
        let vendor = try Self.vendor(("\"key\"", region))
        #expect(vendor.adjusted(to: ["region": "us"]).card.hosts == [VendorCard.mainHost: "https://us.example"])
        #expect(vendor.adjusted(to: ["region": "eu"]).card.hosts == [VendorCard.mainHost: "https://api.acme.example"])
    }

    @Test func `a number in the body takes the place of the HTTP status`() throws {
        let errors =
            #""errors": {"status": "code", "code": "code", "message": "msg", "kinds": {"overloaded": 480}, "proofs": "4*"}, "result":"#
        let vendor = try Self.vendor(("\"result\":", errors))
        func refusal(_ body: String, status: Int = 200) -> Fault? {
            do throws(Fault) {
                _ = try vendor.ticket(from: Self.reply(body, status: status), to: Call(.start, .post, path: "/"))
                return nil
            } catch {
                return error
            }
        }
        let overloaded = refusal(#"{"code": 480, "msg": "later"}"#)
        #expect(overloaded?.kind == .vendorUnavailable && overloaded?.scope == .model && overloaded?.sent == .no)
        #expect(refusal(#"{"code": 429}"#)?.kind == .vendorRateLimited)
        // A 500 leaves open whether a job was made, and an id says that one was.
        #expect(refusal(#"{"code": 500}"#)?.kind == .vendorUnavailable && refusal(#"{"code": 500}"#)?.sent == nil)
        #expect(refusal(#"{"code": 5004, "id": "1"}"#) == nil)
        #expect(refusal(#"{"code": 401, "id": "1"}"#)?.kind == .vendorCredentials)
        #expect(refusal(#"{"code": 200, "id": "1"}"#, status: 404) == nil)
    }

    @Test func `words of a sentence say what an error means`() throws {
        let vendor = try Self.vendor(("\"result\":", #""errors": {"words": {"expired": ["No such record"]}}, "result":"#))
        let step = try vendor.progress(from: Self.reply(#"{"error": "no such record: 7"}"#, status: 500), for: Ticket("7"))
        guard case .progress(.failed(let fault)) = step else {
            Issue.record("\(step)")
            return
        }
        #expect(fault.kind == .vendorExpired)
    }

    @Test func `a job that is done without a video was moderated where the answer says so`() throws {
        let vendor = try Self.vendor((#""videos": "url""#, #""videos": "url", "empty": {"flags[]": true}, "formats": "format""#))
        func progress(_ body: String) throws -> PollStep { try vendor.progress(from: Self.reply(body), for: Ticket("7")) }
        func kind(_ step: PollStep) -> Fault.Kind? { if case .progress(.failed(let fault)) = step { fault.kind } else { nil } }
        #expect(kind(try progress(#"{"status": "ok", "flags": [false, true]}"#)) == .moderated)
        #expect(kind(try progress(#"{"status": "ok", "flags": [false]}"#)) == .vendorNonsense)
        guard case .progress(.done(let assets)) = try progress(#"{"status": "ok", "url": "https://e.example/1", "format": "webm"}"#) else {
            Issue.record("not done")
            return
        }
        #expect(assets.map(\.type) == ["video/webm"])
    }

    // MARK: Templates

    private func body(_ template: String, _ job: Job, wire: String = "{}", extras: String = "") throws -> String {
        let text = Self.acme.replacing("{\"prompt\": \"{prompt}\", \"duration\": \"{seconds}\"}", with: template)
            .replacing("\"models\": {\"one\": {\"seconds\": [5, 10]}}", with: "\"extras\": \"\(extras)\", \"others\": {\"open\": true}")
        let model = try Model(vendor: "acme", name: "one", upstream: "a/one", title: "").changed {
            $0.acceptsAnything = true
            $0.wire = try JSON(parsing: wire)
        }
        let call = try DeclaredVendor(Self.file(text)).startCall(for: job, on: model)
        guard case .json(let json) = call.body else { return "no JSON" }
        return json.text
    }

    @Test func `what has no value is left out, elements of lists as a whole, and several media repeat theirs`() throws {
        var job = Job(model: "one", prompt: "A boat")
        job.duration = .seconds(5)
        job.media = [1, 2].map { InputMedia(.reference, .image, source: .url("https://e.example/\($0)"), param: "") }
        let parts =
            #"[{"type": "text", "text": "{prompt}"}, {"type": "image", "url": "{reference}"}, {"type": "first", "url": "{first_frame}"}]"#
        let content = [
            #"{"type":"text","text":"A boat"}"#, #"{"type":"image","url":"https://e.example/1"}"#,
            #"{"type":"image","url":"https://e.example/2"}"#,
        ]
        job.duration = nil
        #expect(
            try body(#"{"content": \#(parts), "negative": "{negative_prompt}", "inner": {"seed": "{seed}"}, "n": 1}"#, job)
                == "{\"content\":[\(content.joined(separator: ","))],\"n\":1}")
        job.duration = .seconds(5)
        let spelt = #""b": "{seconds}s", "c": "{seconds:text}", "d": "{seed|7}", "p": "{prompt:upper}", "r": ["{reference}"]"#
        #expect(
            try body(#"{"a": "{seconds}", \#(spelt)}"#, job)
                == #"{"a":5,"b":"5s","c":"5","d":7,"p":"A BOAT","r":["https://e.example/1","https://e.example/2"]}"#)
    }

    @Test func `a member with a question mark is left out as a whole, and the model's own members are spread`() throws {
        var job = Job(model: "one", prompt: "A boat")
        let frames = #""first?": {"type": "image", "url": "{first_frame}"}, "last?": {"type": "image", "url": "{last_frame}"}"#
        job.media = [InputMedia(.firstFrame, .image, source: .url("https://e.example/1"), param: "")]
        #expect(
            try body(#"{"prompt": "{prompt}", "frames": {\#(frames)}}"#, job)
                == #"{"prompt":"A boat","frames":{"first":{"type":"image","url":"https://e.example/1"}}}"#)
        job.media = []
        job.extras = [("loop", true), ("other", true)]
        let wire = #"{"prompt": "text", "seed": "seed_number", "set": {"n": 1}}"#
        job.seed = 7
        #expect(
            try body(#"{"id": "{model}", "...": "{fields}"}"#, job, wire: wire, extras: "loop")
                == #"{"id":"a/one","text":"A boat","seed_number":7,"loop":true,"n":1}"#)
        #expect(throws: Fault.self) { try body(#"{"...": "{fields}"}"#, job, wire: #"{"prompt": "text"}"#) }
    }

    @Test func `a keyframe has its time in seconds and in frames`() throws {
        var job = Job(model: "one", prompt: "A boat")
        job.media = [0.5, 2].map { InputMedia(.keyframe($0), .image, source: .url("https://e.example/\($0)"), param: "") }
        #expect(
            try body(#"{"prompt": "{prompt}", "k": [{"at": "{keyframe_seconds}", "frame": "{keyframe_frame}", "url": "{keyframe}"}]}"#, job)
                == #"{"prompt":"A boat","k":[{"at":0.5,"frame":12,"url":"https://e.example/0.5"},"#
                + #"{"at":2,"frame":48,"url":"https://e.example/2.0"}]}"#)
    }

    @Test(arguments: ["a/../b", "../b", "a//b", "."]) func `a model's id does not lead out of its place in the path`(_ id: String) throws {
        let vendor = try Self.vendor(("/v1/{model}", "/v1/{model:path}"))
        let job = Job(model: "one", prompt: "A boat")
        let fault = #expect(throws: Fault.self) {
            try vendor.startCall(for: job, on: Model(vendor: "acme", name: "one", upstream: id, title: ""))
        }
        #expect(fault?.kind == .unknownModel && fault?.sent == .no)
    }

    @Test func `the first call whose conditions hold is made, and keeps its own fields`() throws {
        let starts = #"""
            "start": [{"when": {"edge": "start"}, "operation": "extend", "path": "/before", "keep": {"route": "b"}},
            {"operation": "extend", "path": "/after"}, {"path": "/v1/{model}"
            """#
        let vendor = try Self.vendor(
            (#""start": {"path": "/v1/{model}", "body": {"prompt": "{prompt}", "duration": "{seconds}"}}"#, starts + "}]"),
            (#"{"id": "id"}"#, #"{"id": "id", "keep": {"route": "a"}}"#), (#""models": {"one": {"seconds": [5, 10]}}"#, #""others": {}"#))
        func tickets(_ edge: Operation.Edge) throws -> String {
            var job = Job(model: "one", prompt: "")
            job.operation = .extend(edge, context: nil)
            let call = try vendor.startCall(for: job, on: Model(vendor: "acme", name: "one", upstream: "one", title: ""))
            guard case .path(_, let path) = call.target else { return "no path" }
            return path + " " + (try vendor.ticket(from: Self.reply(#"{"id": "7"}"#), to: call)).fields.joined(separator: " ")
        }
        #expect(try tickets(.start) == "/before 7 b")
        #expect(try tickets(.end) == "/after 7 a")
    }

    @Test func `a parameter without a placeholder in the call is refused`() {
        var job = Job(model: "one", prompt: "A boat")
        job.seed = 7
        let fault = #expect(throws: Fault.self) { try body(#"{"prompt": "{prompt}"}"#, job) }
        #expect(fault?.param == "seed" && fault?.sent == .no)
        job.seed = nil
        job.media = [InputMedia(.mask, .image, source: .url("https://e.example/m"), param: "mask")]
        #expect(throws: Fault.self) { try body(#"{"prompt": "{prompt}"}"#, job) }
    }

    @Test func `a length or frame that the call has no placeholder for is refused`() {
        var job = Job(model: "one", prompt: "A boat")
        job.duration = .seconds(5)
        #expect(throws: Fault.self) { try body(#"{"prompt": "{prompt}"}"#, job) }
        job.duration = nil
        job.frameFormat.resolution = "720p"
        #expect(throws: Fault.self) { try body(#"{"prompt": "{prompt}"}"#, job) }
    }

    @Test func `a place in an answer is a row of names, elements and texts that hold JSON`() throws {
        let json = try JSON(parsing: #"{"data": {"list": [{"u": "a"}, {"u": null}, {"u": "b"}], "text": "{\"urls\": [\"c\"]}"}, "n": 7}"#)
        func found(_ text: String) -> [String]? { JSONPath(text).map { $0.values(in: json).compactMap { $0.string ?? $0.numberText } } }
        #expect(found("data.list[].u") == ["a", "b"])
        #expect(found("data.list[2].u") == ["b"])
        #expect(found("data.text.(json).urls[]") == ["c"])
        #expect(found("n") == ["7"] && found("nothing.here") == [])
        #expect(found("a..b") == nil && found("a[x]") == nil && found("a[") == nil && found("") == nil)
    }
}
