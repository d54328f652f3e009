import Net
import Testing
import Wire

@testable import Client

struct HappyEyeballsTests {
    private static func v4(_ last: UInt32, _ port: UInt16 = 80) -> Address { .v4(IPv4(number: 0x7F00_0000 + last), port: port) }
    private static func v6(_ last: UInt64) -> Address { .v6(IPv6(high: 0, low: last), port: 80) }

    @Test func `address families alternate, beginning with the resolver's first choice`() {
        let mixed = HappyEyeballs.interleaved([Self.v6(1), Self.v6(2), Self.v6(3), Self.v4(1), Self.v4(2)])
        #expect(mixed == [Self.v6(1), Self.v4(1), Self.v6(2), Self.v4(2), Self.v6(3)])
        #expect(HappyEyeballs.interleaved([Self.v4(1), Self.v6(1)]) == [Self.v4(1), Self.v6(1)])
        #expect(HappyEyeballs.interleaved([]).isEmpty)
    }

    private struct Finish: Sendable {
        var peer: Address?
        var failure: StreamError?
        var took: Duration
        var socketsLeft: Int
    }

    private static func race(_ name: String, within time: Duration = .seconds(10)) async throws -> (Finish, live: Address) {
        try await Loop.start()[0].run { loop -> Result<(Finish, live: Address), any Error> in
            do {
                let live = try Listener(.loopback())
                let gone = try Listener(.loopback())
                gone.stop()
                let (hole, fillers) = try Blackhole.open()
                for filler in fillers.prefix(1) { try await filler.waitUntilConnected(by: TestLoops.soon) }
                let book = ["live": live.address, "refused": gone.address, "silent": hole.address]
                let before = loop.openSockets
                let start = Instant.now
                var finish = Finish(peer: nil, failure: nil, took: .zero, socketsLeft: 0)
                do throws(StreamError) {
                    let names = name.split(separator: " ").compactMap { book[String($0)] }
                    let stream = try await HappyEyeballs.connect(to: names, by: .now + time, on: loop)
                    finish.peer = stream.peer
                    stream.close()
                } catch {
                    finish.failure = error
                }
                finish.took = .now - start
                await loop.sleep(for: .milliseconds(20))
                finish.socketsLeft = loop.openSockets - before
                for filler in fillers { filler.close() }
                live.stop()
                hole.stop()
                return .success((finish, live.address))
            } catch {
                return .failure(error)
            }
        }.get()
    }

    @Test(arguments: ["live", "live refused", "refused live", "refused refused refused live", "live silent"])
    func `the first that answers wins, without a pause after a refusal`(names: String) async throws {
        let (finish, live) = try await Self.race(names)
        #expect(finish.peer == live)
        #expect(finish.socketsLeft == 0)
    }

    @Test func `an address that does not answer costs a quarter of a second`() async throws {
        let (finish, live) = try await Self.race("silent live")
        #expect(finish.peer == live)
        #expect(finish.took >= .milliseconds(240) && finish.took < .seconds(8))
        #expect(finish.socketsLeft == 0)
    }

    @Test(arguments: [
        ("refused", StreamError.refused), ("refused refused", .refused), ("silent silent", .timedOut), ("refused silent", .timedOut),
    ])
    func `if no address accepts, the last error is thrown`(names: String, failure: StreamError) async throws {
        let (finish, _) = try await Self.race(names, within: .milliseconds(400))
        #expect(finish.peer == nil)
        #expect(finish.failure == failure)
        #expect(finish.socketsLeft == 0)
    }

    @Test func `a name with addresses of both families reaches a server that has only one`() async throws {
        let outcome = try await TestLoops.withServer { side in
            try await side.readRequest()
            try await side.send("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok")
        } _: { host, client in
            await client.outcome(of: host.url("/", "localhost"))
        }
        #expect(outcome == "200 ok")
    }
}
