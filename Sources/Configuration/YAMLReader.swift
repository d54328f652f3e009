import CYaml
import Wire

/// Reads one YAML document into a tree. Supports maps, lists and scalars within limits. Rejects anchors, aliases, tags, several documents
/// and repeated keys.
struct YAMLReader: ~Copyable {
    typealias ConfigurationError = Configuration.ConfigurationError

    static let maxBytes = 1 << 20
    static let maxNodes = 50_000
    static let maxDepth = 12

    private let file: String
    private let parser: UnsafeMutablePointer<yaml_parser_t>
    private var nodes = 0

    /// The tree of `text`; nil if there is nothing but comments.
    static func read(_ text: Bytes, file: String) throws(ConfigurationError) -> YAMLNode? {
        guard text.count <= maxBytes else {
            throw ConfigurationError(.named(file), "the file is larger than \(maxBytes) bytes")
        }
        return try text.withUnsafeBufferPointer { bytes throws(ConfigurationError) in
            var reader = YAMLReader(bytes, file: file)
            return try reader.document()
        }
    }

    /// `text` must outlive the reader.
    private init(_ text: UnsafeBufferPointer<UInt8>, file: String) {
        self.file = file
        parser = .allocate(capacity: 1)
        guard yaml_parser_initialize(parser) == 1 else { preconditionFailure("out of memory") }
        yaml_parser_set_input_string(parser, text.baseAddress, text.count)
    }

    deinit {
        yaml_parser_delete(parser)
        parser.deallocate()
    }

    private mutating func document() throws(ConfigurationError) -> YAMLNode? {
        _ = try next()
        let start = try next()
        guard start.kind != YAML_STREAM_END_EVENT else { return nil }
        let root = try node(from: try next(), depth: 0)
        _ = try next()
        let end = try next()
        guard end.kind == YAML_STREAM_END_EVENT else { throw error(at: end, "the file has a second document; only one is read") }
        return root.isEmpty ? nil : root
    }

    private mutating func node(from event: Event, depth: Int) throws(ConfigurationError) -> YAMLNode {
        nodes += 1
        guard nodes <= YAMLReader.maxNodes else { throw error(at: event, "the file has more than \(YAMLReader.maxNodes) values") }
        guard depth <= YAMLReader.maxDepth else { throw error(at: event, "this is nested more than \(YAMLReader.maxDepth) deep") }
        if event.hasAnchorOrTag { throw error(at: event, "anchors, aliases and tags (&, *, !) are not supported: write the value itself") }
        switch event.kind {
        case YAML_SCALAR_EVENT:
            return YAMLNode(location: location(of: event.mark), content: .scalar(event.text, isPlain: event.isPlain))
        case YAML_SEQUENCE_START_EVENT:
            return YAMLNode(location: location(of: event.mark), content: .list(try list(depth: depth)))
        default:
            return YAMLNode(location: location(of: event.mark), content: .map(try entries(depth: depth)))
        }
    }

    private mutating func list(depth: Int) throws(ConfigurationError) -> [YAMLNode] {
        var elements: [YAMLNode] = []
        while true {
            let event = try next()
            if event.kind == YAML_SEQUENCE_END_EVENT { return elements }
            elements.append(try node(from: event, depth: depth + 1))
        }
    }

    private mutating func entries(depth: Int) throws(ConfigurationError) -> [YAMLNode.Entry] {
        var entries: [YAMLNode.Entry] = []
        var lines: [String: Int] = [:]
        while true {
            let event = try next()
            if event.kind == YAML_MAPPING_END_EVENT { return entries }
            let key = try node(from: event, depth: depth + 1)
            guard case .scalar(let name, _) = key.content else { throw error(at: event, "a key must be a word, found \(key.summary)") }
            if let line = lines[name] { throw error(at: event, "the key \"\(name)\" is repeated; the first is in line \(line)") }
            lines[name] = event.line
            entries.append(YAMLNode.Entry(key: name, location: key.location, value: try node(from: try next(), depth: depth + 1)))
        }
    }

    /// One event of libyaml, independent of its memory.
    private struct Event {
        var kind: yaml_event_type_t
        var mark: yaml_mark_t
        var text = ""
        var isPlain = false
        /// Whether it has an anchor or a tag, or is an alias.
        var hasAnchorOrTag = false
        var line: Int { mark.line + 1 }
    }

    private func next() throws(ConfigurationError) -> Event {
        var raw = yaml_event_t()
        guard yaml_parser_parse(parser, &raw) == 1 else { throw syntaxError() }
        defer { yaml_event_delete(&raw) }
        var event = Event(kind: raw.type, mark: raw.start_mark)
        switch raw.type {
        case YAML_SCALAR_EVENT:
            let scalar = raw.data.scalar
            event.text = String(decoding: UnsafeBufferPointer(start: scalar.value, count: scalar.length), as: UTF8.self)
            event.isPlain = scalar.style == YAML_PLAIN_SCALAR_STYLE
            event.hasAnchorOrTag = scalar.anchor != nil || scalar.tag != nil
        case YAML_SEQUENCE_START_EVENT:
            event.hasAnchorOrTag = raw.data.sequence_start.anchor != nil || raw.data.sequence_start.tag != nil
        case YAML_MAPPING_START_EVENT:
            event.hasAnchorOrTag = raw.data.mapping_start.anchor != nil || raw.data.mapping_start.tag != nil
        case YAML_ALIAS_EVENT:
            event.hasAnchorOrTag = true
        default:
            break
        }
        return event
    }

    private func location(of mark: yaml_mark_t) -> SettingLocation { .file(file, line: mark.line + 1, column: mark.column + 1) }

    private func error(at event: Event, _ message: String) -> ConfigurationError { ConfigurationError(location(of: event.mark), message) }

    private func syntaxError() -> ConfigurationError {
        let state = parser.pointee
        let problem = state.problem.map { String(cString: $0) } ?? "not YAML"
        guard state.error != YAML_READER_ERROR else {
            return ConfigurationError(.named(file), "the file is not UTF-8 text: \(problem) at byte \(state.problem_offset + 1)")
        }
        let context = state.context.map { String(cString: $0) + ", " } ?? ""
        let isExpansion = state.context.map { String(cString: $0).contains("flow") } ?? false
        let hint = isExpansion ? "; inside { } and [ ], write \"${NAME}\" in quotes" : ""
        return ConfigurationError(location(of: state.problem_mark), "this is not YAML: \(context)\(problem)\(hint)")
    }
}
