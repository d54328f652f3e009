import Configuration
import Jobs
import Net
import Server
import Synchronization
import Wire

extension Serving {
    /// Binds and serves the addresses of the administration that are not served yet.
    /// - Throws: `.misconfigured`; what was opened for this call is closed again.
    func openAdministration(_ configuration: Configuration) async throws(Fault) -> [Door] {
        var doors: [Door] = []
        let served = state.withLock { $0.adminDoors.map(\.listen) }
        do throws(Fault) {
            for listen in configuration.admin where !served.contains(listen) {
                for listener in try await listeners(for: listen, configuration) {
                    doors.append(Door(listen: listen, listener: listener))
                    do throws(StreamFailure) { try await administration.serve(listener) } catch {
                        throw Fault(.misconfigured, "Cannot listen on \(listen): \(error).")
                    }
                }
            }
            return doors
        } catch {
            for door in doors { administration.close(door.listener) }
            throw error
        }
    }

    /// Closes those that the new configuration has no more.
    func adoptAdministration(_ opened: [Door], _ new: Configuration) async {
        await administration.adopt(new.limits) { [house] _ in Administration(house: house, clock: { WallClock.now }) }
        let closed = state.withLock { state in
            let isKept = { (door: Door) in door.listen.map(new.admin.contains) ?? false }
            defer { state.adminDoors = state.adminDoors.filter(isKept) + opened }
            return state.adminDoors.filter { !isKept($0) }
        }
        for door in closed { administration.close(door.listener) }
    }

    /// What the administration really listens on.
    package var adminAddresses: [Address] { state.withLock { $0.adminDoors.map(\.listener.address) } }

    /// Where this process can be asked for its health from this machine: the administration first, a socket file next, for neither needs
    /// TLS. Nil for a server that has no address of its own.
    package var probeAddress: AddressFile? {
        let (isTLS, admin, other) = state.withLock { state in
            (state.configuration.tls != nil, state.adminDoors.map(\.listener.address), state.doors.map(\.listener.address))
        }
        let unix = other.filter { if case .unix = $0 { true } else { false } }
        for address in admin + unix {
            if let listen = Configuration.Listen("\(address)") { return AddressFile(listen, isTLS: false) }
        }
        return other.lazy.compactMap { Configuration.Listen("\($0)") }.first.map { AddressFile($0, isTLS: isTLS) }
    }
}
