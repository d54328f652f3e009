import CLinux
import Synchronization
import Wire

/// Turns host names into addresses with the system's resolver, on threads of its own, and remembers answers for a few seconds.
package final class Resolver: Sendable {
    package enum Failure: Error, Sendable, Hashable {
        /// There is no such name, or it has no address.
        case notFound
        /// No name server answered; another try may succeed.
        case temporary
        case timedOut
        /// More look-ups wait than the bound allows.
        case busy
        case system
    }

    private struct Entry {
        let addresses: [Address]
        let expiry: Instant
    }

    private let cache = Mutex<[String: Entry]>([:])
    private let threads: Threads
    private let keeping: Duration
    private let names: Int
    private static let addressLimit = 32

    /// - Parameters:
    ///   - threads: look-ups at a time; a dead name server holds each for seconds.
    ///   - waiting: look-ups that may wait for a thread.
    ///   - keeping: how long an answer is used again; failures are not remembered.
    ///   - names: whose answers are kept.
    package init(threads: Int, waiting: Int, keeping: Duration = Limits().lookupLife, names: Int = Limits().lookupNames) {
        self.threads = Threads("resolver", limit: threads, queueLimit: waiting)
        self.keeping = keeping
        self.names = names
    }

    package convenience init(_ limits: Limits = Limits()) {
        self.init(threads: limits.lookups, waiting: limits.queuedLookups, keeping: limits.lookupLife, names: limits.lookupNames)
    }

    /// The addresses of a host in the order of RFC 6724, as the system gives them. Literal addresses cost no look-up.
    /// Runs on a loop. A look-up that outlives its deadline still fills the memory.
    package func addresses(of host: String, port: UInt16, by deadline: Instant = .never) async throws(Failure) -> [Address] {
        if let literal = Address(literal: host, port: port) { return [literal] }
        let name = host.lowercased()
        guard !name.isEmpty, name.utf8.count <= 255, !name.utf8.contains(0) else { throw .notFound }
        if let known = remembered(name) { return known.map { $0.with(port: port) } }
        let outcome = Promise<Result<[Address], Failure>>()
        let answer = Confined(outcome)
        let accepted = threads.submit { [self] in
            let found = look(up: name)
            answer.loop.spawn { _ in answer.open().fulfil(found) }
        }
        guard accepted else { throw .busy }
        guard let found = await outcome.value(by: deadline) else { throw .timedOut }
        return try found.get().map { $0.with(port: port) }
    }

    private func remembered(_ name: String) -> [Address]? {
        cache.withLock { cache in
            guard let entry = cache[name] else { return nil }
            if entry.expiry > .now { return entry.addresses }
            cache[name] = nil
            return nil
        }
    }

    private func look(up name: String) -> Result<[Address], Failure> {
        if let known = remembered(name) { return .success(known) }  // Found while this look-up waited for a thread.
        let found = withUnsafeTemporaryAllocation(of: linux_address.self, capacity: Resolver.addressLimit) { table in
            let count = linux_resolve(name, table.baseAddress!, Int32(table.count))
            guard count >= 0 else { return Result<[Address], Failure>.failure(Failure(count)) }
            return .success(table.prefix(Int(count)).compactMap(Address.init))
        }
        if case .success(let addresses) = found, keeping > .zero { remember(name, addresses) }
        return found
    }

    private func remember(_ name: String, _ addresses: [Address]) {
        let now = Instant.now
        cache.withLock { cache in
            if cache.count >= names { cache = cache.filter { $0.value.expiry > now } }
            if cache.count >= names { cache.removeAll() }
            cache[name] = Entry(addresses: addresses, expiry: now + keeping)
        }
    }
}

extension Resolver.Failure: CustomStringConvertible {
    fileprivate init(_ code: Int32) {
        self =
            switch linux_lookup(code) {
            case LINUX_LOOKUP_NONE: .notFound
            case LINUX_LOOKUP_TEMPORARY: .temporary
            default: .system
            }
    }

    package var description: String {
        switch self {
        case .notFound: "no such host"
        case .temporary: "no name server answered"
        case .timedOut: "name look-up timed out"
        case .busy: "too many name look-ups at once"
        case .system: "name look-up failed"
        }
    }
}
