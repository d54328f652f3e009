import Jobs
import Testing
import Vendors
import Wire

@Suite struct `UploadTokens to LTX` {
    private let vendor: any Vendor
    private let job = Job(model: "ltx-2-5-pro", prompt: "a kite")
    private let model = Model(vendor: "ltx", name: "ltx-2-5-pro", upstream: "ltx-2-5-pro", title: "")
    private let place = Reply(
        status: 200,
        body: Bytes(
            """
            {"upload_url": "https://storage.example.com/signed?a=1", "storage_uri": "ltx://uploads/abc-123",
             "required_headers": {"x-goog-a": "b"}}
            """
            .utf8)[...])

    init() throws { vendor = try #require(Registry.vendor("ltx")) }

    private func picture(_ count: Int) -> InputMedia {
        InputMedia(.firstFrame, .image, source: .bytes(.png, Bytes(repeating: 7, count: count)[...]), param: "image_uri")
    }

    @Test func `a file that fits into a data URI is not uploaded`() throws {
        guard case .done(.bytes) = try vendor.uploadStep(for: picture(5_000_000), of: job, on: model, after: []) else {
            Issue.record("not passed on")
            return
        }
    }

    @Test func `a larger file is put where the vendor says, with the headers that it wants`() throws {
        guard case .call(let first) = try vendor.uploadStep(for: picture(6_000_000), of: job, on: model, after: []),
            case .path("main", "/v1/upload") = first.target
        else {
            Issue.record("no place was asked for")
            return
        }
        guard case .call(let second) = try vendor.uploadStep(for: picture(6_000_000), of: job, on: model, after: [place]),
            case .foreign("https://storage.example.com/signed?a=1", false) = second.target, case .bytes(.png, let bytes) = second.body
        else {
            Issue.record("nothing was put")
            return
        }
        #expect(second.method == .put)
        #expect(second.headers.map { "\($0.name): \($0.value)" } == ["x-goog-a: b"])
        #expect(bytes.count == 6_000_000)
        let step = try vendor.uploadStep(for: picture(6_000_000), of: job, on: model, after: [place, Reply(status: 201, body: [])])
        guard case .done(.reference("ltx://uploads/abc-123")) = step else {
            Issue.record("the file's name was not taken")
            return
        }
    }

    @Test func `a refused upload is a fault before anything was paid`() {
        let fault = #expect(throws: Fault.self) {
            try vendor.uploadStep(for: picture(6_000_000), of: job, on: model, after: [place, Reply(status: 403, body: [])])
        }
        #expect(fault?.sent == .no)
    }
}
