import Configuration
import Jobs
import Net
import Server
import Synchronization
import Wire

extension Application {
    /// Whether a service manager has bound the sockets.
    var usesPassedSockets: Bool { state.withLock { $0.boundListeners.contains { $0.listen == nil } } }

    /// Binds and serves those addresses that are not served yet.
    /// - Throws: `.misconfigured`; all that this call opened is closed then.
    func bindAndServe(_ configuration: Configuration, _ passed: [Listener] = []) async throws(Fault) -> [BoundListener] {
        try checkExposure(configuration, passed)
        var boundListeners: [BoundListener] = []
        do throws(Fault) {
            for listener in passed { boundListeners.append(try await serve(listener, as: nil)) }
            guard passed.isEmpty, !usesPassedSockets else { return boundListeners }
            let served = state.withLock { $0.boundListeners.map(\.listen) }
            for listen in configuration.listen where !served.contains(listen) {
                let options = configuration.listenOptions[listen]
                for listener in try await bindListeners(for: listen, configuration) {
                    boundListeners.append(try await serve(listener, as: listen, proxies: options?.proxies.map(ProxyTrust.init)))
                }
            }
            return boundListeners
        } catch {
            for boundListener in boundListeners { server.close(boundListener.listener) }
            throw error
        }
    }

    /// A socket file needs no TLS: its clients are on this machine.
    private func serve(
        _ listener: Listener, as listen: Configuration.Listen?, proxies: ProxyTrust? = nil
    ) async throws(Fault) -> BoundListener {
        let isUnix = if case .unix = listener.address { true } else { false }
        do throws(StreamError) {
            try await server.serve(listener, tls: isUnix ? nil : currentTLS, proxies: proxies)
            return BoundListener(listen: listen, listener: listener)
        } catch {
            server.close(listener)
            throw Fault(.misconfigured, "Cannot listen on \(listener.address): \(error).")
        }
    }

    /// Without keys, every client that reaches a listener could spend the operator's money. `listen` was checked when it was read.
    private func checkExposure(_ configuration: Configuration, _ passed: [Listener]) throws(Fault) {
        let listeners = passed + state.withLock { $0.boundListeners.filter { $0.listen == nil }.map(\.listener) }
        guard configuration.keys.isEmpty, let open = listeners.first(where: { !$0.address.isLoopback }) else { return }
        throw Fault(
            .misconfigured,
            "The socket \(open.address), which the service manager passes, can be reached from outside, but there are no keys.")
    }
}
