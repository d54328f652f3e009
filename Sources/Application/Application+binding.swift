import Configuration
import Glibc
import Jobs
import Net
import Server
import Wire

extension Application {
    /// Binds an address of the configuration, once for each IP address of its host name.
    /// - Throws: `.misconfigured`; nothing remains bound then.
    func bindListeners(for listen: Configuration.Listen, _ configuration: Configuration) async throws(Fault) -> [Listener] {
        var listeners: [Listener] = []
        do throws(Fault) {
            for address in try await resolveAddresses(of: listen) {
                // Port 0 gets one free port for all addresses of the name.
                let port = listeners.first?.address.port ?? address.port
                guard let listener = try bind(port.map(address.with) ?? address, of: listen, configuration, isOptional: !listeners.isEmpty)
                else { continue }
                listeners.append(listener)
            }
            return listeners
        } catch {
            for listener in listeners { listener.stop() }
            throw error
        }
    }

    /// - Parameter isOptional: whether an address family that this machine lacks is skipped.
    private func bind(
        _ address: Address, of listen: Configuration.Listen, _ configuration: Configuration, isOptional: Bool
    ) throws(Fault) -> Listener? {
        let options = configuration.listenOptions[listen] ?? Configuration.ListenOptions()
        let isV6Only = options.isV6Only || Application.hasOwnIPv4(listen, configuration)
        do throws(StreamError) {
            return try Listener(
                address, backlog: configuration.limits.backlog, sharesPort: configuration.sharesPort,
                acceptBackoff: configuration.limits.acceptBackoff,
                options: Listener.Options(isV6Only: isV6Only, mode: options.mode, group: options.group))
        } catch {
            let isMissing = error == .system(EAFNOSUPPORT) || error == .system(EADDRNOTAVAIL)
            if isMissing, isOptional { return nil }
            // Without IPv6, all addresses of the machine are IPv4.
            if error == .system(EAFNOSUPPORT), !isV6Only, address == Address("[::]:\(address.port ?? 0)"),
                let all = Address("0.0.0.0:\(address.port ?? 0)")
            {
                return try bind(all, of: listen, configuration, isOptional: false)
            }
            let reason = error == .system(ESRCH) ? "there is no group '\(options.group ?? "")'" : "\(error)"
            throw Fault(.misconfigured, "Cannot listen on \(listen): \(reason).")
        }
    }

    /// Whether the configuration also lists an IPv4 address with the port of this one.
    private static func hasOwnIPv4(_ listen: Configuration.Listen, _ configuration: Configuration) -> Bool {
        guard case .tcp(_, let port) = listen, port != 0 else { return false }
        return configuration.listen.contains { other in
            if case .tcp(let host, port) = other { !host.contains(":") } else { false }
        }
    }

    /// The addresses of a host name. `localhost` means both families, whatever `/etc/hosts` says.
    private func resolveAddresses(of listen: Configuration.Listen) async throws(Fault) -> [Address] {
        switch listen {
        case .unix(let path): return [.unix(path)]
        case .tcp("localhost", let port): return [.loopback(port: port), .v6(IPv6(high: 0, low: 1), port: port)]
        case .tcp(let host, let port):
            if let address = Address(literal: host, port: port) { return [address] }
            do throws(Resolver.LookupError) {
                return try await resolver.resolve(host, port: port)
            } catch {
                throw Fault(.misconfigured, "Cannot listen on \(listen): \(error).")
            }
        }
    }
}
