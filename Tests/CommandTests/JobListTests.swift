import Jobs
import Journal
import Testing
import Wire

@testable import genlock

/// What `genlock jobs` tells.
@Suite struct JobListTests {
    private static func entry(_ state: Entry.State) -> Entry {
        var entry = Entry(
            owner: "studio", id: "video_abc", created: Timestamp(unix: 1_795_262_400), account: "night", vendor: "acme", model: "m",
            asked: "sora-2", dialect: "openai")
        entry.state = state
        entry.prompt = "A red kite\nover a \u{1B}[31mcliff"
        entry.reserved = Money(micros: 840_000)
        entry.trace = "called between a and b; x-request-id: 77"
        entry.request = "req_1"
        entry.seconds = 4
        return entry
    }

    private static let card = {
        var card = VendorCard(name: "acme", title: "Acme", docs: "https://docs.acme.test", host: "", auth: .bearer, secrets: [:])
        card.dashboard = "https://acme.test/jobs"
        return card
    }()

    @Test func `an ambiguous job is told with all that it takes to find it at its vendor`() {
        let text = JobList([Self.entry(.ambiguous)], cards: [Self.card]).inquiry
        for part in [
            "acme/m", "night", "studio", "2026-11-21T12:00:00Z", "https://acme.test/jobs", "x-request-id: 77", "A red kite over",
            "0.84 USD", "req_1", "video_abc", "generate, 4 s", "SHA-256 ",
        ] { #expect(text.contains(part), "\(part) in \(text)") }
        #expect(!text.contains("\u{1B}"))
        #expect(JobList([], cards: []).inquiry == "no ambiguous jobs")
    }

    @Test func `a job is one line, whatever its prompt holds`() {
        let lines = JobList([Self.entry(.done), Self.entry(.failed)], cards: []).text.split(separator: "\n")
        #expect(lines.count == 3 && lines[1].contains("acme/m") && lines[1].contains("done") && lines[2].contains("failed"))
        #expect(!lines[1].contains("\u{1B}"))
    }

    @Test func `scripts get one object a line`() throws {
        let lines = JobList([Self.entry(.ambiguous), Self.entry(.done)], cards: [Self.card]).json.split(separator: "\n")
        #expect(lines.count == 2)
        let first = try JSON(parsing: Bytes(lines[0].utf8)[...])
        #expect(first["state"]?.string == "ambiguous" && first["usd"]?.double == 0.84)
        #expect(first["look_at"]?.string == "https://acme.test/jobs")
        #expect(first["prompt"]?.string == "A red kite\nover a \u{1B}[31mcliff" && first["prompt_sha256"]?.string?.count == 64)
    }
}
