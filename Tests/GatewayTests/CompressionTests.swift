import Dialects
import HTTP
import Testing
import Wire

@testable import Gateway

struct CompressionTests {
    private static let text = String(repeating: #"{"object": "video"}"#, count: 200)

    private static func response(_ type: String? = "application/json", _ more: (inout Response) -> Void = { _ in }) -> Response {
        var response = Response(status: 200, body: Pieces(text))
        if let type { response.headers.set(.contentType, type) }
        more(&response)
        return response
    }

    private static func packed(_ response: Response, accepting coding: String? = "gzip", _ limits: Limits = Limits()) -> Response {
        var response = response
        var request = Headers()
        request[.acceptEncoding] = coding
        response.compress(for: request, limits)
        return response
    }

    @Test(arguments: [
        "application/json", "application/json; charset=utf-8", "text/plain", "text/plain; version=0.0.4", "application/problem+json",
    ])
    func `text is compressed`(type: String) throws {
        let response = Self.packed(Self.response(type))
        #expect(response.headers[.contentEncoding] == "gzip" && response.headers[.vary] == "accept-encoding")
        var inflater = Inflater(.gzip, limit: 1 << 20, ratio: 1000)
        var (input, output) = (response.body.joined(), Bytes())
        while let piece = try inflater.next(&input) { output += piece }
        try inflater.finish()
        #expect(String(decoding: output, as: UTF8.self) == Self.text)
    }

    @Test func `a body in several pieces is one stream`() throws {
        let response = Self.packed(Self.response { $0.body.append(Self.text) })
        var inflater = Inflater(.gzip, limit: 1 << 20, ratio: 1000)
        var (input, output) = (response.body.joined(), Bytes())
        while let piece = try inflater.next(&input) { output += piece }
        #expect(output.count == 2 * Self.text.utf8.count)
    }

    @Test(arguments: ["video/mp4", "image/png", "application/octet-stream", nil])
    func `media is never compressed`(type: String?) {
        #expect(Self.packed(Self.response(type)).headers[.vary] == nil)
        #expect(Self.packed(Self.response(type)).body.count == Self.text.utf8.count)
    }

    @Test func `Vary is sent even if nothing is compressed`() {
        let response = Self.packed(Self.response(), accepting: nil)
        #expect(response.headers[.vary] == "accept-encoding" && !response.headers.has(.contentEncoding))
    }

    @Test func `partial, compressed, tiny and huge bodies are not compressed`() {
        var limits = Limits()
        for response in [
            Self.response { $0.headers.set(.contentRange, "bytes 0-9/10") }, Self.response { $0.headers.set(.contentEncoding, "br") },
        ] {
            #expect(Self.packed(response).body.count == Self.text.utf8.count)
        }
        limits.gzipMinBytes = Self.text.utf8.count + 1
        #expect(!Self.packed(Self.response(), accepting: "gzip", limits).headers.has(.contentEncoding))
        limits.gzipMinBytes = 1
        limits.gzipMaxBytes = Self.text.utf8.count - 1
        #expect(!Self.packed(Self.response(), accepting: "gzip", limits).headers.has(.contentEncoding))
    }

    @Test func `a strong ETag becomes weak, and a weak one stays`() {
        #expect(Self.packed(Self.response { $0.headers.set(.etag, "\"a\"") }).headers[.etag] == "W/\"a\"")
        #expect(Self.packed(Self.response { $0.headers.set(.etag, "W/\"a\"") }).headers[.etag] == "W/\"a\"")
        #expect(Self.packed(Self.response { $0.headers.set(.etag, "\"a\"") }, accepting: "br").headers[.etag] == "\"a\"")
    }
}
