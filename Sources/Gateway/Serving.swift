import Client
import Configuration
import Crypto
import Jobs
import Journal
import Net
import Seal
import Server
import Synchronization
import Telemetry
import Wire

/// The running program: loops, listeners and a gateway on each loop.
package struct Serving: Sendable {
    package let house: House
    /// What is really listened on, with the ports the kernel chose.
    package let addresses: [Address]
    private let server: Server
    private let limits: Limits

    /// Binds every address and begins to serve.
    /// - Parameter loops: a process has one loop a core; tests bring their own.
    /// - Throws: `.misconfigured` saying which address or file is at fault.
    package init(_ configuration: Configuration, house: House, loops: [Loop]) async throws(Fault) {
        self.house = house
        limits = configuration.limits
        let tickets = TLSTicketKeys(life: limits.ticketKeyTime)
        let tls = TLSDesk(try Serving.serverTLS(configuration.tls, tickets))
        let upstreamTLS = try Serving.clientTLS(trusting: configuration.accounts.compactMap(\.caFile))
        let resolver = Resolver()
        let limits = configuration.limits
        server = await Server(on: loops, limits: limits, clock: { WallClock.now }) { _ in
            Gateway(house: house, client: Client(resolver: resolver, tls: upstreamTLS, limits: limits), clock: { WallClock.now })
        }
        var bound: [Address] = []
        for listen in configuration.listen {
            for address in try await Serving.addresses(of: listen, resolver) {
                do throws(StreamFailure) {
                    let listener = try Listener(address)
                    try await server.serve(listener, tls: listen.isUnix ? nil : tls)
                    bound.append(listener.address)
                } catch {
                    throw Fault(.misconfigured, "Cannot listen on \(listen): \(error).")
                }
            }
        }
        addresses = bound
    }

    /// Accepts nothing more, lets what is in flight end, and breaks off what is left after the grace period.
    package func drain() async {
        await server.drain(within: limits.drainTime)
        await house.journal?.close()
    }

    private static func addresses(of listen: Configuration.Listen, _ resolver: Resolver) async throws(Fault) -> [Address] {
        switch listen {
        case .unix(let path): return [.unix(path)]
        case .tcp(let host, let port):
            if let address = Address(literal: host, port: port) { return [address] }
            do throws(Resolver.Failure) {
                return try await resolver.addresses(of: host, port: port)
            } catch {
                throw Fault(.misconfigured, "Cannot listen on \(listen): \(error).")
            }
        }
    }
}
