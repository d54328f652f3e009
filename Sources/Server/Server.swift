import Net
import Synchronization
import Wire

/// Serves the connections of listeners on a set of loops. Each loop has a handler of its own; a connection stays on its loop.
package final class Server: Sendable {
    private let stations: [Confined<Station>]
    let ledger: Ledger
    let gate: Gate
    let tally = Tally()
    let listeners = Mutex<[Listener]>([])

    /// - Parameters:
    ///   - clock: the time of day, for Date.
    ///   - ledger: counts the bodies of requests; a caller that holds further bytes passes its own.
    ///   - makeHandler: called once on each loop.
    package init(
        on loops: [Loop], limits: Limits, clock: @escaping @Sendable () -> Timestamp, ledger: Ledger? = nil,
        _ makeHandler: @escaping @Sendable (Loop) -> any Handler
    ) async {
        let ledger = ledger ?? Ledger(limits)
        self.ledger = ledger
        gate = Gate(most: Server.connections(limits), fromOne: limits.connectionsPerAddress)
        var stations: [Confined<Station>] = []
        for loop in loops {
            stations.append(
                await loop.run { [tally] loop in
                    Confined(Station(loop: loop, limits: limits, handler: makeHandler(loop), ledger: ledger, tally: tally, clock: clock))
                })
        }
        self.stations = stations
    }

    /// The ALPN names of what is spoken, the preferred first.
    package static let protocols = ["h2", "http/1.1"]

    /// Takes the connections of one more listener, on all loops, until `drain`.
    /// - Parameters:
    ///   - tls: nil where clients speak in clear text.
    ///   - proxies: from whom PROXY protocol headers are taken; nil where connections begin without one.
    package func serve(_ listener: Listener, tls: TLSDesk? = nil, proxies: ProxyTrust? = nil) async throws(StreamFailure) {
        listeners.withLock { $0.append(listener) }
        for station in stations {
            let failure = await station.loop.run { [gate] _ in Server.open(listener, tls, proxies, gate, at: station.open()) }
            if let failure { throw failure }
        }
    }

    /// Accepts nothing more on that listener; its connections go on.
    package func close(_ listener: Listener) {
        listener.stop()
        listeners.withLock { $0.removeAll { $0 === listener } }
    }

    /// New limits, and new handlers for all requests from now on; those under way end with the old ones.
    package func adopt(_ limits: Limits, _ makeHandler: @escaping @Sendable (Loop) -> any Handler) async {
        ledger.adopt(limits)
        gate.adopt(most: Server.connections(limits), fromOne: limits.connectionsPerAddress)
        for station in stations { await station.loop.run { loop in station.open().adopt(limits, makeHandler(loop)) } }
    }

    /// As many as may be, and as the process has descriptors for besides those that it needs itself.
    private static func connections(_ limits: Limits) -> Int {
        let descriptors = ProcessLimits.raiseDescriptors()
        return max(1, min(limits.connections, descriptors - min(limits.spareDescriptors, max(24, descriptors / 4))))
    }


    /// Connections that are open on all loops.
    package func connectionCount() async -> Int {
        var count = 0
        for station in stations { count += await station.loop.run { _ in station.open().count } }
        return count
    }

    /// Goes on accepting, and lets clients know with `connection: close` that they should connect again, to another server perhaps.
    package func announceDrain() async {
        for station in stations { await station.loop.run { _ in station.open().announceDrain() } }
    }

    /// Stops in good order: accepts nothing more, closes idle connections after a moment, lets every request in flight be answered with
    /// `connection: close`, and breaks off what is left when the grace is over.
    /// - Returns: how many connections had to be broken off.
    @discardableResult
    package func drain(within grace: Duration) async -> Int {
        for listener in listeners.withLock({ $0 }) { listener.stop() }
        for station in stations { await station.loop.run { _ in station.open().drain(within: grace) } }
        let deadline = Instant.now + grace
        var broken = 0
        for station in stations {
            broken += await station.loop.run { _ in
                let station = station.open()
                await station.empty(within: deadline - .now)
                let left = station.count
                station.abortAll()
                await station.empty(within: station.limits.lastMoment)
                return left
            }
        }
        return broken
    }

    /// Gives the stream a place, or turns it away.
    private static func admit(_ stream: Net.Stream, from peer: Address?, _ tls: TLSDesk?, _ gate: Gate, at station: Station) -> Bool {
        stream.pass = nil
        guard let place = gate.admit(peer) else {
            station.tally.refused.count()
            station.makeRoom()
            station.handler.note(Breach(kind: .crowd, reason: "there is no place for one more", peer: stream.peer))
            station.turnAway(stream, isTLS: tls?.context != nil)
            return false
        }
        if gate.isNearlyFull { station.makeRoom() }
        stream.pass = place
        return true
    }

    private static func open(
        _ listener: Listener, _ tls: TLSDesk?, _ proxies: ProxyTrust?, _ gate: Gate, at station: Station
    ) -> StreamFailure? {
        do throws(StreamFailure) {
            let inlet = try listener.inlet()
            station.openDoor()
            Loop.fork {
                while let stream = await inlet.next() {
                    guard let proxies else {
                        if admit(stream, from: stream.peer, tls, gate, at: station) { station.receive(stream, tls?.context) }
                        continue
                    }
                    guard admit(stream, from: nil, tls, gate, at: station) else { continue }
                    station.receive(stream, proxies) {
                        if admit(stream, from: stream.peer, tls, gate, at: station) { station.receive(stream, tls?.context) }
                    }
                }
                station.closeDoor()
            }
            return nil
        } catch {
            return error
        }
    }
}
