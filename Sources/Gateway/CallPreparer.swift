import Catalog
import Crypto
import Jobs
import Seal
import Upstream
import Wire

/// Prepares paid calls: uploads the job's media to the vendor if necessary, and builds the call. Nothing is paid here.
final class CallPreparer {
    private let upstream: Upstream
    private let localMedia: LocalMediaReader
    private let random: RandomSource

    init(_ dependencies: Dependencies, localMedia: LocalMediaReader) {
        upstream = dependencies.upstream
        random = dependencies.config.random
        self.localMedia = localMedia
    }

    /// - Parameter memory: holds the media until the call is over.
    /// - Returns: the start call, and a warning for each input that the simulated vendor works without.
    func prepareCall(
        for candidate: Candidate, of owner: Owner, memory: MemoryReservation
    ) async throws(Fault) -> (call: Call, warnings: [Warning]) {
        var job = candidate.checked.job
        var warnings: [Warning] = []
        if !job.media.isEmpty {
            let stager = MediaStager(upstream: upstream, account: candidate.account, owner: owner, memory: memory)
            let resolved = try await localMedia.resolveLocalMedia(of: candidate, for: owner, memory: memory)
            (job, warnings) = try await stager.prepare(resolved, on: candidate.checked.model)
        }
        job.correlationID = "genlock-" + Hex.text(random.bytes(12))
        return (try candidate.account.vendor.startCall(for: job, on: candidate.checked.model), warnings)
    }
}
