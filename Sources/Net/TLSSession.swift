import COpenSSL

/// One TLS connection over a non-blocking descriptor. Every call is synchronous and says what to wait for.
final class TLSSession {
    enum Step {
        case moved(Int)
        case wait(Socket.Readiness)
        /// The peer said close_notify.
        case ended
        case failed(StreamFailure)
    }

    /// The largest plaintext of one record (RFC 8446 section 5.1).
    static let record = 16 * 1024
    var applicationProtocol: String? { nil }
    var serverName: String? { nil }
    func read(into room: UnsafeMutableRawBufferPointer) -> Step { .ended }
    func write(_ bytes: UnsafeRawBufferPointer) -> Step { .ended }
    func sayGoodbye() {}
    func isQuiet() -> Bool { true }
}
