import COpenSSL
import Glibc

/// One side's TLS settings: certificates, trust, protocols. Streams keep the one they began with, so a reload is a new context.
package final class TLSContext: Sendable {
    package enum Failure: Error, Sendable, Hashable {
        /// The file, and OpenSSL's reason.
        case certificate(path: String, reason: String)
        case key(path: String, reason: String)
        case trust(path: String, reason: String)
        case protocols
    }

    /// SSL_CTX is safe to share between threads once it is set up.
    nonisolated(unsafe) let raw: OpaquePointer
    private nonisolated(unsafe) let offered: UnsafeMutablePointer<openssl_protocols>?
    let isServer: Bool
    let lateTrust = LateTrust()

    private init(isServer: Bool, protocols: [String]) throws(Failure) {
        guard let raw = SSL_CTX_new(isServer ? TLS_server_method() : TLS_client_method()) else {
            preconditionFailure("OpenSSL has no memory: \(TLSSession.reason())")
        }
        self.raw = raw
        self.isServer = isServer
        openssl_session_modes(raw)
        let wire = protocols.flatMap { [UInt8(truncatingIfNeeded: $0.utf8.count)] + Array($0.utf8) }
        guard wire.count <= 256, protocols.allSatisfy({ (1...255).contains($0.utf8.count) }) else {
            offered = nil
            throw .protocols
        }
        if isServer, !wire.isEmpty {
            let list = UnsafeMutablePointer<openssl_protocols>.allocate(capacity: 1)
            list.initialize(to: openssl_protocols())
            list.pointee.count = UInt32(wire.count)
            withUnsafeMutableBytes(of: &list.pointee.bytes) { $0.copyBytes(from: wire) }
            openssl_offer_protocols(raw, list)
            offered = list
        } else {
            offered = nil
            if !wire.isEmpty { SSL_CTX_set_alpn_protos(raw, wire, UInt32(wire.count)) }
        }
    }

    /// A server's side.
    /// - Parameters:
    ///   - certificateChain: a PEM file, the server's own certificate first.
    ///   - protocols: ALPN names in order of preference; a client that offers only others is refused (RFC 7301 section 3.2).
    package static func server(certificateChain: String, key: String, protocols: [String] = []) throws(Failure) -> TLSContext {
        let context = try TLSContext(isServer: true, protocols: protocols)
        ERR_clear_error()
        guard SSL_CTX_use_certificate_chain_file(context.raw, certificateChain) == 1 else {
            throw .certificate(path: certificateChain, reason: TLSSession.reason())
        }
        guard SSL_CTX_use_PrivateKey_file(context.raw, key, SSL_FILETYPE_PEM) == 1, SSL_CTX_check_private_key(context.raw) == 1 else {
            throw .key(path: key, reason: TLSSession.reason())
        }
        return context
    }

    /// A client's side. It always verifies the chain and the host name.
    /// - Parameters:
    ///   - trusting: PEM files with certificate authorities besides the system's, for private gateways.
    ///   - protocols: ALPN names in order of preference.
    package static func client(trusting extra: [String] = [], protocols: [String] = []) throws(Failure) -> TLSContext {
        let context = try TLSContext(isServer: false, protocols: protocols)
        SSL_CTX_set_verify(context.raw, SSL_VERIFY_PEER, nil)
        ERR_clear_error()
        for path in extra {
            guard SSL_CTX_load_verify_file(context.raw, path) == 1 else { throw .trust(path: path, reason: TLSSession.reason()) }
        }
        switch TLSTrust.system() {
        case .file(let path):
            guard access(path, R_OK) == 0 else { throw .trust(path: path, reason: StreamFailure.text(of: errno)) }
            context.lateTrust.put(path)
        case .directory(let path):
            guard SSL_CTX_load_verify_dir(context.raw, path) == 1 else { throw .trust(path: path, reason: TLSSession.reason()) }
        case .none: break
        }
        return context
    }

    deinit {
        SSL_CTX_free(raw)
        offered?.deallocate()
    }
}
