import Metrics
import Testing

@testable import Telemetry

@Suite struct MetricsTests {
    @Test func `the exposition is Prometheus text, sorted, with help and type once`() {
        let exporter = PrometheusExporter()
        exporter.describe("b_total", "What b is.\nAnd \\ more.")
        exporter.makeCounter(label: "b_total", dimensions: [("x", "2")]).increment(by: 3)
        exporter.makeCounter(label: "b_total", dimensions: [("x", "1")]).increment(by: 1)
        exporter.makeCounter(label: "b_total", dimensions: [("x", "2")]).increment(by: 4)
        exporter.makeMeter(label: "a.gauge", dimensions: []).set(0.5)
        exporter.describe("unused", "Never recorded.")
        #expect(
            exporter.text() == """
                # TYPE a_gauge gauge
                a_gauge 0.5
                # HELP b_total What b is.\\nAnd \\\\ more.
                # TYPE b_total counter
                b_total{x="1"} 1
                b_total{x="2"} 7

                """)
    }

    @Test func `a histogram is cumulative and ends in +Inf`() {
        let series = MetricSeries(bounds: [0.1, 1])
        for value in [0.05, 0.1, 0.5, 7] { series.record(value) }
        series.recordNanoseconds(250_000_000)
        #expect(
            PrometheusText.lines("t", "r=\"x\"", series: series) == """
                t_bucket{r="x",le="0.1"} 2
                t_bucket{r="x",le="1"} 4
                t_bucket{r="x",le="+Inf"} 5
                t_sum{r="x"} 7.9
                t_count{r="x"} 5

                """)
        #expect(PrometheusText.lines("t", "", series: MetricSeries(bounds: [1])).hasPrefix("t_bucket{le=\"1\"} 0\n"))
    }

    @Test(arguments: [("a\"b", "a\\\"b"), ("a\\b", "a\\\\b"), ("a\nb", "a\\nb"), ("{id}", "{id}"), ("ä", "ä")])
    func `label values are escaped`(value: String, escaped: String) { #expect(PrometheusText.labels([("k", value)]) == "k=\"\(escaped)\"") }

    @Test(arguments: [("a.b-c", "a_b_c"), ("1a", "_1a"), ("a:b", "a:b"), ("", "_"), ("é", "__")])
    func `names are made legal`(label: String, name: String) { #expect(PrometheusText.name(label) == name) }

    @Test(arguments: [
        (1.0, "1"), (0.25, "0.25"), (-3, "-3"), (.infinity, "+Inf"), (-.infinity, "-Inf"), (1e21, "1e+21"), (0.00001, "1e-05"),
    ])
    func `numbers are as Prometheus reads them`(value: Double, text: String) { #expect(PrometheusText.number(value) == text) }

    @Test func `label sets are bounded and the rest is counted together`() {
        let exporter = PrometheusExporter()
        for number in 0..<(exporter.maxSeries + 50) {
            exporter.makeCounter(label: "c", dimensions: [("n", "\(number)")]).increment(by: 1)
        }
        let lines = exporter.text().split(separator: "\n").filter { !$0.hasPrefix("#") }
        #expect(lines.count == exporter.maxSeries + 1)
        #expect(lines.contains("c{n=\"other\"} 50"))
    }

    @Test func `a name keeps its kind, and what is destroyed keeps its count`() {
        let exporter = PrometheusExporter()
        let counter = exporter.makeCounter(label: "c", dimensions: [])
        counter.increment(by: 2)
        exporter.destroyCounter(counter)
        exporter.makeMeter(label: "c", dimensions: []).set(Int64(9))
        exporter.makeRecorder(label: "r", dimensions: [], aggregate: false).record(Int64(4))
        exporter.makeRecorder(label: "h", dimensions: [], aggregate: true).record(Int64(4))
        let text = exporter.text()
        #expect(text.contains("c 2\n") && !text.contains("c 9") && text.contains("r 4\n") && text.contains("h_bucket{le=\"10\"} 1\n"))
    }

    @Test func `requests, faults and the process itself are counted`() {
        let telemetry = Telemetry(version: "1.2.3")
        telemetry.record(
            AccessLogEntry(
                id: "r", method: "POST", route: "/v1/videos", status: 200, duration: .milliseconds(3), bytes: 10, dialect: "openai")
        )
        telemetry.record(AccessLogEntry(id: "r", method: "BREW", route: "-", status: 404, duration: .milliseconds(300), fault: "notFound"))
        telemetry.recordUnknownState("dreaming", vendor: "acme")
        telemetry.recordInterruptedDownload("reset")
        telemetry.recordJournalFailure("disk full")
        let lines = Set(telemetry.exposition().split(separator: "\n"))
        for expected in [
            "genlock_requests_total{method=\"POST\",route=\"/v1/videos\",dialect=\"openai\",status=\"200\"} 1",
            "genlock_requests_total{method=\"other\",route=\"-\",dialect=\"none\",status=\"404\"} 1",
            "genlock_request_duration_seconds_bucket{route=\"/v1/videos\",dialect=\"openai\",le=\"0.0025\"} 0",
            "genlock_request_duration_seconds_bucket{route=\"/v1/videos\",dialect=\"openai\",le=\"0.005\"} 1",
            "genlock_request_duration_seconds_count{route=\"-\",dialect=\"none\"} 1",
            "genlock_response_bytes_total{dialect=\"openai\"} 10", "genlock_faults_total{kind=\"notFound\",account=\"none\"} 1",
            "genlock_unknown_job_states_total{vendor=\"acme\"} 1", "genlock_interrupted_downloads_total 1",
            "genlock_journal_failures_total 1",
            "genlock_log_lines_dropped_total 0",
            "genlock_build_info{version=\"1.2.3\"} 1",
        ] {
            #expect(lines.contains(Substring(expected)), "\(expected)")
        }
        #expect(!lines.contains { $0.contains("dreaming") })
        let memory = lines.first { $0.hasPrefix("process_resident_memory_bytes ") }?.split(separator: " ").last.flatMap { Int($0) } ?? 0
        #expect((1 << 20..<1 << 34).contains(memory))
        #expect(lines.contains { $0.hasPrefix("process_open_fds ") && !$0.hasSuffix(" 0") })
    }
}
