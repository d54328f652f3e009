import Client
import Configuration
import Crypto
import Jobs
import Net
import Routing
import Seal
import Server
import Synchronization
import Telemetry
import Wire

extension Serving {
    /// A configuration that may replace the one in force, with everything that is read from files for it.
    package struct Prepared: Sendable {
        package let configuration: Configuration
        let marks: [FileMark]
        let studio: Studio
        let tls: TLSContext?
        let upstreamTLS: TLSContext
    }

    /// Reads what a new configuration names. Files may be slow, so this belongs on a thread of its own; nothing changes.
    /// - Throws: `.misconfigured` with a sentence for the operator.
    package func prepare(_ new: Configuration) throws(Fault) -> Prepared {
        let old = state.withLock { $0.configuration }
        guard new.state == old.state, new.journal.isSame(as: old.journal) else {
            throw Fault(.misconfigured, "'state' and 'journal' cannot change while the program runs: restart it.")
        }
        if let reason = new.reasonNotToReplace(old) { throw Fault(.misconfigured, reason) }
        for listen in new.listen where old.listen.contains(listen) && new.listenOptions[listen] != old.listenOptions[listen] {
            throw Fault(.misconfigured, "The options of \(listen) cannot change while the program runs: restart it.")
        }
        let studio = try Studio(new, catalog: try Serving.catalog(new), seal: try Serving.ring(new))
        if studio.planner.isRehearsal, !house.studio.planner.isRehearsal {
            throw Fault(
                .misconfigured, "only accounts of the test vendor are left, which would answer for every model: restart to simulate")
        }
        return Prepared(
            configuration: new, marks: Serving.marks(of: new.tls), studio: studio, tls: try Serving.serverTLS(new.tls, tickets),
            upstreamTLS: try Serving.clientTLS(trusting: new.accounts.compactMap(\.caFile)))
    }

    /// Puts a new configuration in force: all of it, or nothing. Requests under way end with the old one.
    /// - Throws: `.misconfigured` with a sentence for the operator; nothing has changed then.
    package func adopt(_ prepared: Prepared) async throws(Fault) {
        let (new, upstreamTLS) = (prepared.configuration, prepared.upstreamTLS)
        let openedAdmin = try await openAdministration(new)
        let opened: [Door]
        do throws(Fault) { opened = try await open(new) } catch {
            for door in openedAdmin { administration.close(door.listener) }
            throw error
        }

        // Nothing below can fail.
        house.studio = prepared.studio
        house.reportAliases(of: new, now: WallClock.now)
        desk.context = prepared.tls
        await server.adopt(new.limits) { [house, resolver] _ in
            Gateway(house: house, client: Client(resolver: resolver, tls: upstreamTLS, limits: new.limits), clock: { WallClock.now })
        }
        let closed = state.withLock { state in
            state.configuration = new
            state.marks = prepared.marks
            // A passed socket stands for no address of the configuration, and stays.
            let isKept = { (door: Door) in door.listen.map(new.listen.contains) ?? true }
            defer { state.doors = state.doors.filter(isKept) + opened }
            return state.doors.filter { !isKept($0) }
        }
        for door in closed { server.close(door.listener) }
        await adoptAdministration(openedAdmin, new)
    }

    /// Looks whether the files of certificates have changed. New ones that cannot be used leave the old ones in force; that is told once
    /// for each change. Files may be slow, so this belongs on a thread of its own.
    package func checkCertificates() {
        let (settings, seen) = state.withLock { ($0.configuration.tls, $0.marks) }
        let marks = Serving.marks(of: settings)
        guard marks != seen else { return }
        state.withLock { $0.marks = marks }
        do throws(Fault) {
            let context = try Serving.serverTLS(settings, tickets)
            // A reload may have been faster.
            guard state.withLock({ $0.configuration.tls == settings }) else { return }
            desk.context = context
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
