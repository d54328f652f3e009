import Dialects
import Wire

/// All routes of all dialects in one tree of path segments: on their own paths and below their mounts.
struct RouteTable: Sendable {
    /// One dialect's claim on a method and path.
    struct Entry: Sendable {
        let dialect: any Dialect
        let route: Route
        /// What stands in the braces of its pattern.
        let names: [String]
        /// True below a mount, where no other dialect is meant.
        let isMounted: Bool
    }

    /// What a path leads to.
    enum Found {
        /// The claims on it, the default dialect's first.
        case entries([Entry], captures: [String: String])
        /// The path exists with other methods.
        case wrongMethod(any Dialect, allowed: [Method])
        case nothing(any Dialect)
    }

    private final class Node {
        var fixed: [Substring: Node] = [:]
        /// Bytes of the longest of them. A job id is longer, and hashing one costs as much as all the rest of the way.
        var longest = 0
        var capture: Node?
        var rest: [Method: [Entry]] = [:]
        var entries: [Method: [Entry]] = [:]
    }

    private struct Tree: @unchecked Sendable { let root: Node }  // written only in init

    private let tree: Tree
    private let standard: any Dialect
    private let mounts: [(prefix: String, dialect: any Dialect)]

    /// - Parameter standard: the dialect that speaks on the bare host wherever several could.
    init(dialects: [any Dialect], standard: any Dialect, mounts: [(prefix: String, dialect: any Dialect)]) {
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

    func find(_ method: Method, _ path: String) -> Found {
        let segments = RouteTable.segments(of: path)
        var best: (entries: [Method: [Entry]], depth: [String])?
        var captured: [Substring] = []
        walk(tree.root, segments[...], &captured) { entries, texts in
            if best == nil || (best?.entries[sought(method)] == nil && entries[sought(method)] != nil) { best = (entries, texts) }
        }
        guard let best else { return .nothing(dialect(for: path)) }
        guard let entries = best.entries[sought(method)], let first = entries.first else {
            let dialect = best.entries.values.first?.first?.dialect ?? standard
            return .wrongMethod(dialect, allowed: best.entries.keys.sorted { $0.text < $1.text })
        }
        return .entries(entries, captures: Dictionary(zip(first.names, best.depth), uniquingKeysWith: { $1 }))
    }

    /// The dialect in whose words a request is refused that leads nowhere.
    func dialect(for path: String) -> any Dialect {
        mounts.first { path == $0.prefix || path.hasPrefix($0.prefix + "/") }?.dialect ?? standard
    }

    private func sought(_ method: Method) -> Method { method == .head ? .get : method }

    private func walk(
        _ node: Node, _ segments: ArraySlice<Substring>, _ captured: inout [Substring], _ found: ([Method: [Entry]], [String]) -> Void
    ) {
        guard let segment = segments.first else {
            if !node.entries.isEmpty { found(node.entries, captured.map { Percent.decoded($0) }) }
            return
        }
        if segment.utf8.count <= node.longest, let next = node.fixed[segment] { walk(next, segments.dropFirst(), &captured, found) }
        if let next = node.capture, !segment.isEmpty {
            captured.append(segment)
            walk(next, segments.dropFirst(), &captured, found)
            captured.removeLast()
        }
        if !node.rest.isEmpty, !segment.isEmpty {
            found(node.rest, captured.map { Percent.decoded($0) } + [Percent.decoded(segments.joined(separator: "/"))])
        }
    }

    private static func add(_ route: Route, of dialect: any Dialect, below prefix: String, mounted: Bool, to root: Node) {
        var node = root
        let entry = Entry(dialect: dialect, route: route, names: names(in: route.pattern), isMounted: mounted)
        for segment in segments(of: prefix + route.pattern) {
            if segment.hasSuffix("...}") {
                node.rest[route.method, default: []].append(entry)
                return
            }
            if segment.hasPrefix("{") {
                let next = node.capture ?? Node()
                node.capture = next
                node = next
            } else {
                let next = node.fixed[segment] ?? Node()
                node.fixed[segment] = next
                node.longest = max(node.longest, segment.utf8.count)
                node = next
            }
        }
        node.entries[route.method, default: []].append(entry)
    }

    private static func names(in pattern: String) -> [String] {
        segments(of: pattern).filter { $0.hasPrefix("{") }.map { segment in
            String(segment.hasSuffix("...}") ? segment.dropFirst().dropLast(4) : segment.dropFirst().dropLast())
        }
    }

    /// Cut by bytes: a path of a few hundred characters has a job id in it, and looking for a slash character by character costs more than
    /// all the rest of the way.
    private static func segments(of path: String) -> [Substring] {
        var path = path
        let slashes = path.withUTF8 { bytes in bytes.indices.filter { bytes[$0] == UInt8(ascii: "/") } }
        var segments: [Substring] = []
        var start = path.startIndex
        for slash in slashes {
            let end = path.utf8.index(path.startIndex, offsetBy: slash)
            segments.append(path[start..<end])
            start = path.utf8.index(after: end)
        }
        return segments + [path[start...]]
    }
}
