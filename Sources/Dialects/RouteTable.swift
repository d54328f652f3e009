import Wire

/// The routes of all dialects in one tree of path segments, at their own paths and below their mounts.
package struct RouteTable: Sendable {
    /// A dialect's route for a method and path.
    package struct Entry: Sendable {
        package let dialect: any Dialect
        package let route: Route
        /// The names in the braces of its pattern.
        package let names: [String]
        /// True below a mount, where only this dialect applies.
        package let isMounted: Bool
    }

    /// The result of a lookup.
    package enum Found {
        /// The matching entries, the default dialect's first.
        case entries([Entry], captures: [String: String])
        /// The path exists, but with other methods.
        case wrongMethod(any Dialect, allowed: [Method])
        case nothing(any Dialect)
    }

    private final class Node {
        /// A few at most, so comparing bytes costs less than hashing.
        var fixed: [(name: Bytes, node: Node)] = []
        var capture: Node?
        var rest: [Method: [Entry]] = [:]
        var entries: [Method: [Entry]] = [:]

        func next(_ name: Slice) -> Node? { fixed.first { $0.name[...] == name }?.node }
    }

    /// The search for a path, with the ranges of the captured segments.
    private struct Walk {
        let path: Slice
        let method: Method
        private(set) var entries: [Method: [Entry]]?
        private(set) var captures: [Range<Int>] = []
        private var captured: [Range<Int>] = []

        init(_ path: String, _ method: Method) {
            self.path = Bytes(path.utf8)[...]
            self.method = method
        }

        /// - Parameter start: the start of the next segment; nil after the last one.
        mutating func go(through node: Node, from start: Int?) {
            guard let start else {
                if !node.entries.isEmpty { arrive(node.entries) }
                return
            }
            let end = path[start...].firstIndex(of: UInt8(ascii: "/"))
            let segment = start..<(end ?? path.endIndex)
            if let next = node.next(path[segment]) { go(through: next, from: end.map { $0 + 1 }) }
            guard !segment.isEmpty else { return }
            if let next = node.capture {
                captured.append(segment)
                go(through: next, from: end.map { $0 + 1 })
                captured.removeLast()
            }
            if !node.rest.isEmpty {
                captured.append(start..<path.endIndex)
                arrive(node.rest)
                captured.removeLast()
            }
        }

        /// Keeps the first match unless it lacks the method and this one has it.
        private mutating func arrive(_ found: [Method: [Entry]]) {
            guard entries == nil || (entries?[method] == nil && found[method] != nil) else { return }
            entries = found
            captures = captured
        }
    }

    private struct Tree: @unchecked Sendable { let root: Node }  // written only in init

    private let tree: Tree
    private let standard: any Dialect
    private let mounts: [(prefix: String, dialect: any Dialect)]

    /// - Parameter standard: the dialect that applies outside the mounts if several match.
    package init(dialects: [any Dialect], standard: any Dialect, mounts: [(prefix: String, dialect: any Dialect)]) {
        let root = Node()
        let ordered = [standard] + dialects.filter { $0.name != standard.name }
        for dialect in ordered {
            for route in dialect.routes { RouteTable.add(route, of: dialect, below: "", mounted: false, to: root) }
        }
        for (prefix, dialect) in mounts {
            for route in dialect.routes { RouteTable.add(route, of: dialect, below: prefix, mounted: true, to: root) }
        }
        tree = Tree(root: root)
        self.standard = standard
        self.mounts = mounts
    }

    package func find(_ method: Method, _ path: String) -> Found {
        var walk = Walk(path, sought(method))
        walk.go(through: tree.root, from: 0)
        guard let found = walk.entries else { return .nothing(dialect(for: path)) }
        guard let entries = found[walk.method], let first = entries.first else {
            let dialect = found.values.first?.first?.dialect ?? standard
            return .wrongMethod(dialect, allowed: found.keys.sorted { $0.text < $1.text })
        }
        var captures: [String: String] = [:]
        for (name, place) in zip(first.names, walk.captures) { captures[name] = Percent.decoded(walk.path[place]) }
        return .entries(entries, captures: captures)
    }

    /// The dialect in whose format a request to an unknown path is refused.
    package func dialect(for path: String) -> any Dialect {
        mounts.first { path == $0.prefix || path.hasPrefix($0.prefix + "/") }?.dialect ?? standard
    }

    private func sought(_ method: Method) -> Method { method == .head ? .get : method }

    private static func add(_ route: Route, of dialect: any Dialect, below prefix: String, mounted: Bool, to root: Node) {
        var node = root
        let segments = (prefix + route.pattern).split(separator: "/", omittingEmptySubsequences: false)
        let entry = Entry(dialect: dialect, route: route, names: segments.compactMap(name), isMounted: mounted)
        for segment in segments {
            if segment.hasSuffix("...}") {
                node.rest[route.method, default: []].append(entry)
                return
            }
            let name = Bytes(segment.utf8)
            if let next = segment.hasPrefix("{") ? node.capture : node.next(name[...]) {
                node = next
                continue
            }
            let next = Node()
            if segment.hasPrefix("{") { node.capture = next } else { node.fixed.append((name, next)) }
            node = next
        }
        node.entries[route.method, default: []].append(entry)
    }

    /// The name in the braces of a segment; nil if it has none.
    private static func name(in segment: Substring) -> String? {
        guard segment.hasPrefix("{") else { return nil }
        return String(segment.hasSuffix("...}") ? segment.dropFirst().dropLast(4) : segment.dropFirst().dropLast())
    }
}
