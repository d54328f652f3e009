import Access
import Dialects
import JobState
import Jobs
import Net
import Seal
import Server
import Telemetry
import Wire

extension Gateway {
    /// Holds the request until the job ends. A client that leaves loses nothing: the job goes on and its id is in the log and the list.
    func answerSynchronously(
        _ acceptedJob: AcceptedJob, _ createCommand: CreateCommand, context: RequestContext, dialect: any Dialect, caller: Caller
    ) async throws(Fault) {
        guard createCommand.delivery == .synchronous(.spaces) else {
            let view = try await waitForEnd(of: acceptedJob, caller, heartbeat: nil)
            return try await deliver(view, acceptedJob, command: createCommand, context: context, dialect: dialect)
        }
        var headers = Headers()
        headers.set(.contentType, MediaType.json.text)
        headers.describe(acceptedJob)
        context.addCommonHeaders(&headers)
        context.note(status: 200)
        do {
            try await context.exchange.start(200, headers, length: nil)
            do throws(Fault) {
                let view = try await waitForEnd(of: acceptedJob, caller) { try await context.exchange.write(Gateway.space) }
                try await writeFinalBody(view, acceptedJob, command: createCommand, context: context, dialect: dialect)
            } catch {
                let late = dialect.renderAfterHead(error, on: context.renderContext)
                for slice in late.body.slices { try await context.exchange.write(slice) }
            }
            try await context.exchange.finish()
        } catch {
            context.exchange.abort()
        }
    }

    /// The body behind the heartbeat. A clip that travels inside it is encoded as it comes.
    private func writeFinalBody(
        _ view: JobView, _ acceptedJob: AcceptedJob, command createCommand: CreateCommand, context: RequestContext, dialect: any Dialect
    ) async throws(Fault) {
        if case .failed(let fault) = view.progress { throw fault }
        do {
            guard createCommand.content == .base64 else {
                for slice in dialect.render(.finished(view, createCommand)).body.slices { try await context.exchange.write(slice) }
                return
            }
            let clip = try await openContent(.video, of: view.id, acceptedJob.claims, now: clock())
            defer { clip.close() }
            try await writeBase64(clip, into: dialect.splicedBody(for: view, of: createCommand), to: context.exchange)
        } catch let fault as Fault {
            throw fault
        } catch {
            throw Fault(.internalError, "The answer broke off.", detail: "\(error)")
        }
    }

    /// The frame with the clip as base64 in its hole, encoded as it comes.
    private func writeBase64(_ clip: ContentStream, into frame: SplicedBody, to exchange: any Exchange) async throws {
        var encoder = Base64Encoder(.standard)
        for slice in frame.prefix.slices { try await exchange.write(slice) }
        while let piece = try await clip.next() {
            var text = Bytes()
            encoder.encode(piece, into: &text)
            try await exchange.write(text[...])
        }
        var rest = Bytes()
        encoder.finish(into: &rest)
        try await exchange.write(rest[...])
        for slice in frame.suffix.slices { try await exchange.write(slice) }
    }

    private static let space: Slice = [0x20]
    private static let heartbeatInterval: Duration = .seconds(3)
    /// Between two looks at a job; its vendor is asked less often where its file says so.
    private static let pollInterval: Duration = .seconds(1)

    /// Asks until the job has ended; calls the heartbeat at once, and every three seconds in between.
    private func waitForEnd(of acceptedJob: AcceptedJob, _ caller: Caller, heartbeat: (() async throws -> Void)?) async throws(Fault)
        -> JobView
    {
        var nextBeat = Instant.now
        while true {
            let now = clock()
            let snapshot = try await refreshStatus(of: acceptedJob.view.id, acceptedJob.claims, now: now)
            if snapshot.progress.isFinal {
                await probeClip(of: acceptedJob.view.id, acceptedJob.claims, snapshot)
                var view = view(of: acceptedJob.view.id, acceptedJob.claims, snapshot, for: caller.owner, now: now)
                view.warnings = acceptedJob.view.warnings
                view.cost = view.cost ?? acceptedJob.view.cost
                return view
            }
            if let heartbeat, .now >= nextBeat {
                do { try await heartbeat() } catch { throw Fault(.internalError, "The client left.", detail: "\(error)") }
                nextBeat = .now + Gateway.heartbeatInterval
            }
            guard let loop = Loop.current else { throw Fault(.internalError, "The request left its loop.") }
            await loop.sleep(for: Gateway.pollInterval)
        }
    }

    /// The end of a silent hold: the clip itself, or JSON, with or without the clip in it.
    private func deliver(
        _ view: JobView, _ acceptedJob: AcceptedJob, command createCommand: CreateCommand, context: RequestContext, dialect: any Dialect
    )
        async throws(Fault)
    {
        if case .failed(let fault) = view.progress { throw fault }
        switch createCommand.content {
        case .json: await context.answer(dialect.render(.finished(view, createCommand)), about: acceptedJob)
        case .video: try await streamContent(.video, of: view.id, acceptedJob.claims, to: context, now: clock())
        case .base64:
            let clip = try await openContent(.video, of: view.id, acceptedJob.claims, now: clock())
            defer { clip.close() }
            var frame = dialect.splicedBody(for: view, of: createCommand)
            frame.headers.describe(acceptedJob)
            context.addCommonHeaders(&frame.headers)
            context.note(status: frame.status)
            do {
                try await context.exchange.start(frame.status, frame.headers, length: nil)
                try await writeBase64(clip, into: frame, to: context.exchange)
                try await context.exchange.finish()
            } catch {
                shared.telemetry.recordInterruptedDownload("\(error)")
                context.exchange.abort()
            }
        }
    }
}
