import Net
import Testing
import Wire

@testable import Client

/// URLs that clients name lead to public addresses or nowhere.
struct AddressGuardTests {
    @Sendable private static func answerAll(_ side: ScriptedServer.ServerSide) async throws {
        while try await side.readRequest() != nil { try await side.send("HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\nsecret") }
    }

    @Test(arguments: [
        "127.0.0.1", "127.1", "2130706433", "0x7f000001", "0177.0.0.1", "0.0.0.0", "localhost", "LOCALHOST", "[::1]", "[::]",
        "[::ffff:127.0.0.1]",
        "[::ffff:7f00:1]", "[64:ff9b::7f00:1]", "[2002:7f00:1::]", "[fd00::1]", "[fe80::1]", "169.254.169.254", "[::ffff:169.254.169.254]",
        "10.0.0.1",
        "172.16.0.1", "192.168.1.1", "100.100.100.200", "168.63.129.16", "224.0.0.1", "255.255.255.255",
    ])
    func `no spelling leads to an address that is not public`(name: String) async throws {
        let (failure, connections) = try await TestLoops.withServer(play: Self.answerAll) { host, client in
            let failure = await client.failure(of: ClientRequest(.get, host.url("/", name), onlyPublic: true))
            return (failure, host.connections)
        }
        #expect(failure?.reason == .forbiddenAddress)
        #expect(failure?.neverArrived == true)
        #expect(connections == 0)
    }

    @Test(arguments: ["169.254.169.254", "[::ffff:169.254.169.254]", "[fe80::1]", "100.100.100.200", "[fd00:ec2::254]", "metadata.test"])
    func `no call reaches a metadata service, even without the guard`(name: String) async throws {
        let resolver = Resolver { _ in .success([Address("169.254.169.254:80")!]) }
        let failure = try await TestLoops.withServer(resolver: resolver, play: Self.answerAll) { host, client in
            await client.failure(of: ClientRequest(.get, host.url("/", name)))
        }
        #expect(failure?.reason == .forbiddenAddress)
    }

    @Test(arguments: [(Resolver.Purpose.vendor, "200 secret"), (.client(owner: "a"), "lookup")])
    func `a name that only the proxy can look up is left to it, unless a client chose the name`(
        purpose: Resolver.Purpose, expected: String
    ) async throws {
        let resolver = Resolver { _ in .failure(.notFound) }
        let outcome = try await TestLoops.withServer(resolver: resolver, play: Self.answerAll) { host, client in
            var request = ClientRequest(.get, "http://video.test/", onlyPublic: true)
            request.purpose = purpose
            request.proxy = ClientRequest.Proxy(host: "127.0.0.1", port: Int(host.port))
            return await client.outcome(of: request)
        }
        #expect(outcome == expected)
    }

    @Test func `without the guard the same address answers, and its connection serves no guarded call`() async throws {
        let (open, guarded, connections) = try await TestLoops.withServer(play: Self.answerAll) { host, client in
            let open = await client.outcome(of: host.url())
            return (open, await client.outcome(of: ClientRequest(.get, host.url(), onlyPublic: true)), host.connections)
        }
        #expect(open == "200 secret")
        #expect(guarded == "forbiddenAddress")
        #expect(connections == 1)
    }

    @Test(arguments: ["http://127.0.0.1:1/", "https://10.0.0.1/", "http://localhost/"])
    func `behind a proxy the guard looks at the target too`(url: String) async throws {
        let (outcome, connections) = try await TestLoops.withServer(play: Self.answerAll) { host, client in
            var request = ClientRequest(.get, url, onlyPublic: true)
            request.proxy = ClientRequest.Proxy(host: "127.0.0.1", port: Int(host.port))
            return (await client.outcome(of: request), host.connections)
        }
        #expect(outcome == "forbiddenAddress")
        #expect(connections == 0)
    }

    @Test func `a proxy of the configuration may be private where the target is public`() async throws {
        let outcome = try await TestLoops.withServer(play: Self.answerAll) { host, client in
            var request = ClientRequest(.get, "http://93.184.216.34/", onlyPublic: true)
            request.proxy = ClientRequest.Proxy(host: "127.0.0.1", port: Int(host.port))
            return await client.outcome(of: request)
        }
        #expect(outcome == "200 secret")
    }

    @Test(arguments: [
        ("http://127.0.0.1", "127.0.0.0/8", "200 secret"), ("http://localhost", "127.0.0.1", "200 secret"),
        ("http://[::ffff:127.0.0.1]", "127.0.0.1", "200 secret"), ("http://127.0.0.1", "10.0.0.0/8", "forbiddenAddress"),
        ("http://169.254.169.254", "0.0.0.0/0", "forbiddenAddress"), ("http://93.184.216.34", "10.0.0.0/8", "forbiddenAddress"),
    ])
    func `networks that the operator allows are reached, and plain http reaches no other`(
        url: String, network: String, expected: String
    ) async throws {
        let networks = try [#require(IPRange(network))]
        let outcome = try await TestLoops.withServer(privateNetworks: networks, play: Self.answerAll) { host, client in
            await client.outcome(of: ClientRequest(.get, "\(url):\(host.port)/", onlyPublic: true))
        }
        #expect(outcome == expected)
    }
}
