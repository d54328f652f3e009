import Wire

extension Stream {
    /// Makes this plain stream a TLS one, as the server. After a failed handshake the stream is a plain one again, for a last word in clear
    /// text and for `linger`, so that the client can read the alert.
    package func startTLS(asServer context: TLSContext, by deadline: Instant = .never) async throws(StreamError) {
        precondition(context.isServer, "a server's context")
        try await handshake(TLSSession(context, descriptor: openDescriptor(), host: nil), by: deadline)
    }

    /// Makes this plain stream a TLS one, as the client.
    /// - Parameter host: the name or literal address (without brackets) that the peer's certificate must bear.
    package func startTLS(
        asClient context: TLSContext, host: String, by deadline: Instant = .never
    ) async throws(StreamError) {
        precondition(!context.isServer, "a client's context")
        try await context.lazyTrust.load(context)
        try await handshake(TLSSession(context, descriptor: openDescriptor(), host: host), by: deadline)
    }

    private func openDescriptor() throws(StreamError) -> Int32 {
        precondition(tls == nil, "a stream starts TLS once")
        guard socket.isOpen else { throw .closed }
        return socket.descriptor
    }

    private func handshake(_ session: TLSSession, by deadline: Instant) async throws(StreamError) {
        tls = session
        while true {
            guard socket.isOpen else { throw .closed }
            switch session.handshake() {
            case .moved: return
            case .ended: throw .truncated
            case .failed(let failure):
                tls = nil
                throw failure
            case .wait(let readiness):
                if readiness == .input { socket.hasInput = false } else { socket.hasOutput = false }
                try await socket.wait(.reader, for: readiness, by: deadline)
            }
        }
    }
}
