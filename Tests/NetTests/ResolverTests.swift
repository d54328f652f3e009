import Glibc
import Net
import Synchronization
import Testing
import Wire

struct ResolverTests {
    private func look(
        _ host: String, for purpose: Resolver.Purpose = .vendor, by deadline: Instant? = nil, in resolver: Resolver = Resolver()
    ) async -> Result<[Address], Resolver.LookupError> {
        await TestLoops.loop.run { _ in
            do throws(Resolver.LookupError) {
                return .success(try await resolver.resolve(host, port: 443, for: purpose, by: deadline ?? .now + .seconds(60)))
            } catch {
                return .failure(error)
            }
        }
    }

    @Test func `localhost is a loopback address with the port asked for`() async throws {
        let addresses = try await look("localhost").get()
        #expect(!addresses.isEmpty)
        #expect(addresses.allSatisfy { $0.isLoopback && $0.port == 443 })
    }

    @Test func `a literal address needs no look-up`() async {
        #expect(await look("192.0.2.7", by: .now + .milliseconds(-1)) == .success([Address("192.0.2.7:443")!]))
        #expect(await look("[2001:db8::7]", by: .now + .milliseconds(-1)) == .success([Address("[2001:db8::7]:443")!]))
    }

    @Test(arguments: ["no-such-host.invalid", "", "a\u{0}b", String(repeating: "a", count: 256)])
    func `a name that does not exist is not found`(host: String) async {
        let found = await look(host)
        #expect(found == .failure(.notFound) || found == .failure(.temporary))
    }

    @Test func `a look-up ends at its deadline`() async {
        #expect(await look("localhost", by: .now) == .failure(.timedOut))
    }

    @Test func `an answer is used again`() async throws {
        let resolver = Resolver()
        let first = try await look("localhost", in: resolver).get()
        #expect(await look("LOCALHOST", in: resolver) == .success(first))
    }

    // MARK: With a fake name server

    /// Answers by name; names that begin with `slow` are answered when the test says so.
    private final class NameServer: Sendable {
        private let gate = Mutex<[String: Result<[Address], Resolver.LookupError>]>([:])
        private let asked = Mutex<[String]>([])
        var names: [String] { asked.withLock { $0 } }

        func answer(_ name: String, _ outcome: Result<[Address], Resolver.LookupError>) { gate.withLock { $0[name] = outcome } }

        func lookUp(_ name: String) -> Result<[Address], Resolver.LookupError> {
            asked.withLock { $0.append(name) }
            let end = Instant.now + .seconds(120)
            while Instant.now < end {
                if let outcome = gate.withLock({ $0[name] }) { return outcome }
                guard name.hasPrefix("slow") else { return .success([ResolverTests.address]) }
                usleep(1000)
            }
            return .failure(.system)
        }
    }

    private static let address = Address("192.0.2.1:443")!

    private static func limits(_ change: (inout Limits) -> Void = { _ in }) -> Limits {
        var limits = Limits()
        limits.dnsStaleTimeout = .milliseconds(50)
        change(&limits)
        return limits
    }

    @Test func `lookups of one client delay neither a vendor nor another client`() async {
        let server = NameServer()
        let resolver = Resolver(Self.limits { $0.maxQueuedLookups = 40 }) { server.lookUp($0) }
        let alice = Resolver.Purpose.client(owner: "alice")
        async let slow = withTaskGroup(of: Result<[Address], Resolver.LookupError>.self) { group in
            for number in 0..<40 { group.addTask { await look("slow\(number).test", for: alice, by: .now + .seconds(60), in: resolver) } }
            return await group.reduce(into: [Resolver.LookupError]()) { if case .failure(let failure) = $1 { $0.append(failure) } }
        }
        while server.names.count < 2 { await Task.yield() }
        #expect(await look("vendor.test", in: resolver) == .success([Self.address]))
        #expect(await look("picture.test", for: .client(owner: "bob"), in: resolver) == .success([Self.address]))
        for number in 0..<40 { server.answer("slow\(number).test", .failure(.notFound)) }
        let failures = await slow
        // Two at a time, ten that wait, and the rest is refused at once.
        #expect(failures.filter { $0 == .busy }.count == 28 && failures.filter { $0 == .notFound }.count == 12)
    }

    @Test func `a vendor's last addresses are used when a lookup fails or does not end, but not when the name does not exist`() async {
        let server = NameServer()
        let resolver = Resolver(Self.limits { $0.dnsCacheTTL = .milliseconds(1) }) { server.lookUp($0) }
        server.answer("slow.test", .success([Self.address]))
        #expect(await look("slow.test", in: resolver) == .success([Self.address]))
        for failure in [Resolver.LookupError.temporary, .system] {
            server.answer("slow.test", .failure(failure))
            usleep(2000)
            #expect(await look("slow.test", in: resolver) == .success([Self.address]), "\(failure)")
        }
        server.answer("slow.test", .failure(.notFound))
        #expect(await look("slow.test", in: resolver) == .failure(.notFound))
    }

    @Test func `a vendor's last addresses are used while its look-up hangs, after a moment`() async {
        let server = NameServer()
        let isOpen = Mutex(true)
        let resolver = Resolver(Self.limits { $0.dnsCacheTTL = .milliseconds(1) }) { name in
            if isOpen.withLock({ $0 }) { return .success([Self.address]) }
            return server.lookUp(name)
        }
        #expect(await look("slow.test", in: resolver) == .success([Self.address]))
        isOpen.withLock { $0 = false }
        usleep(2000)
        let began = Instant.now
        #expect(await look("slow.test", by: .now + .seconds(60), in: resolver) == .success([Self.address]))
        #expect(Instant.now - began < .seconds(45))
        server.answer("slow.test", .failure(.temporary))
    }

    @Test func `a client's name has no last addresses`() async {
        let server = NameServer()
        let resolver = Resolver(Self.limits { $0.dnsCacheTTL = .milliseconds(1) }) { server.lookUp($0) }
        #expect(await look("a.test", for: .client(owner: "a"), in: resolver) == .success([Self.address]))
        server.answer("a.test", .failure(.temporary))
        usleep(2000)
        #expect(await look("a.test", for: .client(owner: "a"), in: resolver) == .failure(.temporary))
    }

    @Test func `a name is looked up once for all who ask for it at the same time`() async {
        let server = NameServer()
        let resolver = Resolver(Self.limits()) { server.lookUp($0) }
        async let found = withTaskGroup(of: Result<[Address], Resolver.LookupError>.self) { group in
            for _ in 0..<20 { group.addTask { await look("slow.test", in: resolver) } }
            return await group.reduce(into: 0) { if $1 == .success([Self.address]) { $0 += 1 } }
        }
        while server.names.isEmpty { await Task.yield() }
        server.answer("slow.test", .success([Self.address]))
        #expect(await found == 20)
        #expect(server.names.count == 1)
    }

    @Test func `too many look-ups are refused`() async {
        let server = NameServer()
        let resolver = Resolver(Self.limits { ($0.maxConcurrentLookups, $0.maxQueuedLookups) = (1, 0) }) { server.lookUp($0) }
        async let first = look("slow.test", in: resolver)
        while server.names.isEmpty { await Task.yield() }
        #expect(await look("other.test", in: resolver) == .failure(.busy))
        server.answer("slow.test", .failure(.notFound))
        #expect(await first == .failure(.notFound))
    }
}
