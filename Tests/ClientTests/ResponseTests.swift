import Net
import Testing
import Wire

@testable import Client

/// Servers as they are: what each says, and what the client makes of it.
struct ResponseTests {
    struct Case: Sendable, CustomTestStringConvertible {
        var name: String
        var answer: String
        /// Status and body, or the failure's reason.
        var outcome: String
        /// Whether the connection can carry another request.
        var isKept = false
        var closes = false
        var method: Method = .get
        var testDescription: String { name }
    }

    private static let head = "HTTP/1.1 200 OK\r\n"

    static let whole: [Case] = [
        Case(name: "content-length", answer: head + "Content-Length: 5\r\n\r\nhello", outcome: "200 hello", isKept: true),
        Case(
            name: "the same length twice", answer: head + "Content-Length: 5\r\nContent-Length: 5\r\n\r\nhello", outcome: "200 hello",
            isKept: true),
        Case(
            name: "chunked", answer: head + "Transfer-Encoding: chunked\r\n\r\n2\r\nhe\r\n3\r\nllo\r\n0\r\n\r\n", outcome: "200 hello",
            isKept: true),
        Case(
            name: "chunk extensions and trailers",
            answer: head + "Transfer-Encoding: Chunked\r\n\r\n5;a=\"b\"\r\nhello\r\n0\r\nX-Sum: 1\r\n\r\n", outcome: "200 hello",
            isKept: true),
        Case(name: "until close", answer: head + "\r\nhello", outcome: "200 hello", closes: true),
        Case(
            name: "a length and connection: close", answer: head + "Connection: close\r\nContent-Length: 5\r\n\r\nhello",
            outcome: "200 hello", closes: true),
        Case(
            name: "connection: close, but it stays open", answer: head + "Connection: close\r\nContent-Length: 5\r\n\r\nhello",
            outcome: "200 hello"),
        Case(name: "HTTP/1.0", answer: "HTTP/1.0 200 OK\r\nContent-Length: 5\r\n\r\nhello", outcome: "200 hello"),
        Case(
            name: "HTTP/1.0 with keep-alive", answer: "HTTP/1.0 200 OK\r\nConnection: Keep-Alive\r\nContent-Length: 5\r\n\r\nhello",
            outcome: "200 hello", isKept: true),
        Case(name: "no body", answer: head + "Content-Length: 0\r\n\r\n", outcome: "200 ", isKept: true),
        Case(name: "204", answer: "HTTP/1.1 204 No Content\r\n\r\n", outcome: "204 ", isKept: true),
        Case(name: "304 with a length", answer: "HTTP/1.1 304 Not Modified\r\nContent-Length: 999\r\n\r\n", outcome: "304 ", isKept: true),
        Case(name: "HEAD with a length", answer: head + "Content-Length: 999\r\n\r\n", outcome: "200 ", isKept: true, method: .head),
        Case(name: "HEAD, chunked", answer: head + "Transfer-Encoding: chunked\r\n\r\n", outcome: "200 ", isKept: true, method: .head),
        Case(
            name: "interim answers",
            answer: "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: </x>\r\n\r\n" + head + "Content-Length: 2\r\n\r\nok",
            outcome: "200 ok", isKept: true),
        Case(name: "no reason phrase", answer: "HTTP/1.1 200\r\nContent-Length: 2\r\n\r\nok", outcome: "200 ok", isKept: true),
        Case(name: "bare line feeds", answer: "HTTP/1.1 200 OK\nContent-Length: 2\n\nok", outcome: "200 ok"),
        Case(name: "an empty line in front", answer: "\r\n" + head + "Content-Length: 2\r\n\r\nok", outcome: "200 ok", isKept: true),
        Case(
            name: "an error status with a body", answer: "HTTP/1.1 500 Oops\r\nContent-Length: 4\r\n\r\nsigh", outcome: "500 sigh",
            isKept: true),
        Case(
            name: "a redirect is an answer", answer: "HTTP/1.1 302 Found\r\nLocation: /b\r\nContent-Length: 0\r\n\r\n", outcome: "302 ",
            isKept: true),
        Case(name: "more than was said", answer: head + "Content-Length: 2\r\n\r\nok and more", outcome: "200 ok"),
        Case(
            name: "a second answer", answer: head + "Content-Length: 2\r\n\r\nok" + head + "Content-Length: 4\r\n\r\nevil",
            outcome: "200 ok"),
        Case(
            name: "said to be packed, and is not", answer: head + "Content-Encoding: aws-chunked\r\nContent-Length: 2\r\n\r\nok",
            outcome: "200 ok", isKept: true),
    ]

    static let broken: [Case] = [
        Case(name: "closed at once", answer: "", outcome: "closedEarly", closes: true),
        Case(name: "closed inside the head", answer: "HTTP/1.1 200 OK\r\nConte", outcome: "closedEarly", closes: true),
        Case(name: "closed inside a counted body", answer: head + "Content-Length: 9\r\n\r\nhello", outcome: "closedEarly", closes: true),
        Case(
            name: "closed inside a chunk", answer: head + "Transfer-Encoding: chunked\r\n\r\n9\r\nhello", outcome: "closedEarly",
            closes: true),
        Case(
            name: "closed before the last chunk", answer: head + "Transfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n", outcome: "closedEarly",
            closes: true),
        Case(name: "two lengths", answer: head + "Content-Length: 2\r\nContent-Length: 3\r\n\r\nok!", outcome: "malformed"),
        Case(
            name: "a length and chunks", answer: head + "Content-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
            outcome: "malformed"),
        Case(name: "an unknown transfer coding", answer: head + "Transfer-Encoding: gzip\r\n\r\n", outcome: "malformed"),
        Case(name: "a negative length", answer: head + "Content-Length: -1\r\n\r\n", outcome: "malformed"),
        Case(name: "a chunk size that is no number", answer: head + "Transfer-Encoding: chunked\r\n\r\nxyz\r\n", outcome: "malformed"),
        Case(name: "switching protocols unasked", answer: "HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\n\r\n", outcome: "malformed"),
        Case(
            name: "interim answers without end", answer: String(repeating: "HTTP/1.1 102 Processing\r\n\r\n", count: 50),
            outcome: "malformed"),
        Case(name: "HTTP/2 unasked", answer: "HTTP/2 200 OK\r\n\r\n", outcome: "malformed"),
        Case(name: "another protocol", answer: "SSH-2.0-OpenSSH_9.2\r\n\r\n", outcome: "malformed"),
        Case(name: "a head without end", answer: head + "X: " + String(repeating: "x", count: 70_000), outcome: "malformed"),
        Case(name: "too many fields", answer: head + String(repeating: "a: b\r\n", count: 200) + "\r\n", outcome: "malformed"),
        Case(name: "an unknown content coding", answer: head + "Content-Encoding: br\r\nContent-Length: 2\r\n\r\nok", outcome: "encoding"),
        Case(name: "packed twice", answer: head + "Content-Encoding: gzip, gzip\r\nContent-Length: 2\r\n\r\nok", outcome: "encoding"),
    ]

    @Test(arguments: whole + broken)
    func `an answer is understood, or refused, for what it is`(_ one: Case) async throws {
        let (outcome, kept) = try await Self.play(one) { side in try await side.send(one.answer) }
        #expect(outcome == one.outcome)
        #expect(kept == (one.isKept ? 1 : 0))
    }

    @Test(arguments: whole.filter { $0.answer.utf8.count < 300 })
    func `an answer that comes byte by byte is the same answer`(_ one: Case) async throws {
        let (outcome, _) = try await Self.play(one) { side in
            for byte in one.answer.utf8 {
                try await side.send([byte])
                await Task.yield()
            }
        }
        #expect(outcome == one.outcome)
    }

    private static func play(_ one: Case, _ say: @escaping @Sendable (ScriptedServer.ServerSide) async throws -> Void) async throws -> (
        String, Int
    ) {
        try await TestLoops.withServer { side in
            try await side.readRequest()
            try await say(side)
            if !one.closes { try await side.wait() }
        } _: { host, client in
            (await client.outcome(of: ClientRequest(one.method, host.url())), client.pool.count)
        }
    }

    @Test func `a body that cannot be read leaves the status readable`() async throws {
        let status = try await TestLoops.withServer { side in
            try await side.readRequest()
            try await side.send("HTTP/1.1 401 Unauthorized\r\nContent-Encoding: br\r\nContent-Length: 2\r\n\r\n??")
        } _: { host, client in
            let incoming = try await client.send(ClientRequest(.post, host.url()))
            incoming.close()
            return incoming.status
        }
        #expect(status == 401)
    }

    @Test func `a cancelled or broken response never ends normally`() async throws {
        let reasons = try await TestLoops.withServer { side in
            try await side.readRequest()
            try await side.send("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhello")
            if side.number == 1 { try await side.wait() }
        } _: { host, client in
            let left = try await client.send(ClientRequest(.get, host.url()))
            _ = try await left.next()
            left.close()
            let cut = try await client.send(ClientRequest(.get, host.url()))
            _ = try await cut.next()
            var reasons: [String] = []
            for incoming in [left, cut, cut] {
                do throws(ClientError) { reasons.append("\(try await incoming.next() as Slice?)") } catch {
                    reasons.append(error.reason.rawValue)
                }
            }
            return reasons
        }
        #expect(reasons == ["cancelled", "closedEarly", "closedEarly"])
    }

    @Test func `a body above the limit is rejected, at once if the head announces it`() async throws {
        let (outcomes, kept) = try await TestLoops.withServer { side in
            try await side.readRequest()
            let isCounted = side.number == 1
            try await side.send(
                "HTTP/1.1 200 OK\r\n"
                    + (isCounted ? "Content-Length: 11\r\n\r\n" : "Transfer-Encoding: chunked\r\n\r\nb\r\nhello world\r\n"))
            try await side.wait()
        } _: { host, client in
            var outcomes: [String] = []
            for _ in 0..<2 {
                let incoming = try await client.send(ClientRequest(.get, host.url()))
                do throws(ClientError) { _ = try await incoming.collect(atMost: 10) } catch { outcomes.append(error.reason.rawValue) }
            }
            return (outcomes, client.pool.count)
        }
        #expect(outcomes == ["tooLarge", "tooLarge"])
        #expect(kept == 0)
    }
}
