import Dialects
import Jobs
import Net
import Seal
import Server
import Telemetry
import Wire

extension Gateway {
    /// Holds the request until the job ends. A client that leaves loses nothing: the job goes on and its id is in the log and the list.
    func hold(_ started: Started, _ creation: Creation, _ visit: Visit, _ dialect: any Dialect, _ caller: Caller) async throws(Fault) {
        guard creation.delivery == .held(.spaces) else {
            let view = try await end(of: started, caller, heartbeat: nil)
            return try await deliver(view, started, creation, visit, dialect)
        }
        var headers = Headers()
        headers.set(.contentType, MediaType.json.text)
        headers.tell(started)
        visit.complete(&headers)
        visit.note(status: 200)
        do {
            try await visit.exchange.start(200, headers, length: nil)
            do throws(Fault) {
                let view = try await end(of: started, caller) { try await visit.exchange.write(Gateway.space) }
                try await finish(view, started, creation, visit, dialect)
            } catch {
                let late = dialect.renderLate(error, on: visit.occasion)
                for slice in late.body.slices { try await visit.exchange.write(slice) }
            }
            try await visit.exchange.finish()
        } catch {
            visit.exchange.abort()
        }
    }

    /// The body behind the heartbeat. A clip that travels inside it is encoded as it comes.
    private func finish(
        _ view: JobView, _ started: Started, _ creation: Creation, _ visit: Visit, _ dialect: any Dialect
    ) async throws(Fault) {
        if case .failed(let fault) = view.progress { throw fault }
        do {
            guard creation.content == .base64 else {
                for slice in dialect.render(.finished(view, creation)).body.slices { try await visit.exchange.write(slice) }
                return
            }
            let clip = try await clip(.video, of: view.id, started.claims, now: clock())
            defer { clip.close() }
            try await write(clip, into: dialect.frame(view, creation), to: visit.exchange)
        } catch let fault as Fault {
            throw fault
        } catch {
            throw Fault(.internalError, "The answer broke off.", detail: "\(error)")
        }
    }

    /// The frame with the clip as base64 in its hole, encoded as it comes.
    private func write(_ clip: Clip, into frame: Frame, to exchange: any Exchange) async throws {
        var encoder = Base64Encoder(.standard)
        for slice in frame.before.slices { try await exchange.write(slice) }
        while let piece = try await clip.next() {
            var text = Bytes()
            encoder.encode(piece, into: &text)
            try await exchange.write(text[...])
        }
        var rest = Bytes()
        encoder.finish(into: &rest)
        try await exchange.write(rest[...])
        for slice in frame.behind.slices { try await exchange.write(slice) }
    }

    private static let space: Slice = [0x20]
    private static let beat: Duration = .seconds(3)
    /// Between two looks at a job; its vendor is asked less often where its file says so.
    private static let look: Duration = .seconds(1)

    /// Asks until the job has ended; calls the heartbeat at once, and every three seconds in between.
    private func end(of started: Started, _ caller: Caller, heartbeat: (() async throws -> Void)?) async throws(Fault) -> JobView {
        var nextBeat = Instant.now
        while true {
            let now = clock()
            let sight = try await sight(of: started.view.id, started.claims, now: now)
            if sight.progress.isFinal {
                await learnFacts(of: started.view.id, started.claims, sight)
                var view = view(of: started.view.id, started.claims, sight, for: caller.owner, now: now)
                view.warnings = started.view.warnings
                view.cost = view.cost ?? started.view.cost
                return view
            }
            if let heartbeat, .now >= nextBeat {
                do { try await heartbeat() } catch { throw Fault(.internalError, "The client left.", detail: "\(error)") }
                nextBeat = .now + Gateway.beat
            }
            guard let loop = Loop.current else { throw Fault(.internalError, "The request left its loop.") }
            await loop.sleep(for: Gateway.look)
        }
    }

    /// The end of a silent hold: the clip itself, or JSON, with or without the clip in it.
    private func deliver(_ view: JobView, _ started: Started, _ creation: Creation, _ visit: Visit, _ dialect: any Dialect)
        async throws(Fault)
    {
        if case .failed(let fault) = view.progress { throw fault }
        switch creation.content {
        case .json: await visit.answer(dialect.render(.finished(view, creation)), about: started)
        case .video: try await relay(.video, of: view.id, started.claims, to: visit, now: clock())
        case .base64:
            let clip = try await clip(.video, of: view.id, started.claims, now: clock())
            defer { clip.close() }
            var frame = dialect.frame(view, creation)
            frame.headers.tell(started)
            visit.complete(&frame.headers)
            visit.note(status: frame.status)
            do {
                try await visit.exchange.start(frame.status, frame.headers, length: nil)
                try await write(clip, into: frame, to: visit.exchange)
                try await visit.exchange.finish()
            } catch {
                house.telemetry.brokenTransfer("\(error)")
                visit.exchange.abort()
            }
        }
    }
}
