import Jobs
import Wire

/// The embedded test vendor: a real video without a key and without a network. It replies to its own calls (`reply(to:now:)`) and has no
/// state: the ticket contains the job.
package struct TestCard: SimulatedVendor {
    static let name = "test"

    package let card: VendorCard
    package var simulation: (any SimulatedVendor)? { self }
    /// How long an ordinary job takes, in milliseconds.
    private let renderMilliseconds: Int64

    package init() { self.init(work: 2000) }

    private init(work: Int64) {
        self.renderMilliseconds = work
        var card = VendorCard(
            name: Self.name, title: "Test card", docs: "README.md", host: "http://test.invalid", auth: .none, secrets: [:])
        card.settings = [VendorCard.Setting(Self.renderSetting, environment: ["GENLOCK_TEST_RENDER_SECONDS"], fallback: "2")]
        card.extras = [Self.renderSetting]
        card.pollInterval = .milliseconds(200)
        // The flaky model exists to show such faults.
        card.reportsStatusFaults = true
        card.transports = [.image: [.inline], .video: [.url, .inline], .audio: [.url, .inline]]
        self.card = card
    }

    private static let renderSetting = "render_seconds"

    /// Settings are checked when they are read; an invalid time is ignored here.
    package func adjusted(to settings: [String: String]) -> any Vendor {
        settings[Self.renderSetting].flatMap { Double($0) }.flatMap(Self.milliseconds).map { TestCard(work: $0) } ?? self
    }

    /// The start call: its body is the ticket without a start time.
    package func startCall(for job: Job, on model: Model) throws(Fault) -> Call {
        let testJob = try TestJob(job, on: model, work: try renderMilliseconds(for: job))
        return Call(.start, .post, path: "/jobs", body: .json(.array(testJob.ticket.fields.map(JSONValue.string))))
    }

    package func ticket(from reply: Reply, to call: Call) throws(Fault) -> Ticket {
        let answer = try reply.parsed()
        guard reply.isSuccess, let fields = answer["ticket"]?.elements.compactMap(\.string), TestJob(Ticket(fields: fields)) != nil else {
            throw Fault(.vendorNonsense, "The test vendor returned no ticket.", detail: "HTTP \(reply.status)")
        }
        return Ticket(fields: fields)
    }

    package func statusCall(for ticket: Ticket) -> PollStep { .call(Self.call(.status, "/jobs", ticket: ticket)) }

    package func progress(from reply: Reply, for ticket: Ticket) throws(Fault) -> PollStep {
        guard reply.status < 500 else {
            throw Fault(.vendorUnavailable, "The test vendor does not report the status at the moment.", detail: "HTTP \(reply.status)")
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

    /// The job's own render time if it has one, else the account's.
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
