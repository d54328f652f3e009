import Crypto
import Jobs
import Testing
import Webhooks
import Wire

/// What an attempt means, and the form of an event.
struct DeliveryPolicyTests {
    private let limits = Limits()

    private func decision(_ attempt: DeliveryAttempt, attempts: Int = 1, jitter: Double = 0.5) -> DeliveryDecision {
        DeliveryDecision(attempt, attempts: attempts, jitter: jitter, limits: limits)
    }

    private func response(_ status: Int, retryAfter: Duration? = nil) -> DeliveryAttempt {
        .response(status: status, retryAfter: retryAfter)
    }

    @Test(arguments: [200, 201, 202, 204, 299]) func `any 2xx acknowledges`(status: Int) {
        #expect(decision(response(status)) == .delivered && decision(response(status), attempts: 99) == .delivered)
        #expect(response(status).error == nil)
    }

    @Test(arguments: [199, 301, 302, 307, 308, 400, 401, 404, 409, 422, 500, 503]) func `any other status is tried again`(status: Int) {
        #expect(decision(response(status)) == .retry(after: .seconds(5), pause: nil))
        #expect(response(status).error?.hasPrefix("status \(status)") == true)
    }

    @Test func `ten attempts take three days, and the tenth failure is the last`() {
        var waited = Duration.zero
        for attempt in 1...9 {
            guard case .retry(let delay, nil) = decision(.failure(reason: "x"), attempts: attempt) else {
                Issue.record("attempt \(attempt)")
                return
            }
            waited += delay
        }
        #expect(waited == .seconds(72 * 3600))
        #expect(decision(.failure(reason: "x"), attempts: 10) == .dead && decision(response(500), attempts: 10) == .dead)
    }

    @Test func `the delay varies by a tenth`() {
        #expect(decision(response(500), attempts: 2, jitter: 0) == .retry(after: .seconds(270), pause: nil))
        #expect(decision(response(500), attempts: 2, jitter: 1) == .retry(after: .seconds(330), pause: nil))
    }

    @Test func `410 disables, also at the last attempt`() {
        #expect(decision(response(410)) == .disable && decision(response(410), attempts: 10) == .disable)
    }

    @Test(arguments: [429, 502, 503, 504]) func `an overloaded receiver gets the pause that it asks for, up to a day`(status: Int) {
        #expect(decision(response(status, retryAfter: .seconds(60))) == .retry(after: .seconds(60), pause: .seconds(60)))
        #expect(decision(response(status, retryAfter: .seconds(1))) == .retry(after: .seconds(5), pause: .seconds(1)))
        #expect(decision(response(status, retryAfter: .seconds(-9))) == .retry(after: .seconds(5), pause: .zero))
        let longest = Duration.seconds(86_400)
        #expect(decision(response(status, retryAfter: .seconds(1 << 32))) == .retry(after: longest, pause: longest))
        #expect(decision(response(status, retryAfter: .seconds(60)), attempts: 10) == .dead)
    }

    @Test func `Retry-After of another status has no meaning`() {
        #expect(decision(response(500, retryAfter: .seconds(60))) == .retry(after: .seconds(5), pause: nil))
        #expect(decision(response(301, retryAfter: .seconds(60))) == .retry(after: .seconds(5), pause: nil))
    }

    @Test func `an event has OpenAI's form, and each attempt its own time and signature`() throws {
        let secret = try WebhookSecret(parsing: Secret("whsec_AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8="))
        let event = WebhookEvent(
            id: "evt_0001", event: .completed, jobID: "video_abc123", created: Timestamp(unix: 1_795_256_718))
        #expect(
            String(decoding: event.body, as: UTF8.self)
                == #"{"id":"evt_0001","object":"event","created_at":1795256718,"type":"video.completed","data":{"id":"video_abc123"}}"#)
        let first = event.request(to: "https://a.example/", secrets: [secret], at: Timestamp(unix: 1_795_256_718))
        #expect(first.headers["webhook-signature"] == "v1,lx8hTYvNi0+NrvTnAPZKBmmi0aIUi9eTU2v4z+Z1BIg=")
        #expect(first.headers["webhook-id"] == "evt_0001" && first.headers["webhook-timestamp"] == "1795256718")
        #expect(first.headers["content-type"] == "application/json")
        let second = event.request(to: "https://a.example/", secrets: [secret], at: Timestamp(unix: 1_795_256_723))
        #expect(second.body == first.body && second.headers["webhook-id"] == "evt_0001")
        #expect(second.headers["webhook-timestamp"] == "1795256723")
        #expect(second.headers["webhook-signature"] != first.headers["webhook-signature"])
    }
}
