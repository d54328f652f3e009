import Jobs
import TestCard
import Testing
import Wire

/// A job walked through the vendor's functions as the gateway does it, with a clock of its own.
struct TestVendorSession {
    let vendor: TestCard
    let ticket: Ticket
    static let start = Timestamp(sinceEpoch: .milliseconds(1_795_000_000_000))

    init(_ job: Job, on model: Model, vendor: TestCard = TestCard()) throws(Fault) {
        self.vendor = vendor
        let call = try vendor.startCall(for: job, on: model)
        ticket = try vendor.ticket(from: vendor.reply(to: call, now: Self.start), to: call)
    }

    /// The state after that many milliseconds.
    func progress(after milliseconds: Int64) throws(Fault) -> Progress {
        let now = Self.start + .milliseconds(milliseconds)
        var step = vendor.statusCall(for: ticket)
        for _ in 0..<3 {
            switch step {
            case .progress(let progress): return progress
            case .call(let call): step = try vendor.progress(from: vendor.reply(to: call, now: now), for: ticket)
            }
        }
        throw Fault(.internalError, "no end")
    }

    func videoSpec(after milliseconds: Int64) throws(Fault) -> VideoSpec {
        try vendor.videoSpec(for: ticket, model: "test/card", now: Self.start + .milliseconds(milliseconds))
    }

    static func model(_ name: String, vendor: String = "test") -> Model { Model(vendor: vendor, name: name, upstream: name, title: name) }

    static func job(_ prompt: String? = "A red fox", _ change: (inout Job) -> Void = { _ in }) -> Job {
        var job = Job(model: "test/card", prompt: prompt)
        change(&job)
        return job
    }
}

extension Progress {
    /// `running 40`, `failed moderated`, `done 1`.
    var text: String {
        switch self {
        case .queued: "queued"
        case .running(let percent): "running \(percent ?? -1)"
        case .done(let assets): "done \(assets.count)"
        case .failed(let fault): "failed \(fault.kind.rawValue)"
        case .unknown(let word): "unknown \(word)"
        }
    }
}
