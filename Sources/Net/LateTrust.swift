import COpenSSL
import Synchronization

/// The machine's certificate authorities, read when the first handshake asks for them: parsing some 150 certificates takes longer than all
/// the rest of a start, and a router may never call anybody over TLS.
final class LateTrust: Sendable {
    private let file = Mutex<String?>(nil)
    private let outcome = Mutex<StreamFailure?>(nil)
    private let isMissing = Atomic<Bool>(false)
    /// One for all: whoever comes second waits here until the first has read.
    private static let worker = Worker("authorities")

    func put(_ path: String) {
        file.withLock { $0 = path }
        isMissing.store(true, ordering: .releasing)
    }

    /// Returns when the context has its authorities; the caller's loop goes on meanwhile.
    /// - Throws: `.tls` if the file has none.
    func complete(_ context: TLSContext) async throws(StreamFailure) {
        if isMissing.load(ordering: .acquiring) { await LateTrust.worker.run { self.read(context) } }
        if let failure = outcome.withLock({ $0 }) { throw failure }
    }

    private func read(_ context: TLSContext) {
        guard let path = file.withLock({ $0.take() }) else { return }
        ERR_clear_error()
        if SSL_CTX_load_verify_file(context.raw, path) != 1 {
            let reason = TLSSession.reason()
            outcome.withLock { $0 = .tls("the certificate authorities in \(path): \(reason)") }
        }
        isMissing.store(false, ordering: .releasing)
    }
}
