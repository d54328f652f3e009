import Wire

extension Stream {
    /// Starts TLS on this plain stream, as the server. After a failed handshake the stream is plain again: a response in clear text can be
    /// sent, and `linger` lets the client read the alert.
    package func startTLS(asServer context: TLSContext, by deadline: Instant = .never) async throws(StreamError) {
        precondition(context.isServer, "a server needs a server's TLS context")
        try await handshake(TLSSession(context, descriptor: openDescriptor(), host: nil), by: deadline)
    }

    /// Starts TLS on this plain stream, as the client.
    /// - Parameter host: the name or literal address (without brackets) for which the peer's certificate must be valid.
    package func startTLS(
        asClient context: TLSContext, host: String, by deadline: Instant = .never
    ) async throws(StreamError) {
        precondition(!context.isServer, "a client needs a client's TLS context")
        try await context.lazyTrust.load(context)
        try await handshake(TLSSession(context, descriptor: openDescriptor(), host: host), by: deadline)
    }

    private func openDescriptor() throws(StreamError) -> Int32 {
        precondition(tls == nil, "TLS was started already")
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
