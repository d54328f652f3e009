import Net
import Testing
import Wire

/// What a server's side offers beyond one certificate.
struct TLSServerTests {
    private let bench = TLSTests()

    @Test(arguments: ["localhost", "a.video.example", "second.example"])
    func `of several certificates, the one that bears the name is presented`(host: String) async throws {
        let outcome = await bench.converse(try TLSTests.server("good", "second"), try TLSTests.client(), host: host) { _ in [] }
        #expect(outcome.client == nil)
        #expect(outcome.serverName == host)
    }

    @Test(arguments: ["127.0.0.1", "third.example"])
    func `a client that requests no name, or an unknown one, gets the first certificate`(host: String) async throws {
        let outcome = await bench.converse(try TLSTests.server("good", "second"), try TLSTests.client(), host: host) { _ in [] }
        #expect(outcome.client?.kind == (host == "127.0.0.1" ? nil : "certificate"))
        let reversed = await bench.converse(try TLSTests.server("second", "good"), try TLSTests.client(), host: host) { _ in [] }
        #expect(reversed.client?.kind == "certificate")
    }

    @Test func `an HTTP request in clear text is recognized, and can get a response`() async throws {
        let context = try TLSTests.server()
        let (failure, answer) = await TestLoops.loop.run { loop in
            let listener = try! Listener(.loopback())
            let seen = Promise<StreamError?>()
            try! loop.serve(listener) { stream in
                do throws(StreamError) {
                    try await stream.startTLS(asServer: context, by: TestLoops.soon)
                    seen.fulfil(nil)
                } catch {
                    seen.fulfil(error)
                    try? await stream.write(Bytes("no".utf8)[...])
                }
            }
            let stream = try! await Stream.connect(to: listener.address, by: TestLoops.soon)
            try? await stream.write(Bytes("GET / HTTP/1.1\r\nHost: a\r\n\r\n".utf8)[...])
            let answer = try? await collect(2, from: stream)
            stream.close()
            listener.stop()
            return (await seen.value(by: TestLoops.soon) ?? nil, answer)
        }
        #expect(failure == .clearText)
        #expect(answer == Bytes("no".utf8))
    }

    @Test func `a connection outlives the settings it began with`() async throws {
        let desk = CurrentTLSContext(try TLSTests.server(tickets: TLSTicketKeys(ttl: .seconds(60))))
        let outcome = await bench.converse(
            try #require(desk.context), try TLSTests.client(),
            serve: { stream in
                desk.context = try TLSTests.server("second")
                _ = try await stream.read()
                try await stream.write(Bytes("still here".utf8)[...])
            }
        ) { stream throws(StreamError) in
            try await stream.write([0])
            return try await collect(10, from: stream)
        }
        #expect(outcome.received == Bytes("still here".utf8))
        #expect(outcome.client == nil)
    }
}
