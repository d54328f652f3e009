import Crypto
import Jobs
import Journal
import Testing
import Webhooks
import Wire

@testable import Configuration
@testable import genlock

/// The output of `genlock webhooks`.
@Suite struct WebhookCommandTests {
    private static let now = Timestamp(unix: 1_795_262_400)

    private static func endpoint(_ url: String) -> WebhookEndpoint {
        WebhookEndpoint(
            id: "whe_1", owner: "studio", name: "hook\u{1B}[31m", url: url, events: [.completed, .failed], sealedSecret: [],
            secretHint: "…abcd", created: now)
    }

    @Test func `a list shows no query, no escape sequence, and what is disabled`() {
        var list = WebhookList()
        list.add([Self.endpoint("https://a.example/hook?token=topsecret")])
        list.markDisabled(["whe_1": .init(since: Self.now, reason: "it answered with status 410")])
        list.deliveries = []
        for text in [list.text, list.json] {
            #expect(text.contains("https://a.example/hook?…") && !text.contains("topsecret") && !text.contains("\u{1B}"))
            #expect(text.contains("2026-11-21T12:00:00Z: it answered with status 410"))
        }
        #expect(list.text.contains("completed,failed") && list.text.hasSuffix("no deliveries"))
        #expect(WebhookList().text == "no endpoints")
    }

    @Test func `the endpoints of one owner are listed under their ids of the server`() throws {
        var key = Configuration.Key(name: "studio", sha256: [])
        key.webhooks = [.init(url: "https://a.example/", secrets: [.generate(random: .system)], events: [.failed])]
        var list = WebhookList()
        list.add([key, Configuration.Key(name: "other", sha256: [])], of: "studio")
        #expect(list.endpoints.map(\.id) == [key.webhooks[0].id(of: "studio")] && list.endpoints[0].events == ["video.failed"])
        list.add([key], of: "other")
        #expect(list.endpoints.count == 1)
    }

    @Test func `a received event is a line with the verdict`() throws {
        let secret = WebhookSecret.generate(random: .system)
        let event = WebhookEvent(id: "evt_1", event: .completed, jobID: "video_1", created: Self.now)
        let request = event.request(to: "http://127.0.0.1/", secrets: [secret], at: Self.now)
        let listener = WebhookListener(secret: secret, status: 204, printsJSON: false)
        #expect(
            listener.report(on: request.headers, body: request.body, now: Self.now)
                == ("2026-11-21T12:00:00Z genuine video.completed evt_1 video_1", true))
        let (line, isGenuine) = listener.report(on: request.headers, body: request.body + [0x20], now: Self.now)
        #expect(line.contains("REFUSED") && line.contains("no entry of webhook-signature") && !isGenuine)
        let (json, _) = WebhookListener(secret: secret, status: 204, printsJSON: true)
            .report(on: request.headers, body: request.body, now: Self.now)
        let parsed = try JSON(parsing: json)
        #expect(parsed["genuine"]?.bool == true && parsed["job"]?.string == "video_1" && parsed["id"]?.string == "evt_1")
    }
}
