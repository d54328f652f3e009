import CLinux
import Wire

/// Turns host names into addresses with the system's resolver and remembers the answers. Names that clients choose are looked up apart from
/// those that the operator and the vendors choose: neither can use up the other's threads, queue or cache.
package final class Resolver: Sendable {
    package enum LookupError: Error, Sendable, Hashable {
        /// There is no such name, or it has no address.
        case notFound
        /// No name server answered; another try may succeed.
        case temporary
        case timedOut
        /// More look-ups wait than the bound allows.
        case busy
        case system
    }

    /// Whose name it is.
    package enum Purpose: Sendable, Hashable {
        /// A vendor's, a proxy's or a listener's. Where its look-up fails, its last good addresses are used.
        case vendor
        /// In a request of this owner.
        case client(owner: String)
    }

    /// Looks one name up; may block for seconds.
    package typealias LookUp = @Sendable (String) -> Result<[Address], LookupError>

    private let vendors: LookupPool
    private let clients: LookupPool
    private static let maxAddresses = 32

    package init(_ limits: Limits = Limits(), lookUp: @escaping LookUp = Resolver.system) {
        let waiting = limits.maxQueuedLookups
        vendors = LookupPool(
            "resolver",
            .init(
                running: limits.maxConcurrentLookups, runningPerOwner: limits.maxConcurrentLookups, waiting: waiting,
                waitingPerOwner: waiting),
            limits: limits, staleTTL: limits.dnsStaleTTL, lookUp: lookUp)
        clients = LookupPool(
            "media resolver",
            .init(
                running: limits.maxConcurrentMediaLookups, runningPerOwner: limits.maxMediaLookupsPerKey, waiting: waiting,
                waitingPerOwner: (waiting + 3) / 4),
            limits: limits, staleTTL: .zero, lookUp: lookUp)
    }

    /// The addresses of a host in the order of RFC 6724, as the system gives them. Literal addresses cost no look-up. Runs on a loop.
    package func resolve(
        _ host: String, port: UInt16, for purpose: Purpose = .vendor, by deadline: Instant = .never
    ) async throws(LookupError) -> [Address] {
        if let literal = Address(literal: host, port: port) { return [literal] }
        let name = host.lowercased()
        guard !name.isEmpty, name.utf8.count <= 255, !name.utf8.contains(0) else { throw .notFound }
        let found: [Address]
        switch purpose {
        case .vendor: found = try await vendors.resolve(name, for: "", by: deadline)
        case .client(let owner): found = try await clients.resolve(name, for: owner, by: deadline)
        }
        return found.map { $0.with(port: port) }
    }

    /// getaddrinfo(3).
    package static let system: LookUp = { name in
        withUnsafeTemporaryAllocation(of: linux_address.self, capacity: Resolver.maxAddresses) { table in
            let count = linux_resolve(name, table.baseAddress!, Int32(table.count))
            guard count >= 0 else { return .failure(LookupError(count)) }
            return .success(table.prefix(Int(count)).compactMap(Address.init))
        }
    }
}

extension Resolver.LookupError: CustomStringConvertible {
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
