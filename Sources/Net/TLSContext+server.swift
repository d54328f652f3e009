import COpenSSL

extension TLSContext {
    /// The TLS settings of a server.
    /// - Parameters:
    ///   - identities: a client gets those that cover the name it asks for, one per kind of key; without a match it gets the first.
    ///   - clientAuthorities: a PEM file; clients without a certificate of one of these authorities are rejected.
    ///   - tickets: the keys for session resumption; nil disables it.
    ///   - protocols: ALPN names in order of preference; a client that offers only others is rejected (RFC 7301 section 3.2).
    package static func server(
        _ identities: [TLSIdentity], clientAuthorities: String? = nil, tickets: TLSTicketKeys? = nil, protocols: [String] = []
    ) throws(SetupError) -> TLSContext {
        precondition(!identities.isEmpty, "a server needs a certificate")
        let context = try TLSContext(identities: identities, tickets: tickets, protocols: protocols)
        let raw = context.raw
        ERR_clear_error()
        guard openssl_serve(raw) == 1, openssl_install(raw, identities[0].raw) == 1 else {
            throw .setup(reason: TLSSession.takeErrorReason())
        }
        let myself = Unmanaged.passUnretained(context).toOpaque()
        SSL_CTX_set_ex_data(raw, 0, myself)
        if identities.count > 1 { SSL_CTX_set_cert_cb(raw, certificateCallback, myself) }
        if tickets == nil {
            openssl_no_tickets(raw)
        } else {
            SSL_CTX_set_tlsext_ticket_key_evp_cb(raw, ticketCallback)
        }
        try context.verifyClients(clientAuthorities)
        return context
    }

    private func verifyClients(_ authorities: String?) throws(SetupError) {
        if let path = authorities {
            ERR_clear_error()
            guard SSL_CTX_load_verify_file(raw, path) == 1, let names = SSL_load_client_CA_file(path) else {
                throw .trust(path: path, reason: TLSSession.takeErrorReason())
            }
            SSL_CTX_set_client_CA_list(raw, names)
            SSL_CTX_set_verify(raw, SSL_VERIFY_PEER | SSL_VERIFY_FAIL_IF_NO_PEER_CERT, nil)
        }
        guard openssl_mark_sessions(raw) == 1 else { throw .setup(reason: TLSSession.takeErrorReason()) }
    }

    /// Presents the identities that cover the requested name; the first, if none does.
    fileprivate func presentCertificates(on session: OpaquePointer) -> Bool {
        guard let name = openssl_server_name(session) else { return true }
        let fitting = identities.filter { $0.covers(name) }
        guard !fitting.isEmpty else { return true }
        SSL_certs_clear(session)
        return fitting.allSatisfy { openssl_present(session, $0.raw) == 1 }
    }

    fileprivate static func of(_ raw: UnsafeMutableRawPointer) -> TLSContext { Unmanaged.fromOpaque(raw).takeUnretainedValue() }
}

/// Called in the middle of each handshake (SSL_CTX_set_cert_cb(3)).
private let certificateCallback: @convention(c) (OpaquePointer?, UnsafeMutableRawPointer?) -> Int32 = { session, context in
    guard let session, let context else { return 0 }
    return TLSContext.of(context).presentCertificates(on: session) ? 1 : 0
}

/// Called for each ticket that is written or read.
private let ticketCallback:
    @convention(c) (
        OpaquePointer?, UnsafeMutablePointer<UInt8>?, UnsafeMutablePointer<UInt8>?, OpaquePointer?, OpaquePointer?, Int32
    ) -> Int32 = { session, name, iv, cipher, mac, sealing in
        guard let context = SSL_CTX_get_ex_data(SSL_get_SSL_CTX(session), 0), let keys = TLSContext.of(context).tickets,
            let name, let iv, let cipher, let mac
        else { return -1 }
        return keys.prepareTicket(name, iv, cipher: cipher, mac: mac, sealing: sealing == 1)
    }
