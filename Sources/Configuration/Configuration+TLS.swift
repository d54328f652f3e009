extension Configuration.TLS {
    static let example = "{ certificate: cert.pem, key: key.pem }"
    static let path = "the path of a PEM file"

    /// One identity or a list of them; nil without any.
    init?(_ members: [String: YAMLNode], _ decoder: ConfigurationDecoder) {
        let authorities = members["client_ca"]
        guard let node = members["tls"] else {
            if let authorities { decoder.addError(authorities.location, "client_ca has no meaning without tls") }
            return nil
        }
        let elements = decoder.elements(node)
        let identities = elements.compactMap { Identity($0, decoder) }
        guard !elements.isEmpty, identities.count == elements.count else {
            if elements.isEmpty { decoder.addError(node, expected: Self.example) }
            return nil
        }
        self.identities = identities
        // Never ignored for an empty variable: that would admit clients without a certificate.
        clientCA = authorities.flatMap { node in
            decoder.value(node, expected: Self.path) { $0.isEmpty ? nil : decoder.resolvedPath($0, for: node) }
        }
    }
}

extension Configuration.TLS.Identity {
    fileprivate init?(_ node: YAMLNode, _ decoder: ConfigurationDecoder) {
        guard let members = decoder.members(node, Configuration.TLS.example, keys: ["certificate", "key"]) else { return nil }
        for required in ["certificate", "key"] where members[required] == nil { decoder.addError(node.location, "tls has no \(required)") }
        let certificate = members["certificate"].flatMap { decoder.path($0, expected: Configuration.TLS.path) }
        let key = members["key"].flatMap { decoder.path($0, expected: Configuration.TLS.path) }
        guard let certificate, let key else { return nil }
        self.init(certificate: certificate, key: key)
    }
}
