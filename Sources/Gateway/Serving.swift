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
package final class Serving: Sendable {
    /// An address of the configuration, and one socket that is bound to it.
    struct Door {
        let listen: Configuration.Listen?
        let listener: Listener
    }

    struct State {
        var configuration: Configuration
        var doors: [Door] = []
        /// Of the administration.
        var adminDoors: [Door] = []
        /// Of the certificates in force, or of those that could not be used.
        var marks: [FileMark]
    }

    package let house: House
    let server: Server
    /// Serves the administration's own addresses.
    let administration: Server
    let resolver: Resolver
    let tickets: TLSTicketKeys
    let desk: TLSDesk
    let state: Mutex<State>
    private let first: Loop?

    /// Binds every address and begins to serve.
    /// - Parameters:
    ///   - loops: a process has one loop a core; tests bring their own.
    ///   - passed: sockets that a service manager has bound; `listen` of the configuration says nothing then.
    /// - Throws: `.misconfigured` saying which address or file is at fault.
    package init(_ configuration: Configuration, house: House, loops: [Loop], passed: [Listener] = []) async throws(Fault) {
        self.house = house
        let limits = configuration.limits
        resolver = Resolver(limits)
        tickets = TLSTicketKeys(life: limits.ticketKeyTime)
        state = Mutex(State(configuration: configuration, marks: Serving.marks(of: configuration.tls)))
        desk = TLSDesk(try Serving.serverTLS(configuration.tls, tickets))
        let upstreamTLS = try Serving.clientTLS(trusting: configuration.accounts.compactMap(\.caFile))
        let first = loops.first
        self.first = first
        server = await Server(on: loops, limits: limits, clock: { WallClock.now }, ledger: house.memory) { [resolver] loop in
            let client = Client(resolver: resolver, tls: upstreamTLS, limits: limits)
            let gateway = Gateway(house: house, client: client, clock: { WallClock.now })
            if loop === first { Loop.fork { await gateway.searchForLostJobs() } }
            return gateway
        }
        administration = await Server(on: Array(loops.prefix(1)), limits: limits, clock: { WallClock.now }) { _ in
            Administration(house: house, clock: { WallClock.now })
        }
        let adminDoors = try await openAdministration(configuration)
        let doors = try await open(configuration, passed)
        state.withLock { ($0.doors, $0.adminDoors) = (doors, adminDoors) }
        watchFigures()
        loops[0].spawn { [weak self] loop in
            let reader = Worker("certificates")
            while let pause = self?.state.withLock({ $0.configuration.limits.certificateCheckTime }) {
                await loop.sleep(for: pause)
                await reader.run { [weak self] in self?.checkCertificates() }
            }
        }
    }

    /// What is really listened on, with the ports the kernel chose.
    package var addresses: [Address] { state.withLock { $0.doors.map(\.listener.address) } }

    /// How long `drain` waits for what is in flight.
    package var drainTime: Duration { state.withLock { $0.configuration.limits.drainTime } }

    /// Goes on accepting for `shutdown_delay`, then accepts nothing more, lets what is in flight end, and breaks off what is left after the
    /// grace period.
    package func drain() async {
        house.isDraining.store(true, ordering: .releasing)
        let limits = state.withLock { $0.configuration.limits }
        if limits.shutdownDelay > .zero {
            await server.announceDrain()
            await first?.run { loop in await loop.sleep(for: limits.shutdownDelay) }
        }
        house.watch.close()
        await server.drain(within: limits.drainTime)
        await house.journal?.close()
        await administration.drain(within: state.withLock { $0.configuration.limits.lastMoment })
    }
}
