import Application
import Configuration
import Gateway
import Jobs
import Testing
import Wire

@testable import genlock

@Suite struct VendorTemplateTests {
    @Test func `a vendor is one Swift file, one catalog file and one folder of transcripts`() throws {
        let template = try VendorTemplate(name: "acme-video", host: "https://api.acme.test/")
        #expect(template.files.map(\.path).prefix(2) == ["Sources/Vendors/AcmeVideo.swift", "config/catalog/acme-video.json"])
        #expect(template.files.dropFirst(2).allSatisfy { $0.path.hasPrefix("Tests/Transcripts/vendors/acme-video/") })
        #expect(template.registrations.map(\.line) == ["AcmeVideo(),", "#embed \"../../config/catalog/acme-video.json\" suffix(, 0,)"])
        #expect(template.swift.contains("struct AcmeVideo: TaskVendor {") && template.swift.contains("\"ACME_VIDEO_API_KEY\""))
        #expect(template.files.allSatisfy { $0.text.hasSuffix("\n") && !$0.text.hasSuffix("\n\n") })
        #expect(template.files[0].text.split(separator: "\n").allSatisfy { $0.count <= 140 })
    }

    @Test(arguments: [
        "func startCall(for job: Job, on model: Model) throws(Fault) -> Call",
        "func statusCall(for ticket: Ticket) -> PollStep",
    ])
    func `the Swift template has the functions that a vendor must have`(function: String) throws {
        let root = #filePath.split(separator: "/").dropLast(3).reduce("") { $0 + "/" + $1 }
        let requirements = try ConfigurationFile.readText(at: root + "/Sources/Jobs/Vendor.swift")
        #expect(requirements.contains("    " + function + "\n"))
        #expect(try VendorTemplate(name: "acme", host: "https://x.test").swift.contains("    " + function + " {"))
    }

    @Test func `a declared vendor is one file, and is read without an error`() throws {
        let file = try VendorTemplate(name: "acme-video", host: "https://api.acme.test/").data(in: "mine/")
        #expect(file.path == "mine/acme-video.json" && file.text.hasSuffix("}\n"))
        let card = try RuntimeConfig.vocabulary.card(Configuration.VendorFile(path: file.path, text: Bytes(file.text.utf8)))
        #expect(card?.name == "acme-video" && card?.hosts["main"] == "https://api.acme.test/v1")
        #expect(card?.secrets["api_key"] == ["ACME_VIDEO_API_KEY"])
        let broken = Bytes(file.text.replacing("{prompt}", with: "{promt}").utf8)
        let mistake = #expect(throws: Configuration.ConfigurationError.self) {
            try RuntimeConfig.vocabulary.card(Configuration.VendorFile(path: "a.json", text: broken))
        }
        #expect(mistake?.description.contains("a.json:9: start.body.prompt: '{promt}'") == true)
    }

    @Test func `an unedited declared vendor is rejected, and its models are listed`() throws {
        for (host, count) in [("https://api.example.com", 4), ("https://api.acme.test", 3)] {
            let file = try VendorTemplate(name: "acme", host: host).data(in: "v")
            let report = VendorFileReport(Configuration.VendorFile(path: file.path, text: Bytes(file.text.utf8)))
            #expect(report.missingValues.count == count, "\(report.missingValues)")
            #expect(report.missingValues.contains { $0.hasPrefix("v/acme.json:2: docs is missing") })
            #expect(report.missingValues.contains { $0.contains(": upstream is missing: write the vendor's name of the model") })
            #expect(report.summary == "acme (v/acme.json): acme/example")
            let text = file.text.replacing(VendorTemplate.placeholder, with: "").replacing("api.example.com", with: "api.acme.test")
            #expect(VendorFileReport(Configuration.VendorFile(path: "a", text: Bytes(text.utf8))).missingValues == [])
        }
    }

    @Test(arguments: ["", "Acme", "1acme", "-acme", "acme-", "a--b", "acme_video", "../x", "ä", String(repeating: "a", count: 41)])
    func `a name that is invalid in a configuration is rejected`(name: String) {
        #expect(throws: CLIError.self) { try VendorTemplate(name: name, host: "https://x.test") }
    }

    @Test(arguments: ["x.test", "ftp://x.test", "https://x.test/v1", "https://u@x.test"])
    func `a host is scheme and name, nothing more`(host: String) {
        #expect(throws: CLIError.self) { try VendorTemplate(name: "acme", host: host) }
    }
}
