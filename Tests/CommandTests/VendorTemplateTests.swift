import Testing

@testable import genlock

@Suite struct VendorTemplateTests {
    @Test func `a vendor is one Swift file, one catalog file and one folder of transcripts`() throws {
        let template = try VendorTemplate(name: "acme-video", host: "https://api.acme.test/")
        #expect(template.files.map(\.path).prefix(2) == ["Sources/Vendors/AcmeVideo.swift", "config/catalog/acme-video.json"])
        #expect(template.files.dropFirst(2).allSatisfy { $0.path.hasPrefix("Tests/Transcripts/vendors/acme-video/") })
        #expect(template.registrations.map(\.line) == ["AcmeVideo(),", "#embed \"../../config/catalog/acme-video.json\" suffix(, 0,)"])
        #expect(template.swift.contains("struct AcmeVideo: Vendor {") && template.swift.contains("\"ACME_VIDEO_API_KEY\""))
        #expect(template.files.allSatisfy { $0.text.hasSuffix("\n") && !$0.text.hasSuffix("\n\n") })
        #expect(template.files[0].text.split(separator: "\n").allSatisfy { $0.count <= 140 })
    }

    @Test(arguments: ["", "Acme", "1acme", "-acme", "acme-", "a--b", "acme_video", "../x", "ä", String(repeating: "a", count: 41)])
    func `a name that cannot stand in a configuration is refused`(name: String) {
        #expect(throws: Complaint.self) { try VendorTemplate(name: name, host: "https://x.test") }
    }

    @Test(arguments: ["x.test", "ftp://x.test", "https://x.test/v1", "https://u@x.test"])
    func `a host is scheme and name, nothing more`(host: String) {
        #expect(throws: Complaint.self) { try VendorTemplate(name: "acme", host: host) }
    }
}
