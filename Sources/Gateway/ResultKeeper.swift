import Client
import Configuration
import Crypto
import JobState
import Jobs
import Journal
import Net
import Seal
import Storage
import Telemetry
import Wire

/// Copies the results of done jobs from their vendors into the store, and removes those that are no longer wanted. Never pays: a vendor is
/// asked for a fresh link at most.
final class ResultKeeper {
    private let kept: KeptResults
    private let lookup: JobLookup
    private let content: ContentOpener
    private let journal: Journal
    private let activity: ResultActivity
    private let metadata: JobMetadataCache
    private let telemetry: Telemetry
    private let limits: Limits
    private let clock: () -> Timestamp
    private let monotonic: () -> Instant
    private var isChecked = false

    /// Nil if no results are kept.
    init?(_ dependencies: Dependencies, kept: KeptResults?, lookup: JobLookup, content: ContentOpener) {
        guard let kept, let journal = dependencies.shared.journal else { return nil }
        self.kept = kept
        self.journal = journal
        self.lookup = lookup
        self.content = content
        activity = dependencies.shared.results
        metadata = dependencies.shared.jobMetadata
        telemetry = dependencies.shared.telemetry
        limits = dependencies.config.limits
        clock = dependencies.clock
        monotonic = dependencies.monotonic
    }

    /// Evicts, removes, and begins to copy, if there is something to do.
    func work() async {
        guard activity.beginPass(now: monotonic(), interval: limits.resultPassInterval) else { return }
        if !isChecked { await checkStore() }
        await evict(toHaveRoomFor: 0)
        await removeUnwanted()
        await beginCopies()
        if let totals = try? await journal.resultTotals() { activity.update { $0.totals = totals } }
    }

    /// Reports a store that cannot be used before the first result needs it.
    private func checkStore() async {
        isChecked = true
        do throws(Fault) {
            try await kept.store.checkUsability()
        } catch {
            telemetry.log(.error, "results cannot be kept", fields: ["detail": error.detail ?? error.message])
        }
    }

    private func beginCopies() async {
        let free = activity.freeCopies(of: limits.maxResultCopies)
        guard free > 0, let claimed = try? await journal.claimResults(limit: free, now: clock()) else { return }
        for result in claimed {
            activity.beginCopy()
            Loop.fork { await self.keep(result) }
        }
    }

    private func keep(_ result: KeptResult) async {
        defer { activity.endCopy() }
        let began = monotonic()
        do {
            let bytes = try await copy(result)
            let now = clock()
            let expiry = now + kept.settings.keep
            // A job that was deleted meanwhile is not served, and its bytes are removed by a later pass.
            guard try await journal.recordKept(result, bytes, at: now, until: expiry) else { return }
            activity.update { $0.copied += 1 }
            if result.kind == Asset.Kind.video.rawValue { metadata.update(result.id) { $0.keptUntil = expiry } }
            telemetry.log(
                .info, "result kept",
                fields: [
                    "job": result.id, "kind": result.kind, "bytes": "\(bytes.length)",
                    "seconds": "\(((monotonic() - began) / .milliseconds(1)).rounded() / 1000)",
                ])
        } catch {
            await recordFailure(of: result, Fault(copyError: error))
        }
    }

    /// Copies one result as fast as the vendor sends it and the store takes it.
    private func copy(_ result: KeptResult) async throws -> StoredBytes {
        guard let kind = Asset.Kind(rawValue: result.kind) else { throw Fault(.unsupported, "There is no kind '\(result.kind)'.") }
        let job = try await lookup.open(result.id, for: Owner(name: result.owner))
        let stream = try await content.openAtVendor(kind, of: job, ContentRequest())
        defer { stream.close() }
        try checkSize(stream.length ?? 0)
        await evict(toHaveRoomFor: stream.length ?? 0)
        let type = stream.headers[.contentType].flatMap { MediaType(field: $0) } ?? .bytes
        let writer = try await kept.store.begin(
            ResultObject(key: result.key, type: type, length: stream.length, mayExist: result.attempts > 1))
        do {
            let verdict = try await transfer(stream, to: writer, kind: kind)
            if let flaw = verdict.flaw { throw Fault(.vendorNonsense, "The result was not kept: \(flaw).", cause: .flawedResult) }
            try await writer.commit()
            return StoredBytes(
                length: verdict.length, type: type.text, tag: stream.headers[.etag] ?? "\"\(verdict.checksum)\"",
                checksum: verdict.checksum)
        } catch {
            await writer.abort()
            throw error
        }
    }

    private func transfer(_ stream: ContentStream, to writer: any ResultWriter, kind: Asset.Kind) async throws
        -> ResultInspection.Verdict
    {
        var inspection = ResultInspection(of: kind)
        let deadline = monotonic() + limits.resultCopyTimeout
        var count: Int64 = 0
        while let piece = try await stream.next() {
            guard monotonic() < deadline else { throw Fault(.vendorTimeout, "The vendor did not send the result in time.") }
            count += Int64(piece.count)
            try checkSize(count)
            inspection.read(piece)
            try await writer.append(piece)
        }
        return inspection.finish(expecting: stream.length)
    }

    private func checkSize(_ bytes: Int64) throws(Fault) {
        guard let most = kept.settings.maxSize, bytes > most else { return }
        throw Fault(.tooLarge, "The result is larger than max_size of results.")
    }

    /// Records a copy that failed, and when the next one begins.
    private func recordFailure(of result: KeptResult, _ fault: Fault) async {
        let now = clock()
        let isFinal = isFinal(fault, of: result, now: now)
        let pause = min(limits.resultRetryDelay * (1 << min(result.attempts - 1, 10)), limits.maxResultRetryDelay)
        activity.update { $0.failedCopies += 1 }
        telemetry.log(
            .warning, "result not kept",
            fields: [
                "job": result.id, "kind": result.kind, "attempt": "\(result.attempts)", "detail": fault.detail ?? fault.message,
                "next": isFinal ? "none" : "in \(pause.components.seconds) s",
            ])
        try? await journal.recordCopyFailure(
            result, because: fault.detail ?? fault.message, retryAt: isFinal ? nil : now + pause, now: now)
    }

    /// Whether another copy would fail, too. A vendor that keeps sending something else is asked a few times only.
    private func isFinal(_ fault: Fault, of result: KeptResult, now: Timestamp) -> Bool {
        if [.gone, .jobFailed, .unsupported, .tooLarge].contains(fault.kind) { return true }
        if fault.cause == .flawedResult, result.attempts >= ResultKeeper.maxFlawedCopies { return true }
        return now - result.ended > limits.resultCopyWindow
    }

    /// Evicts results that have expired, and the oldest ones until a new one fits.
    private func evict(toHaveRoomFor bytes: Int64) async {
        let maxBytes = kept.settings.maxSize.map { max($0 - bytes, 0) }
        while let evicted = try? await journal.evictResults(maxBytes: maxBytes, now: clock()), !evicted.isEmpty {
            for (result, reason) in evicted { report(result, evictedBecauseOf: reason) }
            activity.wake()
        }
    }

    private func report(_ result: KeptResult, evictedBecauseOf reason: Journal.EvictionReason) {
        metadata.update(result.id) { $0.keptUntil = nil }
        activity.update { figures in
            switch reason {
            case .age: figures.evictedByAge += 1
            case .size: figures.evictedBySize += 1
            }
        }
        telemetry.log(
            .notice, "result evicted",
            fields: [
                "job": result.id, "kind": result.kind, "reason": reason.rawValue, "bytes": "\(result.length ?? 0)",
                "kept": result.kept?.iso8601 ?? "",
            ])
    }

    /// Removes the bytes of results that were evicted or deleted, or could not be copied.
    private func removeUnwanted() async {
        var last: Int64 = 0
        while let page = try? await journal.resultsToRemove(after: last, limit: ResultKeeper.pageSize), !page.isEmpty {
            for result in page {
                last = result.number
                do throws(Fault) {
                    try await kept.store.remove(result.key)
                } catch {
                    // The store cannot be used at the moment: a later pass tries again.
                    return telemetry.log(
                        .warning, "result not removed", fields: ["job": result.id, "detail": error.detail ?? error.message])
                }
                try? await journal.recordRemoved(result)
            }
        }
    }

    private static let maxFlawedCopies = 6
    private static let pageSize = 100
}

extension Fault {
    /// Why a copy failed.
    fileprivate init(copyError error: any Error) {
        switch error {
        case let fault as Fault: self = fault
        case let failure as StorageError: self = failure.readFault
        case let failure as ClientError:
            self.init(
                .vendorUnavailable, "The vendor broke off the result.", detail: "content: \(failure.reason.rawValue): \(failure.detail)")
        default: self.init(.vendorUnavailable, "The vendor broke off the result.", detail: "content: \(error)")
        }
    }
}
