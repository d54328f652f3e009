import Wire

/// The routes of all dialects in one tree of path segments, at their own paths and below their mounts.
package struct RouteTable: Sendable {
    /// A dialect's route for a method and path. An object, so that passing a match on copies no names and patterns.
    package final class Entry: Sendable {
        package let dialect: any Dialect
        package let route: Route
        /// The names in the braces of its pattern.
        package let names: [String]
        /// True below a mount, where only this dialect applies.
        package let isMounted: Bool

        init(_ route: Route, of dialect: any Dialect, names: [String], isMounted: Bool) {
            self.dialect = dialect
            self.route = route
            self.names = names
            self.isMounted = isMounted
        }
    }

    /// The result of a lookup.
    package enum Found {
        /// The matching entries, the default dialect's first.
        case entries([Entry], captures: Route.Captures)
        /// The path exists, but with other methods.
        case wrongMethod(any Dialect, allowed: [Method])
        case nothing(any Dialect)
    }

    /// The entries at the end of a path, by method. There are a few methods at most, so comparing costs less than hashing.
    private struct Endpoint {
        private var methods: [(method: Method, entries: [Entry])] = []

        var isEmpty: Bool { methods.isEmpty }
        var first: Entry? { methods.first?.entries.first }
        var allowed: [Method] { methods.map(\.method).sorted { $0.text < $1.text } }

        subscript(method: Method) -> [Entry]? { methods.first { $0.method == method }?.entries }

        mutating func add(_ entry: Entry) {
            if let place = methods.firstIndex(where: { $0.method == entry.route.method }) {
                methods[place].entries.append(entry)
            } else {
                methods.append((entry.route.method, [entry]))
            }
        }
    }

    private final class Node {
        /// A few at most, so comparing bytes costs less than hashing.
        var fixed: [(name: Bytes, node: Node)] = []
        var capture: Node?
        var rest = Endpoint()
        var endpoint = Endpoint()

        func next(_ name: some RandomAccessCollection<UInt8>) -> Node? {
            fixed.first { $0.name.count == name.count && $0.name.elementsEqual(name) }?.node
        }
    }

    /// The search for a path, with the ranges of the captured segments.
    private struct Walk {
        typealias Captured = InlineArray<4, Range<Int>>

        let path: UnsafeBufferPointer<UInt8>
        let method: Method
        private(set) var endpoint: Endpoint?
        private(set) var captures = Captured(repeating: 0..<0)
        private var captured = Captured(repeating: 0..<0)
        private var depth = 0

        init(_ path: UnsafeBufferPointer<UInt8>, _ method: Method) {
            self.path = path
            self.method = method
        }

        /// - Parameter start: the start of the next segment; nil after the last one.
        mutating func go(through node: Node, from start: Int?) {
            guard let start else {
                if !node.endpoint.isEmpty { arrive(node.endpoint) }
                return
            }
            let end = path.firstPlace(of: UInt8(ascii: "/"), from: start)
            let segment = start..<(end ?? path.count)
            if let next = node.next(path[segment]) { go(through: next, from: end.map { $0 + 1 }) }
            guard !segment.isEmpty else { return }
            if let next = node.capture { capture(segment) { walk in walk.go(through: next, from: end.map { $0 + 1 }) } }
            if !node.rest.isEmpty { capture(start..<path.count) { walk in walk.arrive(node.rest) } }
        }

        private mutating func capture(_ segment: Range<Int>, _ body: (inout Walk) -> Void) {
            captured[depth] = segment
            depth += 1
            body(&self)
            depth -= 1
        }

        /// Keeps the first match unless it lacks the method and this one has it.
        private mutating func arrive(_ found: Endpoint) {
            guard endpoint == nil || (endpoint?[method] == nil && found[method] != nil) else { return }
            endpoint = found
            captures = captured
        }

        /// The text of the captured segment at that place.
        func text(ofCapture place: Int) -> String {
            let segment = UnsafeBufferPointer(rebasing: path[captures[place]])
            // Nothing but the escapes needs decoding: an id of 190 bytes has none.
            guard segment.firstPlace(of: UInt8(ascii: "%"), from: 0) != nil else { return String(decoding: segment, as: UTF8.self) }
            return Percent.decoded(Bytes(segment)[...])
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
        var text = path
        return text.withUTF8 { bytes in
            var walk = Walk(bytes, sought(method))
            walk.go(through: tree.root, from: 0)
            guard let endpoint = walk.endpoint else { return .nothing(dialect(for: path)) }
            guard let entries = endpoint[walk.method], let first = entries.first else {
                return .wrongMethod(endpoint.first?.dialect ?? standard, allowed: endpoint.allowed)
            }
            var captures: Route.Captures = [:]
            for (place, name) in first.names.enumerated() { captures.add(name, walk.text(ofCapture: place)) }
            return .entries(entries, captures: captures)
        }
    }

    /// The dialect in whose format a request to an unknown path is refused.
    package func dialect(for path: String) -> any Dialect {
        mounts.first { path == $0.prefix || path.hasPrefix($0.prefix + "/") }?.dialect ?? standard
    }

    private func sought(_ method: Method) -> Method { method == .head ? .get : method }

    private static func add(_ route: Route, of dialect: any Dialect, below prefix: String, mounted: Bool, to root: Node) {
        var node = root
        // Bytes: splitting text compares grapheme clusters, which made 274 routes a sixth of the instructions of a start.
        let segments = Bytes((prefix + route.pattern).utf8).split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false)
        let entry = Entry(route, of: dialect, names: segments.compactMap(name), isMounted: mounted)
        precondition(entry.names.count <= Walk.Captured.count, "\(route.pattern) captures more segments than a walk keeps")
        for segment in segments {
            if isRest(segment) {
                node.rest.add(entry)
                return
            }
            if let next = isCapture(segment) ? node.capture : node.next(segment) {
                node = next
                continue
            }
            let next = Node()
            if isCapture(segment) { node.capture = next } else { node.fixed.append((Bytes(segment), next)) }
            node = next
        }
        node.endpoint.add(entry)
    }

    /// The name in the braces of a segment; nil if it has none.
    private static func name(in segment: Slice) -> String? {
        guard isCapture(segment) else { return nil }
        return String(decoding: segment.dropFirst().dropLast(isRest(segment) ? 4 : 1), as: UTF8.self)
    }

    private static func isCapture(_ segment: Slice) -> Bool { segment.first == UInt8(ascii: "{") }

    private static func isRest(_ segment: Slice) -> Bool { segment.suffix(4).elementsEqual("...}".utf8) }
}
