import COpenSSL
import Synchronization

/// The machine's certificate authorities, read when the first handshake asks for them: parsing some 150 certificates takes longer than all
/// the rest of a start, and a router may never call anybody over TLS.
final class LazyTrustStore: Sendable {
    private let file = Mutex<String?>(nil)
    private let loadError = Mutex<StreamError?>(nil)
    private let needsLoading = Atomic<Bool>(false)
    /// One for all: whoever comes second waits here until the first has read.
    private static let worker = Worker("trust-store")

    func deferLoading(_ path: String) {
        file.withLock { $0 = path }
        needsLoading.store(true, ordering: .releasing)
    }

    /// Returns when the context has its authorities; the caller's loop goes on meanwhile.
    /// - Throws: `.tls` if the file has none.
    func load(_ context: TLSContext) async throws(StreamError) {
        if needsLoading.load(ordering: .acquiring) { await LazyTrustStore.worker.run { self.loadFile(context) } }
        if let failure = loadError.withLock({ $0 }) { throw failure }
    }

    private func loadFile(_ context: TLSContext) {
        guard let path = file.withLock({ $0.take() }) else { return }
        ERR_clear_error()
        if SSL_CTX_load_verify_file(context.raw, path) != 1 {
            let reason = TLSSession.takeErrorReason()
            loadError.withLock { $0 = .tls("the certificate authorities in \(path): \(reason)") }
        }
        needsLoading.store(false, ordering: .releasing)
    }
}
