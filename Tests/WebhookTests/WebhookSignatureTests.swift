import Crypto
import Testing
import Webhooks
import Wire

/// The vectors were made with standardwebhooks 1.1.0 for Python, and after the documentation of the other services.
struct WebhookSignatureTests {
    private static let secret32 = "whsec_AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8="
    private static let secret24 = "whsec_AAECAwQFBgcICQoLDA0ODxAREhMUFRYX"
    private static let secret64 =
        "whsec_AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8gISIjJCUmJygpKissLS4vMDEyMzQ1Njc4OTo7PD0+Pw=="
    private static let event =
        #"{"id":"evt_0001","object":"event","created_at":1795256718,"type":"video.completed","data":{"id":"video_abc123"}}"#
    private static let failed =
        #"{"type":"video.failed","timestamp":"2026-11-20T20:25:18Z","data":{"id":"video_abc123","error":{"code":"moderation_blocked","#
        + "\"message\":\"Blockiert: \u{51e7} \u{2728}\"}}}"

    struct Vector: Sendable {
        let secret: String
        let id: String
        let time: Int64
        let body: String
        let signature: String
        /// With the whole text as the key.
        let rawSignature: String
    }

    static let vectors = [
        Vector(
            secret: secret32, id: "evt_0001", time: 1_795_256_718, body: event,
            signature: "v1,lx8hTYvNi0+NrvTnAPZKBmmi0aIUi9eTU2v4z+Z1BIg=", rawSignature: "v1,ewP7YTegqChe6hrTouJHxp1d1oHpLkcOg04dmAmiwF8="),
        Vector(
            secret: secret24, id: "evt_0001", time: 1_795_256_718, body: event,
            signature: "v1,aLU6DmmQd3h7jNpaHWDBDTXhlxStuUyyHijjXD53G8I=", rawSignature: "v1,B3deF7XAd/aVDwNZX4V9V0aFVtG6HxVjaDCuD9u0Y3E="),
        Vector(
            secret: secret64, id: "evt_0001", time: 1_795_256_718, body: event,
            signature: "v1,MtztycKDRsFYnBq8fvsHc9OtzBoD6sh8iysfGotf79E=", rawSignature: "v1,inV4whO8a168rRK/6EWBdS81JTkVK5Qt47pCieBPV7Q="),
        Vector(
            secret: secret32, id: "msg_2", time: 1_795_256_718, body: failed,
            signature: "v1,+PX+zaUQyoqPZg8ll1vOEWCx/Jeguemc8PjRpfvxVsI=", rawSignature: "v1,Jnth2eY5JcFE1RrOkcO3bcP8swZwrA798p33MWp/POc="),
        Vector(
            secret: secret32, id: "msg_3", time: 0, body: "", signature: "v1,mhlhP3U3UKRSUjzCmqRSNr63z2R/5HQE889CNTwznzM=",
            rawSignature: "v1,qusvLGk2owb2L7vkUQtzGcp/nGXvvJ/7yAwuauK3TJ8="),
    ]

    private static func secret(_ text: String) throws -> WebhookSecret { try WebhookSecret(parsing: Secret(text)) }

    @Test(arguments: vectors) func `Standard Webhooks and llmgateway sign as their vectors do`(vector: Vector) throws {
        let secret = try Self.secret(vector.secret)
        let (time, body) = (Timestamp(unix: vector.time), Bytes(vector.body.utf8))
        #expect(WebhookSignature.standard(id: vector.id, time: time, body: body, secrets: [secret]) == vector.signature)
        #expect(
            WebhookSignature.rawKey(id: vector.id, time: time, body: body, secret: Secret(vector.secret)) == vector.rawSignature)
    }

    @Test func `two secrets make two entries with one space between`() throws {
        let signature = WebhookSignature.standard(
            id: "evt_0001", time: Timestamp(unix: 1_795_256_718), body: Bytes(Self.event.utf8),
            secrets: [try Self.secret(Self.secret32), try Self.secret(Self.secret24)])
        #expect(
            signature == "v1,lx8hTYvNi0+NrvTnAPZKBmmi0aIUi9eTU2v4z+Z1BIg= v1,aLU6DmmQd3h7jNpaHWDBDTXhlxStuUyyHijjXD53G8I=")
    }

    @Test func `other services sign as their vectors do`() throws {
        let time = Timestamp(unix: 1_795_256_718)
        let body = Bytes(Self.event.utf8)
        #expect(
            WebhookSignature.version3(id: "evt_0001", time: time, body: body, secret: try Self.secret(Self.secret32))
                == "v3,b36cd5624e233d7c94104d3cab5024298f0b9943a348de8553abe0e270e72b19")
        #expect(
            WebhookSignature.dotSeparated(time: time, body: body, secret: Secret(Self.secret32))
                == "t=1795256718,v1=449382de77395396ee5826289708a72b378d7b55e8512fcb032a94907ce97c21")
        let openRouter =
            #"{"type":"video.generation.completed","created_at":"2026-11-20T20:25:18.000Z","data":{"id":"job-abc123","status":"completed","#
            + #""generation_id":"gen-xyz789","model":"google/veo-3.1","unsigned_urls":["#
            + #""https://openrouter.ai/api/v1/videos/job-abc123/content?index=0"],"usage":{"cost":0.5,"is_byok":false}}}"#
        #expect(
            WebhookSignature.commaSeparated(time: time, body: Bytes(openRouter.utf8), secret: Secret("orwhsec-test-secret"))
                == "t=1795256718,v1=c1c4f5ae5bac19400008bed262129e2b18f9c5760a981e8e660aa2a64fe10860")
    }

    @Test func `a receiver believes what is signed, within five minutes`() throws {
        let secret = try Self.secret(Self.secret32)
        let body = Bytes(Self.event.utf8)
        var headers = Headers()
        headers.set("webhook-id", "evt_0001")
        headers.set("webhook-timestamp", "1795256718")
        headers.set("webhook-signature", "v1a,AAAA v1,aLU6DmmQd3h7jNpaHWDBDTXhlxStuUyyHijjXD53G8I= " + Self.vectors[0].signature)
        func failure(_ headers: Headers, _ body: Bytes, after seconds: Int64 = 0) -> WebhookSignature.VerificationError? {
            do throws(WebhookSignature.VerificationError) {
                try WebhookSignature.verify(headers, body: body, secret: secret, now: Timestamp(unix: 1_795_256_718 + seconds))
                return nil
            } catch {
                return error
            }
        }
        #expect(failure(headers, body) == nil && failure(headers, body, after: 300) == nil && failure(headers, body, after: -300) == nil)
        #expect(failure(headers, body, after: 301) == .expired && failure(headers, body, after: -301) == .expired)
        #expect(failure(headers, body + [0x20]) == .mismatch)
        headers.set("webhook-timestamp", "soon")
        #expect(failure(headers, body) == .malformedTime)
        headers.set("webhook-timestamp", "\(Int64.min)")
        #expect(failure(headers, body) == .expired)
        #expect(failure(Headers(), body) == .missingHeader)
    }

    @Test(arguments: [
        ("AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=", "begins with whsec_"),
        ("whsec_AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGA", "padded with ="),
        ("whsec_AAECAwQFBgcICQoLDA0ODxAREhMUFRY-", "A-Z"), ("whsec_", "this one has 0"),
        ("whsec_AAECAwQFBgcICQoLDA0ODxAREhMUFRY=", "this one has 23"), ("whsec_", "24 to 64 bytes"),
    ]) func `what receivers would not understand is refused`(text: String, reason: String) {
        #expect { try Self.secret(text) } throws: { ($0 as? WebhookSecret.FormatError)?.reason.contains(reason) == true }
    }

    @Test func `65 bytes are too many`() {
        let text = "whsec_" + Base64.standard.text(Bytes(repeating: 1, count: 65))
        #expect { try Self.secret(text) } throws: { ($0 as? WebhookSecret.FormatError)?.reason.contains("has 65") == true }
    }

    @Test func `a generated secret is one, needs no padding, and hints at its end`() throws {
        let secret = WebhookSecret.generate(random: .system)
        let text = secret.text.reveal()
        #expect(try Self.secret(text) == secret && !text.contains("=") && secret.key.count == 24)
        #expect(secret.hint == "…" + text.suffix(4) && WebhookSecret.generate(random: .system) != secret)
    }
}
