import Jobs
import Wire

/// The embedded vendor: a real clip with no key and no network. It answers its own calls (`reply(to:now:)`) and remembers nothing: a job is
/// its ticket.
package struct TestCard: Vendor {
    static let name = "test"

    package let card: VendorCard
    /// Milliseconds that an ordinary job takes.
    private let renderMilliseconds: Int64

    package init() { self.init(work: 2000) }

    private init(work: Int64) {
        self.renderMilliseconds = work
        var card = VendorCard(
            name: Self.name, title: "Test card", docs: "README.md", host: "http://test.invalid", auth: .none, secrets: [:])
        card.settings = [VendorCard.Setting(Self.renderSetting, environment: ["GENLOCK_TEST_RENDER_SECONDS"], fallback: "2")]
        card.extras = [Self.renderSetting]
        card.pollInterval = .milliseconds(200)
        // The flaky model is there to be seen.
        card.reportsStatusFaults = true
        card.transports = [.image: [.inline], .video: [.url, .inline], .audio: [.url, .inline]]
        self.card = card
    }

    private static let renderSetting = "render_seconds"

    /// Settings are checked where they are read; one that is no time leaves the time as it is.
    package func adjusted(to settings: [String: String]) -> any Vendor {
        settings[Self.renderSetting].flatMap { Double($0) }.flatMap(Self.milliseconds).map { TestCard(work: $0) } ?? self
    }

    /// The order of the job: its ticket, not yet dated.
    package func startCall(for job: Job, on model: Model) throws(Fault) -> Call {
        let testJob = try TestJob(job, on: model, work: try renderMilliseconds(for: job))
        return Call(.start, .post, path: "/jobs", body: .json(.array(testJob.ticket.fields.map(JSONValue.string))))
    }

    package func ticket(from reply: Reply, to call: Call) throws(Fault) -> Ticket {
        let answer = try reply.parsed()
        guard reply.isSuccess, let fields = answer["ticket"]?.elements.compactMap(\.string), TestJob(Ticket(fields: fields)) != nil else {
            throw Fault(.vendorNonsense, "The test card gave no ticket.", detail: "HTTP \(reply.status)")
        }
        return Ticket(fields: fields)
    }

    package func statusCall(for ticket: Ticket) -> PollStep { .call(Self.call(.status, "/jobs", ticket: ticket)) }

    package func progress(from reply: Reply, for ticket: Ticket) throws(Fault) -> PollStep {
        guard reply.status < 500 else {
            throw Fault(.vendorUnavailable, "The test card does not tell the status just now.", detail: "HTTP \(reply.status)")
        }
        let answer = try reply.parsed()
        switch answer["state"]?.string {
        case "queued":
            return .progress(.queued)
        case "running":
            return .progress(.running(percent: answer["percent"]?.int))
        case "done":
            let expires = answer["expires"]?.int.map { Timestamp(unix: Int64($0)) }
            let clip = Asset(.video, .call(Self.call(.content, "/jobs/content", ticket: ticket)), type: .mp4, expires: expires)
            return .progress(.done(Array(repeating: clip, count: answer["clips"]?.int ?? 1)))
        case "failed":
            return .progress(.failed(Self.fault(code: answer["code"]?.string ?? "", message: answer["message"]?.string ?? "")))
        case let word:
            return .progress(.unknown(word ?? "HTTP \(reply.status)"))
        }
    }

    private static func fault(code: String, message: String) -> Fault {
        Fault(code == "moderated" ? .moderated : .vendorFailed, message, vendorCode: code)
    }

    private static func call(_ purpose: Call.Purpose, _ path: String, ticket: Ticket) -> Call {
        var call = Call(purpose, .get, path: path)
        for field in ticket.fields { call.query.add("ticket", field) }
        return call
    }

    /// The job's own time if it names one, else the account's.
    private func renderMilliseconds(for job: Job) throws(Fault) -> Int64 {
        guard let setting = job.extras.last(where: { $0.name == Self.renderSetting })?.value else { return renderMilliseconds }
        guard let seconds = (try? JSON(parsing: setting.encoded().joined()))?.double, let renderMilliseconds = Self.milliseconds(seconds)
        else {
            throw Fault(
                .invalid, "'\(Self.renderSetting)' must be a number of seconds from 0 to 86400.", param: Self.renderSetting,
                code: "invalid_value")
        }
        return renderMilliseconds
    }

    private static func milliseconds(_ seconds: Double) -> Int64? {
        seconds >= 0 && seconds * 1000 <= Double(TestJob.maxRenderMilliseconds) ? Number.rounded(seconds * 1000) : nil
    }
}
