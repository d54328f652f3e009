import Conformance
import Net
import Server
import Testing
import Wire

/// The framing table over real sockets: what the parser decides must also be what the client sees.
struct ConformanceTests {
    @Test func `each case of the table gives its response, and the connection ends after a rejection`() async throws {
        let testServer = try await TestServer { try await echo($0) }
        for example in FramingCase.all {
            let seen = try await testServer.withClient { try await ConformanceTests.walk(example, $0) }
            #expect(seen == ConformanceTests.expected(example), "\(example.name)")
        }
        await testServer.server.drain(within: .seconds(5))
    }

    private static func expected(_ example: FramingCase) -> [String] {
        example.outcomes.compactMap { outcome in
            switch outcome {
            case .request(let method, let path, let body): "200 \(method) \(path) \(body)"
            case .refused(let status, let reason) where reason.hasPrefix("body("): "\(status) by the handler"
            case .refused(let status, _): "\(status) by the server"
            case .waits: nil
            }
        }
    }

    private static func walk(_ example: FramingCase, _ caller: HTTP1TestClient) async throws -> [String] {
        try await caller.send(example.bytes)
        caller.stream.shutdownWrite()
        var seen: [String] = []
        for outcome in example.outcomes {
            switch outcome {
            case .waits:
                // Half a body makes a handler answer 400; half a head is no request at all.
                if let answer = try? await caller.answer(), answer.status != 400 { seen.append("\(answer.status)") }
            case .request, .refused:
                let answer = try await caller.answer()
                if answer.status == 200 {
                    seen.append("200 \(answer.text)")
                } else {
                    guard !answer.keepsAlive else { return seen + ["a connection that goes on"] }
                    seen.append("\(answer.status) by the \(answer.headers.has(.xRequestID) ? "server" : "handler")")
                }
            }
        }
        if try await !caller.rest().isEmpty { seen.append("something more") }
        return seen
    }
}
