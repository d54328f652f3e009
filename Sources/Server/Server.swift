import Net
import Synchronization
import Wire

/// Serves the connections of listeners on a set of loops. Each loop has a handler of its own; a connection stays on its loop.
package final class Server: Sendable {
    private let stations: [Confined<Station>]
    private let listeners = Mutex<[Listener]>([])

    /// - Parameters:
    ///   - clock: the time of day, for Date.
    ///   - makeHandler: called once on each loop.
    package init(
        on loops: [Loop], limits: Limits, clock: @escaping @Sendable () -> Timestamp,
        _ makeHandler: @escaping @Sendable (Loop) -> any Handler
    ) async {
        var stations: [Confined<Station>] = []
        for loop in loops {
            stations.append(
                await loop.run { loop in
                    Confined(Station(loop: loop, limits: limits, handler: makeHandler(loop), clock: clock))
                })
        }
        self.stations = stations
    }

    /// The ALPN names of what is spoken, the preferred first.
    package static let protocols = ["http/1.1"]

    /// Takes the connections of one more listener, on all loops, until `drain`.
    /// - Parameter tls: nil where clients speak in clear text.
    package func serve(_ listener: Listener, tls: TLSDesk? = nil) async throws(StreamFailure) {
        listeners.withLock { $0.append(listener) }
        for station in stations {
            let failure = await station.loop.run { _ in Server.open(listener, tls, at: station.open()) }
            if let failure { throw failure }
        }
    }

    /// Connections that are open on all loops.
    package func connectionCount() async -> Int {
        var count = 0
        for station in stations { count += await station.loop.run { _ in station.open().count } }
        return count
    }

    /// Stops in good order: accepts nothing more, closes idle connections at once, lets every request in flight be answered with
    /// `connection: close`, and breaks off what is left when the grace is over.
    /// - Returns: how many connections had to be broken off.
    @discardableResult
    package func drain(within grace: Duration) async -> Int {
        for listener in listeners.withLock({ $0 }) { listener.stop() }
        for station in stations { await station.loop.run { _ in station.open().drain() } }
        let deadline = Instant.now + grace
        var broken = 0
        for station in stations {
            broken += await station.loop.run { _ in
                let station = station.open()
                await station.empty(within: deadline - .now)
                let left = station.count
                station.abortAll()
                await station.empty(within: Server.lastMoment)
                return left
            }
        }
        return broken
    }

    /// What handlers have, after their connections were broken off, to notice it.
    private static let lastMoment: Duration = .milliseconds(200)

    private static func open(_ listener: Listener, _ tls: TLSDesk?, at station: Station) -> StreamFailure? {
        do throws(StreamFailure) {
            let inlet = try listener.inlet()
            station.openDoor()
            Loop.fork {
                while let stream = await inlet.next() {
                    station.receive(stream, tls?.context)
                }
                station.closeDoor()
            }
            return nil
        } catch {
            return error
        }
    }
}
