import Configuration
import Jobs
import Net
import Server
import Synchronization
import Wire

extension Application {
    /// Binds and serves those administration addresses that are not served yet.
    /// - Throws: `.misconfigured`; all that this call opened is closed then.
    func bindAdministration(_ configuration: Configuration) async throws(Fault) -> [BoundListener] {
        var boundListeners: [BoundListener] = []
        let served = state.withLock { $0.adminListeners.map(\.listen) }
        do throws(Fault) {
            for listen in configuration.admin where !served.contains(listen) {
                for listener in try await bindListeners(for: listen, configuration) {
                    boundListeners.append(BoundListener(listen: listen, listener: listener))
                    do throws(StreamError) { try await administration.serve(listener) } catch {
                        throw Fault(.misconfigured, "Cannot listen on \(listen): \(error).")
                    }
                }
            }
            return boundListeners
        } catch {
            for boundListener in boundListeners { administration.close(boundListener.listener) }
            throw error
        }
    }

    /// Closes the addresses that the new configuration no longer has.
    func adoptAdministration(_ opened: [BoundListener], _ new: Configuration) async {
        await administration.adopt(new.limits) { [shared] _ in AdministrationHandler(shared: shared, clock: { WallClock.now }) }
        let closed = state.withLock { state in
            let isKept = { (boundListener: BoundListener) in boundListener.listen.map(new.admin.contains) ?? false }
            defer { state.adminListeners = state.adminListeners.filter(isKept) + opened }
            return state.adminListeners.filter { !isKept($0) }
        }
        for boundListener in closed { administration.close(boundListener.listener) }
    }

    /// The administration addresses that are bound.
    package var adminAddresses: [Address] { state.withLock { $0.adminListeners.map(\.listener.address) } }

    /// The address for health checks from this machine: the administration if there is one, else a socket file, since neither needs TLS,
    /// else the first address. Nil if the server has none of its own.
    package var probeAddress: ServerAddressFile? {
        let (isTLS, admin, other) = state.withLock { state in
            (state.configuration.tls != nil, state.adminListeners.map(\.listener.address), state.boundListeners.map(\.listener.address))
        }
        let unix = other.filter { if case .unix = $0 { true } else { false } }
        for address in admin + unix {
            if let listen = Configuration.Listen("\(address)") { return ServerAddressFile(listen, isTLS: false) }
        }
        return other.lazy.compactMap { Configuration.Listen("\($0)") }.first.map { ServerAddressFile($0, isTLS: isTLS) }
    }
}
