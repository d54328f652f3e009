import Synchronization

/// Which vendors have a model by a name: made when somebody first asks for a name without a vendor.
final class NameIndex: Sendable {
    private let vendors = Mutex<[String: [String]]?>(nil)

    /// - Parameter all: every vendor with the names of its models, in the order in which vendors are told.
    func vendors(with name: String, of all: () -> [(vendor: String, names: [String])]) -> [String] {
        vendors.withLock { known in
            let index = known ?? NameIndex.index(all())
            known = index
            return index[name] ?? []
        }
    }

    private static func index(_ all: [(vendor: String, names: [String])]) -> [String: [String]] {
        var index: [String: [String]] = [:]
        for (vendor, names) in all {
            for name in names { index[name, default: []].append(vendor) }
        }
        return index
    }
}
