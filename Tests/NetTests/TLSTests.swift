import Net
import Testing
import Wire

struct TLSTests {
    /// What both sides saw.
    struct Outcome: Sendable {
        var client: StreamError?
        var server: StreamError?
        var received: Bytes = []
        var protocols: [String?] = []
        var serverName: String?
    }

    static func server(_ names: String..., protocols: [String] = [], tickets: TLSTicketKeys? = nil) throws -> TLSContext {
        let identities = try (names.isEmpty ? ["good"] : names).map { name in
            try TLSIdentity(certificateChain: TestCertificates.file("\(name).pem"), key: TestCertificates.file("\(name).key"))
        }
        return try .server(identities, tickets: tickets, protocols: protocols)
    }

    static func client(_ name: String = "ca", protocols: [String] = []) throws -> TLSContext {
        try .client(trusting: [TestCertificates.file("\(name).pem")], protocols: protocols)
    }

    /// One TLS connection: an echo on the server's side, `talk` on the client's.
    func converse(
        _ serverContext: TLSContext, _ clientContext: TLSContext, host: String = "localhost",
        serve: @Sendable @escaping (Net.Stream) async throws -> Void = echo,
        talk: @Sendable @escaping (Net.Stream) async throws(StreamError) -> Bytes
    ) async -> Outcome {
        await TestLoops.loop.run { loop in
            let listener = try! Listener(.loopback())
            let served = Promise<Outcome>()
            try! loop.serve(listener) { stream in
                var outcome = Outcome()
                do throws(StreamError) {
                    try await stream.startTLS(asServer: serverContext, by: TestLoops.soon)
                    outcome.protocols = [stream.applicationProtocol]
                    outcome.serverName = stream.serverName
                } catch {
                    outcome.server = error
                }
                served.fulfil(outcome)
                if outcome.server == nil { try await serve(stream) }
            }
            var (failed, received, chosen): (StreamError?, Bytes, String?) = (nil, [], nil)
            do throws(StreamError) {
                let stream = try await Stream.connect(to: listener.address, by: TestLoops.soon)
                defer { stream.close() }
                try await stream.startTLS(asClient: clientContext, host: host, by: TestLoops.soon)
                chosen = stream.applicationProtocol
                received = try await talk(stream)
            } catch {
                failed = error
            }
            listener.stop()
            var outcome = await served.value(by: TestLoops.soon) ?? Outcome()
            outcome.client = failed
            outcome.received = received
            outcome.protocols.append(chosen)
            return outcome
        }
    }

    @Test func `bytes go round under TLS, with SNI and ALPN`() async throws {
        let outcome = await converse(
            try Self.server(protocols: ["h2", "http/1.1"]), try Self.client(protocols: ["http/1.1"])
        ) { stream throws(StreamError) in
            try await stream.write([Bytes("hel".utf8)[...], Bytes("lo".utf8)[...]])
            return try await collect(5, from: stream)
        }
        #expect(outcome.client == nil)
        #expect(outcome.server == nil)
        #expect(outcome.received == Bytes("hello".utf8))
        #expect(outcome.protocols == ["http/1.1", "http/1.1"])
        #expect(outcome.serverName == "localhost")
    }

    @Test func `megabytes go both ways at once under TLS`() async throws {
        let sent = Bytes((0..<3_000_000).map { UInt8(truncatingIfNeeded: $0 &* 31 &+ $0 >> 8) })
        let outcome = await converse(try Self.server(), try Self.client()) { stream throws(StreamError) in
            Loop.fork {
                try? await stream.write([sent[..<100], sent[100..<1_000_000], sent[1_000_000...]], by: TestLoops.soon)
                stream.shutdownWrite()
            }
            return try await collect(from: stream)
        }
        #expect(outcome.client == nil)
        #expect(outcome.received == sent)
    }

    @Test(arguments: ["localhost", "127.0.0.1", "a.video.example"])
    func `a name or address that the certificate bears is accepted`(host: String) async throws {
        let outcome = await converse(try Self.server(), try Self.client(), host: host) { _ in [] }
        #expect(outcome.client == nil)
        #expect(outcome.serverName == (host == "127.0.0.1" ? nil : host))
    }

    @Test(arguments: ["example.com", "127.0.0.2", "a.b.video.example", "video.example", "localhost.example"])
    func `a name or address that the certificate does not bear is refused`(host: String) async throws {
        let outcome = await converse(try Self.server(), try Self.client(), host: host) { _ in [] }
        #expect(outcome.client?.kind == "certificate")
        #expect(outcome.client?.description.contains("mismatch") == true)
    }

    @Test func `an expired certificate is refused, and the server learns why`() async throws {
        let outcome = await converse(try Self.server("expired"), try Self.client()) { _ in [] }
        #expect(outcome.client == .certificate("certificate has expired"))
    }

    @Test func `a certificate of an unknown authority is refused`() async throws {
        let outcome = await converse(try Self.server(), try Self.client("other")) { _ in [] }
        #expect(outcome.client?.kind == "certificate")
    }

    @Test func `a client that offers only other protocols is refused`() async throws {
        let outcome = await converse(try Self.server(protocols: ["h2"]), try Self.client(protocols: ["spdy/1"])) { _ in [] }
        #expect(outcome.client?.kind == "tls")
        #expect(outcome.server?.kind == "tls")
    }

    @Test func `a stream truncated without close_notify is not taken for complete`() async throws {
        let outcome = await converse(
            try Self.server(), try Self.client(),
            serve: { stream in
                try await stream.write(Bytes("half".utf8)[...])
                stream.cutOff()
            }
        ) { stream throws(StreamError) in
            #expect(try await collect(4, from: stream) == Bytes("half".utf8))
            return try await collect(1, from: stream)
        }
        #expect(outcome.client == .truncated)
    }

    @Test func `an orderly end under TLS reads as empty, again and again`() async throws {
        let outcome = await converse(
            try Self.server(), try Self.client(), serve: { stream in try await stream.write(Bytes("all".utf8)[...]) }
        ) { stream throws(StreamError) in
            let all = try await collect(from: stream)
            #expect(try await stream.read(by: TestLoops.soon).isEmpty)
            return all
        }
        #expect(outcome.client == nil)
        #expect(outcome.received == Bytes("all".utf8))
    }

    @Test func `a peer that never starts TLS times out at the deadline`() async throws {
        let context = try Self.client()
        let failed = await TestLoops.loop.run { loop in
            let listener = try! Listener(.loopback())
            try! loop.serve(listener) { stream in
                try await stream.waitUntilReadable()
                await loop.sleep(for: .seconds(1))
            }
            defer { listener.stop() }
            return await failure { () throws(StreamError) in
                let stream = try await Stream.connect(to: listener.address)
                defer { stream.close() }
                try await stream.startTLS(asClient: context, host: "localhost", by: .now + .milliseconds(50))
            }
        }
        #expect(failed == .timedOut)
    }

    @Test func `a pooled TLS connection is quiet until bytes or the end come`() async throws {
        let outcome = await converse(
            try Self.server(), try Self.client(),
            serve: { stream in
                _ = try await stream.read()
                try await stream.write([1])
                _ = try await stream.read()
            }
        ) { stream throws(StreamError) in
            try await stream.write([0])
            _ = try await stream.read()
            var seen: Bytes = [stream.isQuiet() ? 1 : 0]
            try await stream.write([0])
            try await stream.waitUntilReadable(by: TestLoops.soon)
            seen.append(stream.isQuiet() ? 1 : 0)
            return seen
        }
        #expect(outcome.received == [1, 0])
    }

    @Test func `files that are not what they should be are refused by name`() throws {
        let missing = TestCertificates.file("missing.pem")
        #expect(throws: TLSContext.SetupError.self) { try TLSIdentity(certificateChain: missing, key: missing) }
        let (good, wrong) = (TestCertificates.file("good.pem"), TestCertificates.file("expired.key"))
        do {
            _ = try TLSIdentity(certificateChain: good, key: wrong)
            Issue.record("a foreign key was accepted")
        } catch {
            #expect("\(error)".contains(wrong))
        }
        #expect(throws: TLSContext.SetupError.self) { try TLSContext.client(trusting: [missing]) }
        #expect(throws: TLSContext.SetupError.protocols) { try TLSContext.client(protocols: [""]) }
    }
}
