import Jobs
import Wire

/// The server side of the test vendor: the reply to each call, given the time.
extension TestCard {
    /// The reply to one of this vendor's calls. For the bytes of a video use `movie(for:model:now:)`, which is not held in memory.
    package func reply(to call: Call, now: Timestamp) -> Reply {
        switch call.purpose {
        case .start: startReply(call, now: now)
        case .status: statusReply(of: Self.ticket(in: call), step: call.step, now: now)
        case .content: contentReply(of: Self.ticket(in: call), step: call.step, now: now)
        default: Self.reply(405, step: call.step, ["error": "no such call"])
        }
    }

    /// The finished video.
    /// - Parameter model: the name that the card shows.
    /// - Throws: `.gone`, `.notReady` or `.jobFailed` if there is none.
    package func movie(for ticket: Ticket, model: String = "test/card", now: Timestamp) throws(Fault) -> CardMovie {
        CardMovie(try videoSpec(for: ticket, model: model, now: now))
    }

    /// The specification of the finished video, for a `MovieMeasurer`. Throws as `movie(for:model:now:)` does.
    package func videoSpec(for ticket: Ticket, model: String = "test/card", now: Timestamp) throws(Fault) -> VideoSpec {
        guard let job = TestJob(ticket), let spec = job.videoSpec(model: model) else {
            throw Fault(.notFound, "No such video job.", code: "not_found", detail: "not a ticket of the test vendor")
        }
        switch job.state(at: now) {
        case .queued, .running: throw Fault(.notReady, "The video is not ready yet: the job is still in progress.", code: "video_not_ready")
        case .failed: throw Fault(.jobFailed, "The job failed and has no content.")
        case .done: break
        }
        guard job.scenario != .expired else {
            throw Fault(.gone, "The video has expired and is no longer available.", code: "video_expired")
        }
        return spec
    }

    /// The size and the length of the video of a ticket, whatever the state of its job; nil if it is not a valid ticket.
    package func clipFormat(of ticket: Ticket) -> (size: PixelSize?, seconds: Double)? {
        TestJob(ticket).map { (PixelSize(width: $0.width, height: $0.height), Double($0.clipMilliseconds) / 1000) }
    }

    package func measureClip(for ticket: Ticket, model: String, now: Timestamp) throws(Fault) -> () -> SimulatedClip? {
        var measurer = MovieMeasurer(try videoSpec(for: ticket, model: model, now: now))
        return {
            measurer.measure(frames: Self.framesPerStep).map { movie in
                SimulatedClip(fingerprint: movie.fingerprint, byteCount: movie.byteCount) { range in
                    var reader = movie.bytes(in: range)
                    return { reader.next() }
                }
            }
        }
    }

    /// A few milliseconds of work at 720p.
    private static let framesPerStep = 8

    private func startReply(_ call: Call, now: Timestamp) -> Reply {
        guard case .json(let ticketFields) = call.body, let fields = try? JSON(parsing: ticketFields.encoded().joined()),
            var job = TestJob(Ticket(fields: fields.elements.compactMap(\.string)))
        else { return Self.reply(400, step: call.step, ["error": "not a job of the test vendor"]) }
        job.startedAt = now.unixMilliseconds
        return Self.reply(200, step: call.step, ["ticket": .array(job.ticket.fields.map(JSONValue.string))])
    }

    private func statusReply(of ticket: Ticket, step: String, now: Timestamp) -> Reply {
        guard let job = TestJob(ticket) else { return Self.reply(404, step: step, ["error": "no such job"]) }
        if job.scenario == .flakyStatus, let failure = Self.outageReply(step: step, now: now) { return failure }
        switch job.state(at: now) {
        case .queued:
            return Self.reply(200, step: step, ["state": "queued"])
        case .running(let percent):
            return Self.reply(200, step: step, ["state": "running", "percent": .int(Int64(percent))])
        case .failed:
            let isModerated = job.scenario == .moderated
            return Self.reply(
                200, step: step,
                [
                    "state": "failed", "code": isModerated ? "moderated" : "render_failed",
                    "message": isModerated
                        ? "The test vendor simulates a refusal: the prompt was blocked by moderation."
                        : "The test vendor simulates a failure: rendering stopped half-way.",
                ])
        case .done:
            var body: JSONValue = ["state": "done", "clips": .int(Int64(job.clips))]
            if job.scenario == .expired { body["expires"] = .int(job.endTime.unix) }
            return Self.reply(200, step: step, body)
        }
    }

    /// In odd seconds: alternately an error, and a page that is not a status.
    private static func outageReply(step: String, now: Timestamp) -> Reply? {
        switch now.unix % 4 {
        case 1: reply(503, step: step, ["error": "The test vendor simulates an outage."])
        case 3: Reply(step: step, status: 200, body: Bytes("<html><h1>502 Bad Gateway</h1></html>".utf8)[...])
        default: nil
        }
    }

    private func contentReply(of ticket: Ticket, step: String, now: Timestamp) -> Reply {
        do throws(Fault) {
            let movie = try movie(for: ticket, now: now)
            var bytes = Bytes()
            bytes.reserveCapacity(movie.byteCount)
            var reader = movie.bytes(in: 0..<movie.byteCount)
            while let piece = reader.next() { bytes.append(contentsOf: piece) }
            return Reply(step: step, status: 200, headers: Headers([(.contentType, CardMovie.mediaType.text)]), body: bytes[...])
        } catch {
            return Self.reply(error.kind == .gone ? 410 : 404, step: step, ["error": .string(error.message)])
        }
    }

    private static func ticket(in call: Call) -> Ticket { Ticket(fields: call.query.items.filter { $0.name == "ticket" }.map(\.value)) }

    private static func reply(_ status: Int, step: String, _ body: JSONValue) -> Reply {
        Reply(step: step, status: status, headers: Headers([(.contentType, MediaType.json.text)]), body: body.encoded().joined())
    }
}
