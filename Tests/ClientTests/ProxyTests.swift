import Net
import Testing
import Wire

@testable import Client

struct ProxyTests {
    private static let ok = "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello"

    private static func request(_ method: Method, _ url: String, by host: ScriptedServer, credentials: String? = "user:pass")
        -> ClientRequest
    {
        var request = ClientRequest(method, url)
        request.proxy = ClientRequest.Proxy(host: "127.0.0.1", port: Int(host.port), credentials: credentials)
        return request
    }

    @Test func `http goes through a proxy in absolute form, with credentials`() async throws {
        let (outcome, requests) = try await TestLoops.withServer { side in
            while try await side.readRequest() != nil { try await side.send(Self.ok) }
        } _: { host, client in
            _ = await client.outcome(of: Self.request(.get, "http://video.example/a?b=1", by: host))
            return (await client.outcome(of: Self.request(.get, "http://video.example:81/", by: host, credentials: nil)), host.requests)
        }
        #expect(outcome == "200 hello")
        #expect(requests.count == 2)
        #expect(requests.first?.hasPrefix("GET http://video.example/a?b=1 HTTP/1.1\r\nhost: video.example\r\n") == true)
        #expect(requests.first?.contains("proxy-authorization: Basic dXNlcjpwYXNz\r\n") == true)
        #expect(requests.last?.hasPrefix("GET http://video.example:81/ HTTP/1.1\r\nhost: video.example:81\r\n") == true)
        #expect(requests.last?.contains("proxy-authorization") == false)
    }

    @Test(arguments: [("video.example", nil), ("other.example", ClientError.Reason.tls)] as [(String, ClientError.Reason?)])
    func `https goes through a tunnel, and the name at its end is verified`(name: String, reason: ClientError.Reason?) async throws {
        let context = try TestCertificates.server()
        let (failure, requests) = try await TestLoops.withServer(trusting: TestCertificates.client()) { side in
            try await side.readRequest()
            try await side.send("HTTP/1.0 200 Connection established\r\nProxy-Agent: x\r\n\r\n")
            try await side.stream.startTLS(asServer: context, by: TestLoops.soon)
            while try await side.readRequest() != nil { try await side.send(Self.ok) }
        } _: { host, client in
            var failure: ClientError?
            for _ in 0..<2 { failure = await client.failure(of: Self.request(.post, "https://\(name)/x", by: host)) }
            return (failure, host.requests)
        }
        #expect(failure?.reason == reason)
        #expect(failure?.neverArrived ?? true)
        #expect(requests.first?.hasPrefix("CONNECT \(name):443 HTTP/1.1\r\nhost: \(name):443\r\n") == true)
        #expect(requests.first?.contains("proxy-authorization: Basic dXNlcjpwYXNz\r\n") == true)
        let inside = requests.filter { $0.hasPrefix("POST /x HTTP/1.1\r\nhost: \(name)\r\n") && !$0.contains("proxy-authorization") }
        #expect(inside.count == (reason == nil ? 2 : 0))
    }

    @Test(arguments: [
        "HTTP/1.1 407 Proxy Authentication Required\r\nContent-Length: 0\r\n\r\n", "HTTP/1.1 502 Bad Gateway\r\n\r\nno", "nonsense\r\n\r\n",
        "HTTP/1.1 200 OK",
        "", "HTTP/1.1 200 OK\r\n\r\nHTTP/1.1 200 OK\r\n\r\n",
    ])
    func `a proxy that makes no tunnel proves that nothing arrived`(answer: String) async throws {
        let failure = try await TestLoops.withServer { side in
            try await side.readRequest()
            try await side.send(answer)
        } _: { host, client in
            await client.failure(of: Self.request(.post, "https://video.example/", by: host))
        }
        #expect(failure?.reason == .proxy)
        #expect(failure?.neverArrived == true)
        #expect(failure?.detail.contains("pass") == false)
    }

    @Test func `a silent proxy times out`() async throws {
        var limits = Limits()
        limits.connectTimeout = .milliseconds(100)
        let failure = try await TestLoops.withServer(limits) {
            try await $0.wait()
        } _: { host, client in
            await client.failure(of: Self.request(.post, "https://video.example/", by: host))
        }
        #expect(failure?.reason == .connectTimeout)
        #expect(failure?.neverArrived == true)
    }
}
