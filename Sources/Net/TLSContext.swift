import COpenSSL
import Glibc

/// The TLS settings of a client or a server: certificates, trust, protocols. Streams keep their context, so a reload makes a new one.
package final class TLSContext: Sendable {
    package enum SetupError: Error, Sendable, Hashable {
        /// The file, and OpenSSL's reason.
        case certificate(path: String, reason: String)
        case key(path: String, reason: String)
        case trust(path: String, reason: String)
        case protocols
        /// OpenSSL rejects a setting that every version should accept.
        case setup(reason: String)
    }

    /// SSL_CTX is safe to share between threads once it is set up.
    nonisolated(unsafe) let raw: OpaquePointer
    private nonisolated(unsafe) let alpnProtocols: UnsafeMutablePointer<openssl_protocols>?
    /// The certificates of a server; empty for a client.
    let identities: [TLSIdentity]
    let tickets: TLSTicketKeys?
    /// Whether the host name is not verified.
    let isPinned: Bool
    /// For a client.
    let lazyTrust = LazyTrustStore()
    var isServer: Bool { !identities.isEmpty }
    /// When the first of a server's certificates expires, in Unix time.
    package var expires: Int64? { identities.map { openssl_expiry($0.raw) }.min() }

    init(
        identities: [TLSIdentity] = [], tickets: TLSTicketKeys? = nil, isPinned: Bool = false, protocols: [String]
    ) throws(SetupError) {
        let isServer = !identities.isEmpty
        guard let raw = SSL_CTX_new(isServer ? TLS_server_method() : TLS_client_method()) else {
            preconditionFailure("OpenSSL is out of memory: \(TLSSession.takeErrorReason())")
        }
        self.raw = raw
        self.identities = identities
        self.tickets = tickets
        self.isPinned = isPinned
        openssl_session_modes(raw)
        let wire = protocols.flatMap { [UInt8(truncatingIfNeeded: $0.utf8.count)] + Array($0.utf8) }
        guard wire.count <= 256, protocols.allSatisfy({ (1...255).contains($0.utf8.count) }) else {
            alpnProtocols = nil
            throw .protocols
        }
        if isServer, !wire.isEmpty {
            let list = UnsafeMutablePointer<openssl_protocols>.allocate(capacity: 1)
            list.initialize(to: openssl_protocols())
            list.pointee.count = UInt32(wire.count)
            withUnsafeMutableBytes(of: &list.pointee.bytes) { $0.copyBytes(from: wire) }
            openssl_offer_protocols(raw, list)
            alpnProtocols = list
        } else {
            alpnProtocols = nil
            if !wire.isEmpty { SSL_CTX_set_alpn_protos(raw, wire, UInt32(wire.count)) }
        }
    }

    /// The TLS settings of a client, which verifies the certificate chain and the host name.
    /// - Parameters:
    ///   - trusting: PEM files with additional certificate authorities, for private gateways.
    ///   - protocols: ALPN names in order of preference.
    package static func client(trusting extra: [String] = [], protocols: [String] = []) throws(SetupError) -> TLSContext {
        let context = try TLSContext(protocols: protocols)
        SSL_CTX_set_verify(context.raw, SSL_VERIFY_PEER, nil)
        ERR_clear_error()
        for path in extra {
            guard SSL_CTX_load_verify_file(context.raw, path) == 1 else { throw .trust(path: path, reason: TLSSession.takeErrorReason()) }
        }
        try context.loadTrust(TLSTrust.system())
        return context
    }

    /// The TLS settings of a client that accepts any certificate: for health checks of a server on this machine, without secrets.
    package static func unverifiedClient() throws(SetupError) -> TLSContext {
        let context = try TLSContext(isPinned: true, protocols: ["http/1.1"])
        SSL_CTX_set_verify(context.raw, SSL_VERIFY_NONE, nil)
        return context
    }

    private func loadTrust(_ trust: TLSTrust) throws(SetupError) {
        if let path = trust.file {
            guard access(path, R_OK) == 0 else { throw .trust(path: path, reason: StreamError.text(of: errno)) }
            lazyTrust.deferLoading(path)
        }
        if let path = trust.directory {
            guard SSL_CTX_load_verify_dir(raw, path) == 1 else { throw .trust(path: path, reason: TLSSession.takeErrorReason()) }
        }
    }

    deinit {
        SSL_CTX_free(raw)
        alpnProtocols?.deallocate()
    }
}

extension TLSContext.SetupError: CustomStringConvertible {
    package var description: String {
        switch self {
        case .certificate(let path, let reason): "cannot use the certificate \(path): \(reason)"
        case .key(let path, let reason): "cannot use the key \(path): \(reason)"
        case .trust(let path, let reason): "cannot use the certificate authorities in \(path): \(reason)"
        case .protocols: "the ALPN protocol names are invalid"
        case .setup(let reason): "OpenSSL rejects the settings: \(reason)"
        }
    }
}
