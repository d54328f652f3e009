import Testing
import Wire

@testable import Telemetry

@Suite struct JobMetricsTests {
    private let telemetry = Telemetry()

    private func lines(_ family: String) -> [String] {
        telemetry.exposition().split(separator: "\n").map(String.init).filter { $0.hasPrefix(family) }
    }

    @Test func `jobs are counted by vendor, model and outcome`() {
        telemetry.jobs.recordAccepted(vendor: "acme", model: "acme-1", dollars: nil, key: "studio")
        telemetry.jobs.recordAccepted(vendor: "acme", model: "acme-1", dollars: nil, key: "studio")
        for outcome in ["completed", "failed"] {
            telemetry.record(
                AccessLogEntry.Job(id: "video_1", vendor: "acme", model: "acme-1"), account: "a", owner: nil, outcome: outcome,
                after: .seconds(90))
        }
        #expect(lines("genlock_jobs_created_total") == [#"genlock_jobs_created_total{vendor="acme",model="acme-1"} 2"#])
        #expect(
            lines("genlock_jobs_ended_total") == [
                #"genlock_jobs_ended_total{vendor="acme",model="acme-1",outcome="completed"} 1"#,
                #"genlock_jobs_ended_total{vendor="acme",model="acme-1",outcome="failed"} 1"#,
            ])
        #expect(lines("genlock_job_duration_seconds").contains(#"genlock_job_duration_seconds_bucket{vendor="acme",le="120"} 2"#))
        #expect(lines("genlock_job_duration_seconds").contains(#"genlock_job_duration_seconds_sum{vendor="acme"} 180"#))
    }

    @Test func `calls are counted by operation and status, and timed`() {
        for status in [200, 200, 503, nil] {
            telemetry.record(
                VendorCall(
                    vendor: "acme", account: "a", operation: "start", status: status, duration: .milliseconds(30), target: "POST /x"))
        }
        #expect(
            lines("genlock_vendor_calls_total") == [
                #"genlock_vendor_calls_total{vendor="acme",operation="start",status="200"} 2"#,
                #"genlock_vendor_calls_total{vendor="acme",operation="start",status="503"} 1"#,
                #"genlock_vendor_calls_total{vendor="acme",operation="start",status="none"} 1"#,
            ])
        let count = #"genlock_vendor_call_duration_seconds_count{vendor="acme",operation="start"} 4"#
        #expect(lines("genlock_vendor_call_duration_seconds_count") == [count])
    }

    @Test func `money is counted in dollars by key and vendor, and never falls`() {
        telemetry.jobs.recordAccepted(vendor: "acme", model: "acme-1", dollars: 0.84, key: "studio")
        telemetry.jobs.recordAccepted(vendor: "acme", model: "acme-1", dollars: 0.16, key: "studio")
        telemetry.jobs.recordSettlement(dollars: 0.5, key: "studio", vendor: "acme")
        for wrong in [-1, -Double.infinity, .nan, .infinity] {
            telemetry.jobs.recordSettlement(dollars: wrong, key: "studio", vendor: "acme")
        }
        #expect(lines("genlock_cost_reserved_usd_total") == [#"genlock_cost_reserved_usd_total{key="studio",vendor="acme"} 1"#])
        #expect(lines("genlock_cost_settled_usd_total") == [#"genlock_cost_settled_usd_total{key="studio",vendor="acme"} 0.5"#])
    }

    @Test func `polls, waits and ambiguous creates have their own series`() {
        #expect(lines("genlock_queue_wait_seconds_count") == ["genlock_queue_wait_seconds_count 0"])
        telemetry.jobs.recordQueueWait(for: .seconds(2))
        telemetry.jobs.recordPoll(vendor: "acme")
        telemetry.jobs.recordAmbiguousCreate(vendor: "acme")
        #expect(lines("genlock_queue_wait_seconds_sum") == ["genlock_queue_wait_seconds_sum 2"])
        #expect(lines("genlock_status_polls_total") == [#"genlock_status_polls_total{vendor="acme"} 1"#])
        #expect(lines("genlock_ambiguous_creates_total") == [#"genlock_ambiguous_creates_total{vendor="acme"} 1"#])
    }

    @Test func `models that clients invent neither fill the memory nor hide the vendor`() {
        for number in 0..<1000 { telemetry.jobs.recordAccepted(vendor: "test", model: "made-up-\(number)", dollars: nil, key: "studio") }
        telemetry.jobs.recordAccepted(vendor: "acme", model: "acme-1", dollars: nil, key: "studio")
        #expect(lines("genlock_jobs_created_total").count <= 303)
        #expect(lines("genlock_jobs_created_total").contains(#"genlock_jobs_created_total{vendor="test",model="other"} 700"#))
        #expect(lines("genlock_jobs_created_total").contains(#"genlock_jobs_created_total{vendor="acme",model="other"} 1"#))
    }

    @Test(arguments: [("/healthz", 200), ("/readyz", 200), ("/readyz", 503), ("/metrics", 200), ("/health", 200)])
    func `probes and scrapes are logged for debugging only`(route: String, status: Int) {
        #expect(AccessLogEntry(id: "r", method: "GET", route: route, status: status, duration: .zero).level == .debug)
    }

    @Test(arguments: [(200, Telemetry.Level.info), (404, .info), (502, .warning)])
    func `other requests are logged by what became of them`(status: Int, level: Telemetry.Level) {
        #expect(AccessLogEntry(id: "r", method: "GET", route: "/v1/videos", status: status, duration: .zero).level == level)
    }

    @Test func `a log line names its job, and an unknown path as requested`() {
        var entry = LogEntry(time: Timestamp(unix: 0), level: .info, message: "request")
        let job = AccessLogEntry.Job(id: "video_1", vendor: "acme", model: "acme-1", cost: 0.84)
        AccessLogEntry(id: "r", method: "GET", route: "/v1/videos/{id}", status: 200, duration: .zero, account: "a", job: job).addFields(
            &entry)
        let text = String(decoding: entry.json(), as: UTF8.self)
        #expect(text.contains(#""account":"a","job":"video_1","vendor":"acme","model":"acme-1","cost_usd":0.84"#))
        let path = "/v1\u{1B}[2J/\n" + String(repeating: "x", count: 300)
        var other = LogEntry(time: Timestamp(unix: 0), level: .info, message: "request")
        AccessLogEntry(id: "r", method: "GET", route: "-", path: path, status: 404, duration: .zero).addFields(&other)
        let shown = String(decoding: other.json(), as: UTF8.self)
        #expect(shown.contains(#""route":"/v1%1B[2J/%0Axxx"#) && shown.utf8.count < 400)
    }
}
