extension Configuration.TLS {
    static let example = "{ certificate: cert.pem, key: key.pem }"
    static let path = "the path of a PEM file"

    /// One identity or a list of them; nil where none is written.
    init?(_ members: [String: YAMLNode], _ reading: Reading) {
        let authorities = members["client_ca"]
        guard let node = members["tls"] else {
            if let authorities { reading.refuse(authorities.place, "client_ca has no meaning without tls") }
            return nil
        }
        let elements = reading.elements(node)
        let identities = elements.compactMap { Identity($0, reading) }
        guard !elements.isEmpty, identities.count == elements.count else {
            if elements.isEmpty { reading.refuse(node, expected: Self.example) }
            return nil
        }
        self.identities = identities
        // Never left out for an empty variable: clients without a certificate would come in.
        clientCA = authorities.flatMap { node in
            reading.value(node, expected: Self.path) { $0.isEmpty ? nil : reading.located($0, node) }
        }
    }
}

extension Configuration.TLS.Identity {
    fileprivate init?(_ node: YAMLNode, _ reading: Reading) {
        guard let members = reading.members(node, Configuration.TLS.example, keys: ["certificate", "key"]) else { return nil }
        for required in ["certificate", "key"] where members[required] == nil { reading.refuse(node.place, "tls has no \(required)") }
        let certificate = members["certificate"].flatMap { reading.path($0, expected: Configuration.TLS.path) }
        let key = members["key"].flatMap { reading.path($0, expected: Configuration.TLS.path) }
        guard let certificate, let key else { return nil }
        self.init(certificate: certificate, key: key)
    }
}
