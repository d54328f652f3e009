import Configuration
import Jobs
import Net
import Server
import Synchronization
import Wire

extension Serving {
    /// Whether a service manager has bound the sockets.
    var isPassed: Bool { state.withLock { $0.doors.contains { $0.listen == nil } } }

    /// Binds and serves every address that is not served yet.
    /// - Throws: `.misconfigured`; what was opened for this call is closed again.
    func open(_ configuration: Configuration, _ passed: [Listener] = []) async throws(Fault) -> [Door] {
        try checkExposure(configuration, passed)
        var doors: [Door] = []
        do throws(Fault) {
            for listener in passed { doors.append(try await serve(listener, as: nil)) }
            guard passed.isEmpty, !isPassed else { return doors }
            let served = state.withLock { $0.doors.map(\.listen) }
            for listen in configuration.listen where !served.contains(listen) {
                let options = configuration.listenOptions[listen]
                for listener in try await listeners(for: listen, configuration) {
                    doors.append(try await serve(listener, as: listen, proxies: options?.proxies.map(ProxyTrust.init)))
                }
            }
            return doors
        } catch {
            for door in doors { server.close(door.listener) }
            throw error
        }
    }

    /// TLS protects nothing on a socket file: whoever may open it is on this machine.
    private func serve(
        _ listener: Listener, as listen: Configuration.Listen?, proxies: ProxyTrust? = nil
    ) async throws(Fault) -> Door {
        let isUnix = if case .unix = listener.address { true } else { false }
        do throws(StreamFailure) {
            try await server.serve(listener, tls: isUnix ? nil : desk, proxies: proxies)
            return Door(listen: listen, listener: listener)
        } catch {
            server.close(listener)
            throw Fault(.misconfigured, "Cannot listen on \(listener.address): \(error).")
        }
    }

    /// Without keys anybody who reaches a listener could spend the operator's money; `listen` was checked when it was read.
    private func checkExposure(_ configuration: Configuration, _ passed: [Listener]) throws(Fault) {
        let listeners = passed + state.withLock { $0.doors.filter { $0.listen == nil }.map(\.listener) }
        guard configuration.keys.isEmpty, let open = listeners.first(where: { !$0.address.isLoopback }) else { return }
        throw Fault(
            .misconfigured,
            "The socket \(open.address), which the service manager passes, can be reached from outside, but there are no keys.")
    }
}
