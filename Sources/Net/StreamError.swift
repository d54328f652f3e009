import CLinux
import Glibc

/// Why a stream, a listener or a connection attempt failed.
package enum StreamError: Error, Sendable, Hashable {
    /// This side closed it, possibly at shutdown.
    case closed
    /// The peer reset the connection (ECONNRESET, EPIPE).
    case reset
    /// A TLS stream ended without close_notify: the data may be incomplete (RFC 8446 section 6.1).
    case truncated
    case timedOut
    /// Nothing listens at that address.
    case refused
    /// No route, host down, network down, or not permitted (errno).
    case unreachable(Int32)
    /// Another socket is bound to this address.
    case addressInUse
    /// The peer's certificate was not accepted; OpenSSL's reason.
    case certificate(String)
    /// Any other failure of TLS, including an alert from the peer; OpenSSL's reason.
    case tls(String)
    /// The peer sent an HTTP request instead of a TLS handshake.
    case clearText
    /// Any other errno.
    case system(Int32)

    /// - Parameter code: a positive errno.
    init(errno code: Int32) {
        self =
            switch code {
            case ECONNRESET, EPIPE, ECONNABORTED: .reset
            case ETIMEDOUT: .timedOut
            case ECONNREFUSED, ENOENT: .refused
            case EHOSTUNREACH, ENETUNREACH, ENETDOWN, EHOSTDOWN, EACCES, EPERM, EADDRNOTAVAIL, EAFNOSUPPORT: .unreachable(code)
            case EADDRINUSE: .addressInUse
            case EBADF: .closed
            default: .system(code)
            }
    }

    /// The message of an errno, in English independent of the locale.
    static func text(of code: Int32) -> String {
        linux_error_text(code).map { String(cString: $0) } ?? "error \(code)"
    }
}

extension StreamError: CustomStringConvertible {
    package var description: String {
        switch self {
        case .closed: "closed"
        case .reset: "connection reset by peer"
        case .truncated: "TLS stream cut off without close_notify"
        case .timedOut: "timed out"
        case .refused: "connection refused"
        case .unreachable(let code): "unreachable: \(Self.text(of: code))"
        case .addressInUse: "address already in use"
        case .certificate(let reason): "certificate not accepted: \(reason)"
        case .tls(let reason): "TLS failed: \(reason)"
        case .clearText: "an HTTP request came in clear text"
        case .system(let code): Self.text(of: code)
        }
    }
}

extension StreamError {
    /// One word without detail, for a metric's label.
    package var kind: String {
        switch self {
        case .closed: "closed"
        case .reset: "reset"
        case .truncated: "truncated"
        case .timedOut: "timed_out"
        case .refused: "refused"
        case .unreachable: "unreachable"
        case .addressInUse: "in_use"
        case .certificate: "certificate"
        case .tls: "tls"
        case .clearText: "clear_text"
        case .system: "system"
        }
    }
}
