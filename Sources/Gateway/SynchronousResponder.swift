import Access
import Dialects
import JobState
import Jobs
import Net
import Server
import Telemetry
import Wire

/// Answers creates that end with the video: holds the request until the job has ended. If the client disconnects, the job continues, and
/// its id is in the log and the list.
final class SynchronousResponder {
    private let status: any StatusSource
    private let views: JobViewBuilder
    private let prober: VideoFormatProber
    private let content: ContentOpener
    private let streamer: ContentStreamer
    private let telemetry: Telemetry

    init(
        _ dependencies: Dependencies, status: any StatusSource, views: JobViewBuilder, prober: VideoFormatProber, content: ContentOpener,
        streamer: ContentStreamer
    ) {
        self.status = status
        self.views = views
        self.prober = prober
        self.content = content
        self.streamer = streamer
        telemetry = dependencies.shared.telemetry
    }

    func respond(with accepted: AcceptedJob, to command: CreateCommand, _ context: RequestContext) async throws(Fault) {
        let answer = SynchronousAnswer(accepted: accepted, command: command, context: context)
        if command.delivery == .synchronous(.spaces) {
            await respondWithHeartbeat(answer)
        } else {
            try await deliver(try await waitForEnd(of: answer, heartbeat: nil), answer)
        }
    }

    /// Sends the head at once, spaces while the job runs, and then the JSON.
    private func respondWithHeartbeat(_ answer: SynchronousAnswer) async {
        let context = answer.context
        var headers = Headers()
        headers.set(.contentType, MediaType.json.text)
        headers.describe(answer.accepted)
        context.addCommonHeaders(&headers)
        context.note(status: 200)
        do {
            try await context.exchange.start(200, headers, length: nil)
            do throws(Fault) {
                let view = try await waitForEnd(of: answer) { try await context.exchange.write(SynchronousResponder.space) }
                try await writeFinalBody(view, answer)
            } catch {
                let late = context.dialect.renderAfterHead(error, on: context.renderContext)
                for slice in late.body.slices { try await context.exchange.write(slice) }
            }
            try await context.exchange.finish()
        } catch {
            context.exchange.abort()
        }
    }

    /// Writes the body after the heartbeat. A video inside it is encoded as it comes.
    private func writeFinalBody(_ view: JobView, _ answer: SynchronousAnswer) async throws(Fault) {
        if case .failed(let fault) = view.progress { throw fault }
        let context = answer.context
        do {
            guard answer.command.content == .base64 else {
                for slice in context.render(.finished(view, answer.command)).body.slices { try await context.exchange.write(slice) }
                return
            }
            let video = try await content.open(.video, of: answer.job, ContentRequest())
            defer { video.close() }
            try await writeBase64(video, into: context.splicedBody(for: view, of: answer.command), to: context.exchange)
        } catch let fault as Fault {
            throw fault
        } catch {
            throw Fault(.internalError, "The answer broke off.", detail: "\(error)")
        }
    }

    /// Writes the frame with the video as base64 in its gap, encoded as it comes.
    private func writeBase64(_ video: ContentStream, into frame: SplicedBody, to exchange: any Exchange) async throws {
        var encoder = Base64Encoder(.standard)
        for slice in frame.prefix.slices { try await exchange.write(slice) }
        while let piece = try await video.next() {
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
    /// The vendor is asked less often where its interval is longer.
    private static let pollInterval: Duration = .seconds(1)

    /// Polls until the job has ended. Calls the heartbeat at once, and then every three seconds.
    private func waitForEnd(of answer: SynchronousAnswer, heartbeat: (() async throws -> Void)?) async throws(Fault) -> JobView {
        var nextBeat = Instant.now
        while true {
            let snapshot = try await status.refreshStatus(of: answer.job)
            if snapshot.progress.isFinal {
                await prober.probeFormat(of: answer.job, snapshot)
                var view = views.view(of: answer.job, snapshot)
                view.warnings = answer.accepted.view.warnings
                view.cost = view.cost ?? answer.accepted.view.cost
                return view
            }
            if let heartbeat, .now >= nextBeat {
                do { try await heartbeat() } catch { throw Fault(.internalError, "The client left.", detail: "\(error)") }
                nextBeat = .now + SynchronousResponder.heartbeatInterval
            }
            guard let loop = Loop.current else { throw Fault(.internalError, "The request left its loop.") }
            await loop.sleep(for: SynchronousResponder.pollInterval)
        }
    }

    /// Sends the whole answer after a silent wait: the video itself, or JSON with or without the video in it.
    private func deliver(_ view: JobView, _ answer: SynchronousAnswer) async throws(Fault) {
        if case .failed(let fault) = view.progress { throw fault }
        let context = answer.context
        switch answer.command.content {
        case .json: await context.answer(context.render(.finished(view, answer.command)), about: answer.accepted)
        case .video: try await streamer.stream(.video, of: answer.job, to: context)
        case .base64:
            let video = try await content.open(.video, of: answer.job, ContentRequest())
            defer { video.close() }
            var frame = context.splicedBody(for: view, of: answer.command)
            frame.headers.describe(answer.accepted)
            context.addCommonHeaders(&frame.headers)
            context.note(status: frame.status)
            do {
                try await context.exchange.start(frame.status, frame.headers, length: nil)
                try await writeBase64(video, into: frame, to: context.exchange)
                try await context.exchange.finish()
            } catch {
                telemetry.recordInterruptedDownload("\(error)")
                context.exchange.abort()
            }
        }
    }
}

/// A create whose answer is held.
private final class SynchronousAnswer {
    let accepted: AcceptedJob
    let command: CreateCommand
    let context: RequestContext
    let job: OpenedJob

    init(accepted: AcceptedJob, command: CreateCommand, context: RequestContext) {
        self.accepted = accepted
        self.command = command
        self.context = context
        job = OpenedJob(id: accepted.view.id, owner: context.caller.owner, claims: accepted.claims)
    }
}
