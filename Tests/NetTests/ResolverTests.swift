import Net
import Testing
import Wire

struct ResolverTests {
    private func look(
        _ host: String, by deadline: Instant? = nil, in resolver: Resolver = Resolver()
    ) async -> Result<[Address], Resolver.Failure> {
        await Bench.loop.run { _ in
            do throws(Resolver.Failure) {
                return .success(try await resolver.addresses(of: host, port: 443, by: deadline ?? Bench.soon))
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

    @Test func `too many look-ups are refused`() async {
        let resolver = Resolver(threads: 1, waiting: 0)
        #expect(await look("localhost", in: resolver) == .failure(.busy))
    }
}
