import Catalog
import Glibc
import Jobs
import Testing
import Vendors
import Wire

@testable import genlock

/// `AcmeVideo.swift` is what `genlock vendor new acme-video` writes. The compiler checks it here as it will in Sources/Vendors.
@Suite struct `The files of a new vendor` {
    private let template: VendorTemplate

    init() throws { template = try VendorTemplate(name: "acme-video", host: "https://api.acme.test") }

    @Test func `the compiled vendor is the generated one`() throws {
        let path = #filePath.split(separator: "/").dropLast().reduce("") { $0 + "/" + $1 } + "/AcmeVideo.swift"
        let compiled = try #require(Self.text(of: path)).replacing("import Wire\n\n@testable import Vendors\n", with: "import Wire\n")
        #expect(compiled == template.swift, "the template and its compiled copy, \(path), differ")
    }

    @Test(arguments: ["text-to-video", "failed", "unauthorized", "unknown-status"])
    func `the generated vendor passes its generated transcripts`(name: String) throws {
        let files = Dictionary(uniqueKeysWithValues: template.files.map { ($0.path, $0.text) })
        let text = try #require(files["Tests/Transcripts/vendors/acme-video/\(name).txt"])
        let models = try #require(files["config/catalog/acme-video.json"])
        let catalog = try Catalog(files: [CatalogFile(name: "acme-video.json", text: Bytes(models.utf8)[...])])
        let transcript = Transcript(vendor: "acme-video", name: name, text: text)
        var runner = try TranscriptRunner(transcript, vendor: AcmeVideo(), catalog: catalog)
        try runner.run()
    }

    private static func text(of path: String) -> String? {
        guard let file = fopen(path, "r") else { return nil }
        defer { fclose(file) }
        var bytes: [UInt8] = []
        var piece = [UInt8](repeating: 0, count: 16 * 1024)
        while case let count = fread(&piece, 1, piece.count, file), count > 0 { bytes += piece[..<count] }
        return String(validating: bytes, as: UTF8.self)
    }
}
