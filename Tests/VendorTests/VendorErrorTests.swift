import Jobs
import Testing
import Wire

@testable import Vendors

/// What a refused start means, at every vendor: by what it says, not by its status alone.
@Suite struct `A refused start` {
    struct Case: Sendable, CustomTestStringConvertible {
        var status: Int
        var body: String
        var kind: Fault.Kind
        var scope: Fault.Scope
        var testDescription: String { "\(status) \(body.prefix(100))" }
    }

    private static func fault(from vendor: any Vendor, status: Int, _ body: String, headers: Headers = Headers()) throws -> Fault {
        do throws(Fault) {
            _ = try vendor.ticket(
                from: Reply(status: status, headers: headers, body: Bytes(body.utf8)[...]), to: Call(.start, .post, path: "/"))
        } catch {
            return error
        }
        throw AcceptedError()
    }

    private struct AcceptedError: Error {}

    private static func error(_ message: String, code: String? = nil) -> String {
        let code = code.map { #", "code": "\#($0)""# } ?? ""
        return #"{"error": {"message": "\#(message)"\#(code)}}"#
    }

    private static let page = """
        <!DOCTYPE html><html><head><title>Attention Required! | Cloudflare</title></head><body>Sorry, you have been blocked: API key, model
        not found, insufficient balance</body></html>
        """

    private static let everywhere: [Case] = [
        Case(status: 403, body: error("moderation blocked", code: "content_policy_violation"), kind: .moderated, scope: .request),
        Case(status: 403, body: error("Request blocked by policy", code: "access_denied"), kind: .moderated, scope: .request),
        Case(status: 403, body: error("Your prompt was flagged as unsafe"), kind: .moderated, scope: .request),
        Case(status: 422, body: error("The image may violate our content guidelines"), kind: .moderated, scope: .request),
        Case(
            status: 403, body: error("Your plan has no access to model m", code: "model_access_denied"), kind: .modelUnavailable,
            scope: .model),
        Case(status: 403, body: error("You do not have access to the model m1."), kind: .modelUnavailable, scope: .model),
        Case(status: 404, body: error("The model `m1` does not exist"), kind: .modelUnavailable, scope: .model),
        Case(status: 404, body: error("models/m1 is no longer available"), kind: .modelUnavailable, scope: .model),
        Case(
            status: 403, body: error("Country, region, or territory not supported"), kind: .modelUnavailable, scope: .model),
        Case(status: 400, body: error("User location is not supported for the API use."), kind: .modelUnavailable, scope: .model),
        Case(status: 403, body: error("Incorrect API key provided"), kind: .vendorCredentials, scope: .account),
        Case(status: 401, body: error("No."), kind: .vendorCredentials, scope: .account),
        Case(status: 403, body: error("Your account has been suspended"), kind: .vendorCredentials, scope: .account),
        Case(status: 403, body: error("Insufficient balance, please recharge"), kind: .vendorBalance, scope: .account),
        Case(status: 402, body: error("Payment required"), kind: .vendorBalance, scope: .account),
        Case(status: 402, body: error("No."), kind: .vendorBalance, scope: .account),
        Case(
            status: 402, body: error("This request requires more credits, or fewer seconds. You can only afford 12."),
            kind: .vendorBalance, scope: .request),
        Case(status: 403, body: error("The caller does not have permission"), kind: .vendorCredentials, scope: .request),
        Case(status: 403, body: "", kind: .vendorCredentials, scope: .request),
        Case(status: 403, body: page, kind: .vendorUnavailable, scope: .vendor),
        Case(status: 401, body: page, kind: .vendorUnavailable, scope: .vendor),
        Case(status: 403, body: "error code: 1020", kind: .vendorUnavailable, scope: .vendor),
        Case(status: 503, body: page, kind: .vendorUnavailable, scope: .vendor),
        Case(status: 400, body: error("The model m1 does not support a duration of 7"), kind: .vendorRefused, scope: .request),
        Case(status: 404, body: error("The image file was not found"), kind: .vendorRefused, scope: .request),
        Case(status: 400, body: error("safety_tolerance must be between 0 and 6"), kind: .vendorRefused, scope: .request),
        Case(status: 400, body: error("ratio: expected '16:9', received 'credits'"), kind: .vendorRefused, scope: .request),
    ]

    /// Where one vendor documents another meaning than the others.
    private static let own: Set<String> = [
        // Its page of error codes calls 403 a refusal of the content.
        "siraya 403",
        // Statuses in place of what others say with words: the model is in the path.
        "fal 404", "replicate 404", "segmind 404", "wavespeed 404",
    ]

    @Test(arguments: everywhere) func `means the same at every vendor that says it in the same words`(_ row: Case) throws {
        for vendor in Registry.vendors {
            let fault = try Self.fault(from: vendor, status: row.status, row.body)
            let name = vendor.card.name
            if Self.own.contains("\(name) \(row.status)"), row.kind == .vendorRefused || row.scope == .request { continue }
            #expect(fault.kind == row.kind && fault.scope == row.scope, "\(name): \(fault.kind) \(fault.scope) \(fault.message)")
            #expect(!fault.message.contains("<"), "\(name): \(fault.message)")
        }
    }

    @Test func `with 429 goes on being one, at every vendor, with the pause that it asks for`() throws {
        let pauses: [([(HeaderName, String)], Duration?)] = [
            ([(.retryAfter, "30")], .seconds(30)), ([(.retryAfter, "0.5")], .milliseconds(500)),
            ([("retry-after-ms", "1500")], .milliseconds(1500)),
            ([(.retryAfter, "Mon, 30 Nov 2026 18:00:00 GMT"), (.date, "Mon, 30 Nov 2026 12:00:00 GMT")], .seconds(21_600)),
            ([(.retryAfter, "Mon, 30 Nov 2026 18:00:00 GMT"), (.date, "Mon, 30 Nov 2026 18:00:00 GMT")], nil),
            ([(.retryAfter, "1e300")], .seconds(86_400)), ([(.retryAfter, "-5")], nil), ([(.retryAfter, "nan")], nil),
            ([(.retryAfter, "inf")], nil), ([(.retryAfter, "soon")], nil), ([], nil),
        ]
        for vendor in Registry.vendors {
            for (fields, pause) in pauses {
                let fault = try Self.fault(from: vendor, status: 429, Self.error("slow down"), headers: Headers(fields))
                #expect([.vendorRateLimited, .vendorBusy].contains(fault.kind), "\(vendor.card.name): \(fault.kind)")
                #expect(fault.retryAfter == pause, "\(vendor.card.name) \(fields): \(fault.retryAfter as Any)")
            }
        }
    }

    @Test(arguments: [
        (#"{"error": "wrong ratio"}"#, "wrong ratio"), (#"{"detail": "wrong ratio"}"#, "wrong ratio"),
        (#"{"message": "wrong ratio"}"#, "wrong ratio"), (#"{"error": {"error": {"message": "wrong ratio"}}}"#, "wrong ratio"),
        (#"{"errors": [{"message": "wrong ratio"}, {"message": "wrong size"}]}"#, "wrong ratio; wrong size"),
        (#"{"detail": [{"loc": ["body", "ratio"], "msg": "wrong", "type": "value_error"}]}"#, "ratio: wrong"),
        (#"{"title": "Bad", "detail": "wrong ratio"}"#, "wrong ratio"), (#""wrong ratio""#, "wrong ratio"),
        (#"[{"error": {"message": "wrong ratio"}}]"#, "wrong ratio"), (#"{"error": {"detail": "wrong ratio"}}"#, "wrong ratio"),
        (#"{"error": ["wrong ratio"]}"#, "wrong ratio"), (#"{"data": {"error": "wrong ratio"}}"#, "wrong ratio"),
        (#"{"error_msg": "wrong ratio", "error_code": 7}"#, "wrong ratio"),
    ])
    func `shows the vendor's sentence wherever it stands`(body: String, sentence: String) throws {
        for name in ["fal", "openai-compatible", "xai", "google", "bfl", "kling", "replicate", "luma", "ark", "vidu"] {
            let vendor = try #require(Registry.vendor(name))
            let fault = try Self.fault(from: vendor, status: 400, body)
            #expect(fault.message.hasSuffix(sentence), "\(name): \(fault.message)")
        }
    }

    @Test func `shows no page, however it is wrapped`() throws {
        let wrapped = [#"{"error": "<html>no</html>"}"#, #"{"detail": " <!DOCTYPE html>"}"#, #"{"error": {"message": "\n<p>no</p>"}}"#]
        for body in [Self.page] + wrapped {
            for vendor in Registry.vendors {
                let fault = try Self.fault(from: vendor, status: 400, body)
                #expect(!fault.message.contains("<") && !fault.message.isEmpty, "\(vendor.card.name): \(fault.message)")
            }
        }
    }

    @Test func `is proven by the statuses that the documentation lists`() throws {
        let page = Transcript.text(Transcript.tests + "/../config/vendors/README.md")
        let row = try #require(page.split(separator: "\n").first { $0.hasPrefix("| `refusals`") })
        let listed = row.split { !$0.isNumber }.compactMap { Int($0) }
        #expect(listed == VendorCard.commonRefusalStatuses.sorted())
    }

    @Test func `is proven by the same statuses everywhere, and by those that a vendor adds`() throws {
        for vendor in Registry.vendors {
            let card = vendor.card
            for status in [400, 401, 402, 403, 404, 405, 410, 413, 414, 415, 422, 429, 431, 451] {
                #expect(card.provesRefusal(status), "\(card.name) \(status)")
            }
            for status in [408, 500, 502, 504, 200, 201] { #expect(!card.provesRefusal(status), "\(card.name) \(status)") }
            #expect(card.refusalStatuses.isDisjoint(with: VendorCard.commonRefusalStatuses), "\(card.name) repeats what holds everywhere")
        }
    }
}
