import CLinux
import Wire

/// Resolves host names with the system's resolver and caches the results. Names chosen by clients have threads, a queue and a cache of
/// their own, so that they cannot exhaust those for vendors.
package final class Resolver: Sendable {
    package enum LookupError: Error, Sendable, Hashable {
        /// The name does not exist, or has no address.
        case notFound
        /// No name server responded; a retry may succeed.
        case temporary
        case timedOut
        /// The lookup queue is full.
        case busy
        case system
    }

    /// Where a name comes from.
    package enum Purpose: Sendable, Hashable {
        /// From a vendor, a proxy or the configuration. If its lookup fails, its last known addresses are used.
        case vendor
        /// From a request of this owner.
        case client(owner: String)
    }

    /// Resolves one name; may block for seconds.
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

    /// The addresses of a host, in the order of RFC 6724 that the system returns. Literal addresses need no lookup. Runs on a loop.
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
        case .temporary: "no name server responded"
        case .timedOut: "the DNS lookup timed out"
        case .busy: "too many DNS lookups at once"
        case .system: "the DNS lookup failed"
        }
    }
}
