import COpenSSL
import Synchronization

/// The machine's certificate authorities, read at the first handshake: parsing some 150 certificates takes longer than the rest of the
/// start, and some routers never call a server over TLS.
final class LazyTrustStore: Sendable {
    private let file = Mutex<String?>(nil)
    private let loadError = Mutex<StreamError?>(nil)
    private let needsLoading = Atomic<Bool>(false)
    /// Shared by all stores: a second caller waits until the first has read.
    private static let worker = Worker("trust-store")

    func deferLoading(_ path: String) {
        file.withLock { $0 = path }
        needsLoading.store(true, ordering: .releasing)
    }

    /// Loads the authorities into the context. The caller's loop runs other tasks meanwhile.
    /// - Throws: `.tls` if the file contains none.
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
