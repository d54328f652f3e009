import Catalog
import Jobs
import Testing
import Wire

@testable import Vendors

/// Vendors declared by one file of data: two that have a Swift file as well are declared again, and walk through the same transcripts.
@Suite struct `A vendor declared by data` {
    private static func text(_ name: String) -> String { Transcript.text(Transcript.tests + "/VendorTests/Declared/\(name).json") }

    private static func file(_ text: String) -> CatalogFile { CatalogFile(name: "acme.json", text: Bytes(text.utf8)[...]) }

    @Test(arguments: ["skyreels", "siliconflow"])
    func `says what the vendor's Swift file says in every transcript`(_ name: String) throws {
        let file = Self.file(Self.text(name))
        let vendor = try DeclaredVendor(file)
        let catalog = try Catalog(files: [file])
        let transcripts = Transcript.all.filter { $0.vendor == name }
        #expect(transcripts.count > 8)
        for transcript in transcripts {
            do {
                var runner = try TranscriptRunner(transcript, vendor: vendor, catalog: catalog)
                try runner.run()
            } catch {
                Issue.record("\(error)")
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

    @Test func `is told with line, place and what would be accepted`() {
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

    @Test func `what a model takes must stand in the call`() {
        let seed = catalogError("\"seconds\": [5, 10]", "\"seconds\": [5, 10], \"seed\": true")
        #expect(seed.hasPrefix("acme.json:8: models.one: the model takes 'seed', but the call that starts its mode 'text' has no {seed}"))
        let mode = catalogError("\"seconds\": [5, 10]", "\"seconds\": [5], \"modes\": [\"edit\"]")
        #expect(mode.hasPrefix("acme.json:8: models.one: no call in 'start' does the mode 'edit': operation 'edit' with source"))
        let frame = catalogError("\"seconds\": [5, 10]", "\"seconds\": [5], \"modes\": [\"image\"]")
        #expect(frame.contains("takes 'first_frame'"))
    }

    // MARK: Templates

    private func body(_ template: String, _ job: Job, open: Bool = true) throws -> String {
        let text = Self.acme.replacing("{\"prompt\": \"{prompt}\", \"duration\": \"{seconds}\"}", with: template)
            .replacing("\"models\": {\"one\": {\"seconds\": [5, 10]}}", with: "\"others\": {\"open\": true}")
        var model = Model(vendor: "acme", name: "one", upstream: "a/one", title: "")
        model.acceptsAnything = open
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

    @Test func `a wish that the call has no gap for is refused`() {
        var job = Job(model: "one", prompt: "A boat")
        job.seed = 7
        let fault = #expect(throws: Fault.self) { try body(#"{"prompt": "{prompt}"}"#, job) }
        #expect(fault?.param == "seed" && fault?.sent == .no)
        job.seed = nil
        job.media = [InputMedia(.mask, .image, source: .url("https://e.example/m"), param: "mask")]
        #expect(throws: Fault.self) { try body(#"{"prompt": "{prompt}"}"#, job) }
    }

    @Test func `a length or frame that the call has no gap for is refused`() {
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
