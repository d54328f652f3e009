import COpenSSL

/// A server's certificate with its chain and private key, checked against each other.
package final class TLSIdentity: Sendable {
    /// A context that no connection uses: OpenSSL reads the files into it. It is immutable after that.
    nonisolated(unsafe) let raw: OpaquePointer

    /// - Parameters:
    ///   - certificateChain: a PEM file, the server's own certificate first.
    ///   - key: a PEM file without a password.
    package init(certificateChain: String, key: String) throws(TLSContext.SetupError) {
        guard let raw = SSL_CTX_new(TLS_server_method()) else {
            preconditionFailure("OpenSSL is out of memory: \(TLSSession.takeErrorReason())")
        }
        self.raw = raw
        openssl_session_modes(raw)
        ERR_clear_error()
        guard SSL_CTX_use_certificate_chain_file(raw, certificateChain) == 1 else {
            throw .certificate(path: certificateChain, reason: TLSSession.takeErrorReason())
        }
        guard SSL_CTX_use_PrivateKey_file(raw, key, SSL_FILETYPE_PEM) == 1, SSL_CTX_check_private_key(raw) == 1 else {
            throw .key(path: key, reason: TLSSession.takeErrorReason())
        }
    }

    /// Whether the certificate is valid for this host name, directly or by a wildcard.
    func covers(_ name: UnsafePointer<CChar>) -> Bool {
        X509_check_host(SSL_CTX_get0_certificate(raw), name, 0, UInt32(X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS), nil) == 1
    }

    deinit { SSL_CTX_free(raw) }
}
