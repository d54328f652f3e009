import Jobs
import Journal
import Testing
import Wire

@testable import genlock

/// The output of `genlock jobs`.
@Suite struct JobListTests {
    private static func entry(_ state: JobRecord.State) -> JobRecord {
        var entry = JobRecord(
            owner: "studio", id: "video_abc", created: Timestamp(unix: 1_795_262_400), account: "night", vendor: "acme", model: "m",
            requestedModel: "sora-2", dialect: "openai")
        entry.state = state
        entry.prompt = "A red kite\nover a \u{1B}[31mcliff"
        entry.reserved = Money(micros: 840_000)
        entry.trace = "called between a and b; x-request-id: 77"
        entry.requestID = "req_1"
        entry.seconds = 4
        return entry
    }

    private static let card = {
        var card = VendorCard(name: "acme", title: "Acme", docs: "https://docs.acme.test", host: "", auth: .bearer, secrets: [:])
        card.dashboard = "https://acme.test/jobs"
        return card
    }()

    @Test func `an ambiguous job is shown with what is needed to find it at its vendor`() {
        let text = JobList([Self.entry(.ambiguous)], cards: [Self.card]).lookupText
        for part in [
            "acme/m", "night", "studio", "2026-11-21T12:00:00Z", "https://acme.test/jobs", "x-request-id: 77", "A red kite over",
            "0.84 USD", "req_1", "video_abc", "generate, 4 s", "SHA-256 ",
        ] { #expect(text.contains(part), "\(part) in \(text)") }
        #expect(!text.contains("\u{1B}"))
        #expect(JobList([], cards: []).lookupText == "no ambiguous jobs")
    }

    @Test func `a job is three lines of 80 columns, whatever its prompt holds`() {
        let lines = JobList([Self.entry(.done), Self.entry(.failed)], cards: []).text.split(separator: "\n")
        #expect(lines.count == 9 && lines[3].contains("acme/m") && lines[3].contains("completed") && lines[6].contains("failed"))
        #expect(lines.allSatisfy { !$0.contains("\u{1B}") && $0.count <= 80 })
    }

    @Test func `names from clients cannot forge lines or control the terminal`() {
        var entry = Self.entry(.ambiguous)
        entry.model = "m\u{1B}[31m\nFAKE\u{202E}\u{2028}\u{200B}"
        entry.id = "id\r\u{9B}31m"
        for text in [JobList([entry], cards: []).text, JobList([entry], cards: []).lookupText] {
            #expect(!text.unicodeScalars.contains { "\u{1B}\u{202E}\u{2028}\u{200B}\r\u{9B}".unicodeScalars.contains($0) })
            #expect(!text.split(separator: "\n").contains { $0.hasPrefix("FAKE") })
        }
    }

    @Test(
        arguments: zip(
            JobRecord.State.allCases, ["submitting", "in_progress", "not_sent", "unknown", "completed", "failed", "cancelled", "deleted"]))
    func `the journal's states have the names that a server uses`(state: JobRecord.State, name: String) {
        #expect(JobStateName.name(of: state) == name)
    }

    @Test(arguments: [("failed", "create_ambiguous", "unknown"), ("failed", "cancelled", "cancelled"), ("queued", nil, "queued")])
    func `a server's jobs are listed with the journal's columns and members`(status: String, code: String?, name: String) throws {
        let json = try JSON(parsing: Bytes(#"{"id":"v","created_at":1795262400,"prompt":"a kite","seconds":"4"}"#.utf8)[...])
        let video = VideoAPI.Video(
            id: "v", status: status, percent: 0, model: "m\u{1B}", errorCode: code, errorMessage: nil, pollDelay: .zero, notes: [],
            json: json)
        let lines = JobList.text([video]).split(separator: "\n")
        #expect(lines[0] == "CREATED               STATE\(String(repeating: " ", count: max(0, name.count - 5)))  MODEL")
        #expect(lines[3] == "2026-11-21T12:00:00Z  \(name.count < 5 ? name + " " : name)  m\\u001B" && lines[4].contains("a kite"))
        let object = try JSON(parsing: Bytes(JobList.json([video]).utf8)[...])
        #expect(object["state"]?.string == name && object["seconds"]?.double == 4 && object["asked"]?.string == "m\u{1B}")
    }

    @Test func `scripts get one object a line`() throws {
        let lines = JobList([Self.entry(.ambiguous), Self.entry(.done)], cards: [Self.card]).json.split(separator: "\n")
        #expect(lines.count == 2)
        let first = try JSON(parsing: Bytes(lines[0].utf8)[...])
        #expect(first["state"]?.string == "unknown" && first["usd"]?.double == 0.84)
        #expect(first["look_at"]?.string == "https://acme.test/jobs")
        #expect(first["prompt"]?.string == "A red kite\nover a \u{1B}[31mcliff" && first["prompt_sha256"]?.string?.count == 64)
    }
}
