import Crypto
import Jobs
import Wire

/// One HTTP request to a receiver.
package struct WebhookRequest: Sendable {
    package var url: String
    package var headers: Headers
    package var body: Bytes

    package init(url: String, headers: Headers, body: Bytes) {
        self.url = url
        self.headers = headers
        self.body = body
    }
}

/// An event of a job in the form of OpenAI's webhooks:
///
///     {"id":"evt_…","object":"event","created_at":1795256718,"type":"video.completed","data":{"id":"video_…"}}
package struct WebhookEvent: Sendable {
    package var id: String
    package var event: JobEvent
    package var jobID: String
    package var created: Timestamp

    package init(id: String, event: JobEvent, jobID: String, created: Timestamp) {
        self.id = id
        self.event = event
        self.jobID = jobID
        self.created = created
    }

    package var body: Bytes {
        let value = JSONValue.members([
            "id": .string(id), "object": .string("event"), "created_at": .int(created.unix), "type": .string(event.rawValue),
            "data": .members(["id": .string(jobID)]),
        ])
        return Bytes(value.encoded().joined())
    }

    /// The request of one attempt, signed as Standard Webhooks says: the id stays, time and signature are those of the attempt.
    /// - Parameter secrets: during a rotation the new one first, then the old one.
    package func request(to url: String, secrets: [WebhookSecret], at now: Timestamp) -> WebhookRequest {
        let body = body
        var headers = Headers()
        headers.set(.contentType, "application/json")
        headers.set("webhook-id", id)
        headers.set("webhook-timestamp", "\(now.unix)")
        headers.set("webhook-signature", WebhookSignature.standard(id: id, time: now, body: body, secrets: secrets))
        return WebhookRequest(url: url, headers: headers, body: body)
    }
}
