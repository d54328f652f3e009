import HTTP
import Net
import Testing
import Wire

@testable import Client

/// Answers with a content coding.
struct CompressedResponseTests {
    private static func gzip(_ bytes: Bytes) -> Bytes {
        var deflater = Deflater()
        return deflater.finish(bytes[...])
    }

    private static let text = String(repeating: "the quick brown fox; ", count: 5000)

    private static func play(
        _ packed: Bytes, coding: String = "gzip", limits: Limits = Limits(), step: Int = .max, ask: String? = nil
    ) async throws -> (outcome: String, kept: Int, request: String) {
        try await TestLoops.withServer(limits) { side in
            try await side.readRequest()
            try await side.send("HTTP/1.1 200 OK\r\nContent-Encoding: \(coding)\r\nContent-Length: \(packed.count)\r\n\r\n")
            var rest = packed[...]
            while !rest.isEmpty {
                try await side.send(Bytes(rest.prefix(step)))
                rest = rest.dropFirst(step)
                await Task.yield()
            }
            try await side.wait()
        } _: { host, client in
            var request = ClientRequest(.get, host.url())
            if let ask { request.headers.set("accept-encoding", ask) }
            return (await client.outcome(of: request), client.pool.count, host.requests.first ?? "")
        }
    }

    @Test(arguments: ["gzip", "x-gzip", "GZIP", "identity, gzip", "aws-chunked,gzip"])
    func `a packed body is unpacked, and its connection kept`(coding: String) async throws {
        let (outcome, kept, request) = try await Self.play(Self.gzip(Bytes(Self.text.utf8)), coding: coding)
        #expect(outcome == "200 " + Self.text)
        #expect(kept == 1)
        #expect(request.contains("accept-encoding: gzip\r\n"))
    }

    @Test func `it may come in single bytes`() async throws {
        let outcome = try await Self.play(Self.gzip(Bytes(Self.text.utf8)), step: 1).outcome
        #expect(outcome == "200 " + Self.text)
    }

    @Test func `a request that refuses compression says so`() async throws {
        let request = try await Self.play(Bytes("plain".utf8), coding: "identity", ask: "identity").request
        #expect(request.contains("accept-encoding: identity\r\n"))
        #expect(!request.contains("gzip"))
    }

    @Test func `a decompression bomb is rejected`() async throws {
        let bomb = Self.gzip(Bytes(repeating: 0, count: 8_000_000))
        #expect(try await Self.play(bomb).outcome == "tooLarge")
    }

    @Test func `more output than the limit is rejected, however small the input`() async throws {
        var limits = Limits()
        limits.maxInflatedBytes = 10_000
        #expect(try await Self.play(Self.gzip(Bytes(Self.text.utf8)), limits: limits).outcome == "tooLarge")
    }

    @Test func `corrupt, truncated and uncompressed input is rejected`() async throws {
        let packed = Self.gzip(Bytes(Self.text.utf8))
        var wrong = packed
        wrong[wrong.count - 6] ^= 0x55  // the checksum
        #expect(try await Self.play(wrong).outcome == "encoding")
        #expect(try await Self.play(Bytes(packed.dropLast(12))).outcome == "closedEarly")
        #expect(try await Self.play(Bytes("plain".utf8)).outcome == "encoding")
    }

    @Test func `every further read throws the same error`() async throws {
        let packed = Self.gzip(Bytes(Self.text.utf8)).dropLast(12)
        let reasons = try await TestLoops.withServer { side in
            try await side.readRequest()
            try await side.send("HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: \(packed.count)\r\n\r\n")
            try await side.send(Bytes(packed))
        } _: { host, client in
            let incoming = try await client.send(ClientRequest(.get, host.url()))
            var reasons: [String] = []
            while reasons.count < 2 {
                do throws(ClientError) {
                    if try await incoming.next() == nil { reasons.append("an end") }
                } catch {
                    reasons.append(error.reason.rawValue)
                }
            }
            return reasons
        }
        #expect(reasons == ["closedEarly", "closedEarly"])
    }
}
