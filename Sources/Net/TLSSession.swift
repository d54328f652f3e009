import COpenSSL
import Glibc

/// One TLS connection over a non-blocking descriptor. Every call is synchronous and returns what to wait for.
final class TLSSession {
    enum Step {
        case moved(Int)
        case wait(Socket.Readiness)
        /// The peer sent close_notify.
        case ended
        case failed(StreamError)
    }

    /// The largest plaintext of one record (RFC 8446 section 5.1).
    static let maxRecordBytes = 16 * 1024

    private let raw: OpaquePointer
    /// Kept alive: OpenSSL calls back into it.
    private let context: TLSContext
    /// After a fatal failure OpenSSL forbids further calls, SSL_shutdown included (SSL_get_error(3)).
    private var isBroken = false
    private var isEstablished = false
    private(set) var applicationProtocol: String?
    private(set) var serverName: String?
    /// Whether a session was resumed.
    private(set) var isResumed = false

    /// - Parameter host: for a client, the name or address for which the certificate must be valid.
    init(_ context: TLSContext, descriptor: Int32, host: String?) throws(StreamError) {
        ERR_clear_error()
        guard let raw = SSL_new(context.raw) else { throw .tls(TLSSession.takeErrorReason()) }
        self.raw = raw
        self.context = context
        guard SSL_set_fd(raw, descriptor) == 1 else { throw .tls(TLSSession.takeErrorReason()) }
        guard !context.isServer else {
            SSL_set_accept_state(raw)
            return
        }
        SSL_set_connect_state(raw)
        guard let host, context.isPinned || setExpectedHost(host) else { throw .tls("the host name is not valid for verification") }
    }

    /// Server name indication is for names only (RFC 6066 section 3); an address is verified against the certificate's addresses.
    private func setExpectedHost(_ host: String) -> Bool {
        if IPv4(host) != nil || IPv6(host) != nil {
            return X509_VERIFY_PARAM_set1_ip_asc(SSL_get0_param(raw), host) == 1
        }
        guard !host.isEmpty, !host.utf8.contains(0) else { return false }
        SSL_set_hostflags(raw, UInt32(X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS))
        return SSL_set1_host(raw, host) == 1 && openssl_set_server_name(raw, host) == 1
    }

    func handshake() -> Step {
        ERR_clear_error()
        let result = SSL_do_handshake(raw)
        guard result == 1 else { return outcome(result) }
        isEstablished = true
        isResumed = SSL_session_reused(raw) == 1
        serverName = openssl_server_name(raw).map { String(cString: $0) }
        var (name, count): (UnsafePointer<UInt8>?, UInt32) = (nil, 0)
        SSL_get0_alpn_selected(raw, &name, &count)
        applicationProtocol = name.map { String(decoding: UnsafeBufferPointer(start: $0, count: Int(count)), as: UTF8.self) }
        return .moved(0)
    }

    func read(into room: UnsafeMutableRawBufferPointer) -> Step {
        guard !isBroken else { return .failed(.closed) }
        ERR_clear_error()
        var count = 0
        let result = SSL_read_ex(raw, room.baseAddress, room.count, &count)
        return result == 1 ? .moved(count) : outcome(result)
    }

    /// Writes at most one record. A repeated call after `wait` must pass the same bytes.
    func write(_ bytes: UnsafeRawBufferPointer) -> Step {
        guard !isBroken else { return .failed(.closed) }
        ERR_clear_error()
        var count = 0
        let result = SSL_write_ex(raw, bytes.baseAddress, bytes.count, &count)
        return result == 1 ? .moved(count) : outcome(result)
    }

    /// Sends close_notify if the socket takes it now. Waiting for the peer's is not required (RFC 8446 section 6.1).
    func sendCloseNotify() {
        guard isEstablished, !isBroken, SSL_get_shutdown(raw) & SSL_SENT_SHUTDOWN == 0 else { return }
        ERR_clear_error()
        SSL_shutdown(raw)
    }

    /// Processes session tickets, and returns whether nothing else has arrived.
    func isQuiet() -> Bool {
        guard !isBroken else { return false }
        ERR_clear_error()
        var (byte, count): (UInt8, Int) = (0, 0)
        let result = SSL_peek_ex(raw, &byte, 1, &count)
        guard result != 1, case .wait = outcome(result) else { return false }
        return true
    }

    deinit {
        SSL_free(raw)
    }

    private func outcome(_ result: Int32) -> Step {
        let code = errno
        switch SSL_get_error(raw, result) {
        case SSL_ERROR_WANT_READ: return .wait(.input)
        case SSL_ERROR_WANT_WRITE: return .wait(.output)
        case SSL_ERROR_ZERO_RETURN: return .ended
        case SSL_ERROR_SYSCALL:
            isBroken = true
            return .failed(code == 0 ? .truncated : StreamError(errno: code))
        default:
            isBroken = true
            return .failed(diagnosis())
        }
    }

    private func diagnosis() -> StreamError {
        if openssl_unexpected_end(ERR_peek_error()) != 0 { return .truncated }
        if openssl_clear_text(ERR_peek_error()) != 0 { return .clearText }
        let verdict = SSL_get_verify_result(raw)
        if !isEstablished, verdict != X509_V_OK {
            return .certificate(String(cString: X509_verify_cert_error_string(verdict)))
        }
        return .tls(TLSSession.takeErrorReason())
    }

    /// The oldest error in this thread's queue, as OpenSSL describes it.
    static func takeErrorReason() -> String {
        let error = ERR_get_error()
        guard error != 0 else { return "unknown reason" }
        // OpenSSL 3 has no text for system errors (ERR_SYSTEM_FLAG of err.h).
        if error >> 31 & 1 == 1 { return String(cString: strerror(Int32(error & 0x7FFF_FFFF))) }
        return ERR_reason_error_string(error).map { String(cString: $0) } ?? "error \(error)"
    }
}
