import HTTP
import Testing
import Wire

@testable import Gateway

/// Public documents must not cost work on every request.
struct OpenAPIDocumentTests {
    private static func places(_ response: Response) -> [UnsafePointer<UInt8>?] {
        response.body.slices.map { $0.withUnsafeBufferPointer { $0.baseAddress } }
    }

    @Test func `the description of the API is made and packed once`() throws {
        let config = try TestHarness.makeConfig()
        let gzip = Headers([(.acceptEncoding, "gzip")])
        for headers in [Headers(), gzip] {
            let (first, second) = (config.openAPIResponse(for: headers), config.openAPIResponse(for: headers))
            #expect(first.status == 200 && first.body.count > 1000 && Self.places(first) == Self.places(second))
        }
        let packed = config.openAPIResponse(for: gzip)
        #expect(packed.headers[.contentEncoding] == "gzip" && packed.headers[.vary] == "accept-encoding")
        var inflater = Inflater(.gzip, limit: 1 << 24, ratio: 1000)
        var input = Slice(packed.body.slices.flatMap { $0 })
        var plain = Bytes()
        while let piece = try inflater.next(&input) { plain += piece }
        #expect(plain == config.openAPIResponse(for: Headers()).body.slices.flatMap { $0 })
    }

    @Test func `clients that are generated from the document call the public address`() throws {
        let body = try TestHarness.makeConfig().openAPIResponse(for: Headers()).body.slices.flatMap { $0 }
        #expect(try JSON(parsing: body[...])["servers"]?.elements.first?["url"]?.string == "http://localhost")
    }

    @Test(arguments: ["GET", "HEAD", "OPTIONS"]) func `a load balancer that asks for the root learns that the router is there`(
        method: String
    ) async throws {
        let router = try await TestHarness.startRouter([])
        let answer = try await TestHarness.sendAndReadOnce(
            to: router, "\(method) / HTTP/1.1\r\nHost: \(router)\r\nConnection: close\r\n\r\n")
        #expect(answer.hasPrefix("HTTP/1.1 20"), "\(answer)")
    }
}
