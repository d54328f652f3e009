import Client
import Configuration
import Crypto
import Jobs
import Net
import Seal
import Server
import Synchronization
import Telemetry
import Wire

extension Serving {
    /// Puts a new configuration in force: all of it, or nothing. Requests under way end with the old one.
    /// - Throws: `.misconfigured` with a sentence for the operator; nothing has changed then.
    package func adopt(_ new: Configuration) async throws(Fault) {
        let old = state.withLock { $0.configuration }
        guard new.state == old.state, new.journal.isSame(as: old.journal) else {
            throw Fault(.misconfigured, "'state' and 'journal' cannot change while the program runs: restart it.")
        }
        let marks = Serving.marks(of: new.tls)
        let studio = try Studio(new, catalog: try Serving.catalog(new), seal: try Serving.ring(new))
        let tls = try Serving.serverTLS(new.tls, tickets)
        let upstreamTLS = try Serving.clientTLS(trusting: new.accounts.compactMap(\.caFile))
        let opened = try await open(new)

        // Nothing below can fail.
        house.studio = studio
        desk.context = tls
        await server.adopt(new.limits) { [house, resolver] _ in
            Gateway(house: house, client: Client(resolver: resolver, tls: upstreamTLS, limits: new.limits), clock: { WallClock.now })
        }
        let closed = state.withLock { state in
            state.configuration = new
            state.marks = marks
            // A passed socket stands for no address of the configuration, and stays.
            let isKept = { (door: Door) in door.listen.map(new.listen.contains) ?? true }
            defer { state.doors = state.doors.filter(isKept) + opened }
            return state.doors.filter { !isKept($0) }
        }
        for door in closed { server.close(door.listener) }
    }

    /// Looks whether the files of certificates have changed. New ones that cannot be used leave the old ones in force; that is told once
    /// for each change.
    package func checkCertificates() {
        let (settings, seen) = state.withLock { ($0.configuration.tls, $0.marks) }
        let marks = Serving.marks(of: settings)
        guard marks != seen else { return }
        state.withLock { $0.marks = marks }
        do throws(Fault) {
            desk.context = try Serving.serverTLS(settings, tickets)
            house.telemetry.say(.notice, "the files of certificates have changed and are in force")
        } catch {
            house.telemetry.say(
                .error, "the files of certificates have changed and cannot be used, the old ones stay in force", ["detail": error.message])
        }
    }

    static func marks(of settings: Configuration.TLS?) -> [FileMark] {
        guard let settings else { return [] }
        return (settings.identities.flatMap { [$0.certificate, $0.key] } + [settings.clientCA].compactMap(\.self)).map { FileMark($0) }
    }
}

extension Configuration.Journal {
    fileprivate func isSame(as other: Configuration.Journal) -> Bool {
        switch (self, other) {
        case (.sqlite, .sqlite), (.off, .off): true
        case (.postgres(let one), .postgres(let two)): one.reveal() == two.reveal()
        default: false
        }
    }
}
