import Wire

extension Configuration {
    /// The options of one listening address.
    package struct ListenOptions: Sendable, Equatable {
        /// The permissions of a socket file; nil means those of the umask.
        package var mode: UInt16?
        /// The group of a socket file, by name or number; nil means the process's.
        package var group: String?
        /// Whether an IPv6 address does not accept IPv4.
        package var isV6Only = false
        /// The load balancers that send a PROXY protocol header; nil if connections begin without one.
        package var proxies: [IPRange]?

        package init() {}
    }

    private static let listenKeys = ["address", "mode", "group", "ipv6_only", "proxy_protocol", "trusted_proxies"]

    private static func address(_ node: YAMLNode, _ decoder: ConfigurationDecoder) -> Listen? {
        decoder.value(node, expected: Listen.expected) { text in Listen(text)?.resolved { decoder.resolvedPath($0, for: node) } }
    }

    /// An address, or a map with one and its options.
    mutating func readListen(_ node: YAMLNode, _ decoder: ConfigurationDecoder) -> Listen? {
        guard case .map = node.content else { return Configuration.address(node, decoder) }
        guard let members = decoder.members(node, "", keys: Configuration.listenKeys) else { return nil }
        guard let address = members["address"] else {
            decoder.addError(node.location, "'address' is missing: expected \(Listen.expected)")
            return nil
        }
        guard let listen = Configuration.address(address, decoder) else { return nil }
        let options = ListenOptions(members, of: listen, decoder)
        if options != ListenOptions() { listenOptions[listen] = options }
        return listen
    }
}

extension Configuration.ListenOptions {
    fileprivate init(_ members: [String: YAMLNode], of listen: Configuration.Listen, _ decoder: ConfigurationDecoder) {
        for name in ["mode", "group"] where !listen.isUnix {
            if let node = members[name] {
                decoder.addError(node.location, "'\(name)' is for unix:/path only: \(listen) is not a socket file")
            }
        }
        mode = members["mode"].flatMap { decoder.value($0, expected: "permissions in octal like 0660", Self.mode) }
        group = members["group"].flatMap { decoder.text($0, expected: "the name or number of a group") }
        if let node = members["ipv6_only"] {
            isV6Only = decoder.boolean(node) ?? false
            if !listen.isV6 { decoder.addError(node.location, "'ipv6_only' is for IPv6 addresses only, like [::]:8080") }
        }
        readProxies(members, decoder)
    }

    private mutating func readProxies(_ members: [String: YAMLNode], _ decoder: ConfigurationDecoder) {
        if let node = members["proxy_protocol"], decoder.boolean(node) == true { proxies = IPRange.loopback + IPRange.localNetworks }
        guard let node = members["trusted_proxies"] else { return }
        let expected = "an address or a range like 10.0.0.0/8"
        let ranges = decoder.elements(node).compactMap { decoder.value($0, expected: expected) { IPRange($0) } }
        if proxies == nil {
            decoder.addError(node.location, "'trusted_proxies' needs proxy_protocol: true")
        } else {
            proxies = ranges
        }
    }

    private static func mode(_ text: String) -> UInt16? {
        let digits = text.hasPrefix("0o") ? text.dropFirst(2) : text[...]
        guard (3...4).contains(digits.utf8.count), let mode = UInt16(digits, radix: 8), mode <= 0o777 else { return nil }
        return mode
    }
}

extension Configuration.Listen {
    fileprivate var isV6: Bool { if case .tcp(let host, _) = self { host.contains(":") } else { false } }
}
