import Wire

/// The initial files of a new vendor, for a typical task queue; to be adapted to its API.
struct VendorTemplate {
    let name: String
    let host: String

    init(name: String, host: String) throws(CLIError) {
        let isName =
            name.first?.isLetter == true && name.utf8.count <= 40
            && name.utf8.allSatisfy { (0x61...0x7A).contains($0) || (0x30...0x39).contains($0) || $0 == UInt8(ascii: "-") }
        guard isName, !name.hasSuffix("-"), !name.contains("--") else {
            throw CLIError(.badInput, "the name of a vendor has lower-case letters, digits and \"-\", and begins with a letter")
        }
        guard let url = URLText(host), url.path == "/", url.query == nil else {
            throw CLIError(.badInput, "\"\(host)\" is not a URL like https://api.example.com")
        }
        self.name = name
        self.host = url.origin
    }

    /// `AcmeVideo` for `acme-video`.
    var type: String { name.split(separator: "-").map { $0.prefix(1).uppercased() + $0.dropFirst() }.joined() }

    /// `ACME_VIDEO_API_KEY`.
    var variable: String { name.uppercased().map { $0 == "-" ? "_" : String($0) }.joined() + "_API_KEY" }

    var registrations: [(path: String, line: String)] {
        [
            ("Sources/Vendors/Registry.swift", "\(type)(),"),
            ("Sources/CCatalog/catalog.c", "#embed \"../../config/catalog/\(name).json\" suffix(, 0,)"),
        ]
    }

    var files: [(path: String, text: String)] {
        let transcripts = "Tests/Transcripts/vendors/\(name)"
        return [
            ("Sources/Vendors/\(type).swift", swift), ("config/catalog/\(name).json", catalog),
            ("\(transcripts)/text-to-video.txt", textToVideo), ("\(transcripts)/failed.txt", failed),
            ("\(transcripts)/unauthorized.txt", unauthorized), ("\(transcripts)/unknown-status.txt", unknownStatus),
        ]
    }

    private var catalog: String {
        """
        {
          "vendor": "\(name)", "source": "\(host)", "seen": "2026-01-01",
          "models": {
            "example": {"title": "Example", "upstream": "example-1", "modes": ["text", "image"], "seconds": [5, 10],
              "tiers": ["720p"], "ratios": ["16:9", "9:16"], "seed": true}
          }
        }

        """
    }

    private func header(_ title: String) -> String {
        "case: \(title)\nbasis: \(host) (write here where requests and responses were seen)\nmodel: example\nsecret api_key: TESTKEY\n"
    }

    private var submission: String {
        """
        === job
        {"prompt": "A red kite drifts over a windy sea cliff at dawn", "seconds": 5, "tier": "720p", "ratio": "16:9", "seed": 7}
        === start
        POST \(host)/v1/videos
        authorization: Bearer TESTKEY
        content-type: application/json

        {"model": "example-1", "prompt": "A red kite drifts over a windy sea cliff at dawn", "duration": 5,
         "resolution": "720p", "aspect_ratio": "16:9", "seed": 7}

        """
    }

    private func status(_ answer: String, _ progress: String) -> String {
        """
        === status
        GET \(host)/v1/videos/job-1
        authorization: Bearer TESTKEY
        === reply 200
        content-type: application/json

        \(answer)
        === progress
        \(progress)

        """
    }

    private var textToVideo: String {
        header("text to video, from queued to done") + "\n" + submission + """
            === reply 200
            content-type: application/json

            {"id": "job-1", "status": "queued"}
            === ticket
            ["job-1"]

            """ + status("{\"id\": \"job-1\", \"status\": \"queued\"}", "queued")
            + status("{\"id\": \"job-1\", \"status\": \"running\", \"progress\": 40}", "running 40")
            + status(
                "{\"id\": \"job-1\", \"status\": \"succeeded\", \"video\": {\"url\": \"https://cdn.example.com/clip.mp4\"}}",
                "done\nvideo url https://cdn.example.com/clip.mp4")
    }

    private var failed: String {
        header("a job that failed") + "\n=== ticket\n[\"job-1\"]\n"
            + status(
                "{\"id\": \"job-1\", \"status\": \"failed\", \"error\": {\"code\": \"internal\", \"message\": \"Out of paint.\"}}",
                "failed\nkind: vendorFailed\nmessage: Out of paint.\nvendor_code: internal")
    }

    private var unauthorized: String {
        header("a key that is not accepted") + "\n" + submission + """
            === reply 401
            content-type: application/json

            {"error": {"code": "unauthorized", "message": "Bad key."}}
            === fault
            kind: vendorCredentials

            """
    }

    private var unknownStatus: String {
        header("an unknown state") + "\n=== ticket\n[\"job-1\"]\n"
            + status("{\"id\": \"job-1\", \"status\": \"dreaming\"}", "unknown dreaming")
    }
}

extension VendorTemplate {
    /// Begins each text that must be filled in; `check` rejects it.
    static let placeholder = "FILL IN: "

    /// A vendor as one JSON file, complete for an API of the usual form except for the placeholders.
    func data(in folder: String) -> (path: String, text: String) {
        let text = """
            {
              "vendor": "\(name)", "title": "\(title)", "docs": "FILL IN: the page of the API's reference", "host": "\(host)/v1",
              "auth": "bearer", "key": "\(variable)",
              "media": {"image": ["url", "inline"]},
              "poll_seconds": 5,

              "start": {
                "path": "/videos",
                "body": {"model": "{model}", "prompt": "{prompt}", "duration": "{seconds}", "resolution": "{tier}",
                         "aspect_ratio": "{ratio}", "image": "{first_frame}", "seed": "{seed}"}
              },
              "accepted": {"id": "id"},
              "status": {"path": "/videos/{id}"},
              "state": {"at": "status", "percent": "progress",
                        "words": {"queued": "queued", "running": "running", "done": "succeeded", "failed": "failed"}},
              "result": {"videos": "video.url"},
              "errors": {"code": "error.code", "message": "error.message"},

              "source": "FILL IN: the page that lists models and prices", "seen": "2026-01-01",
              "models": {
                "example": {"title": "Example", "upstream": "FILL IN: the vendor's name of the model", "modes": ["text", "image"],
                            "seconds": [5, 10], "tiers": ["720p"], "ratios": ["16:9", "9:16"], "seed": true}
              }
            }

            """
        return ((folder.hasSuffix("/") ? folder : folder + "/") + name + ".json", text)
    }
}
