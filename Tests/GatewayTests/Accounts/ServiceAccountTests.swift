import Crypto
import Jobs
import Testing
import Wire

@testable import Gateway
@testable import Upstream

struct ServiceAccountTests {
    static let scope = "https://www.googleapis.com/auth/cloud-platform"
    static let noon = Timestamp(unix: 1_795_219_605)

    static func file(_ change: (inout JSONValue) -> Void = { _ in }) -> Secret {
        var file: JSONValue = [
            "type": "service_account", "project_id": "my-proj", "private_key_id": "kid0123456789",
            "private_key": .string(PublishedKey.pem), "client_email": "svc@my-proj.iam.gserviceaccount.com",
            "token_uri": "https://oauth2.googleapis.com/token",
        ]
        change(&file)
        return Secret(file.text)
    }

    /// Header and claims hold what google-auth 2.62.2 sends for this account; the signature is checked against openssl's
    /// `dgst -sha256 -sign`, since the key of that recording is not public.
    @Test func `the assertion is what the official client sends`() throws {
        let account = try ServiceAccount(parsing: Self.file())
        let parts = account.assertion(scope: Self.scope, now: Self.noon).split(separator: ".").map(String.init)
        try #require(parts.count == 3)
        let texts = try parts.prefix(2).map { String(decoding: try Base64.url.decode($0), as: UTF8.self) }
        #expect(texts[0] == #"{"typ":"JWT","alg":"RS256","kid":"kid0123456789"}"#)
        #expect(
            texts[1] == #"{"iat":1795219605,"exp":1795223205,"iss":"svc@my-proj.iam.gserviceaccount.com","#
                + #""aud":"https://oauth2.googleapis.com/token","scope":"https://www.googleapis.com/auth/cloud-platform"}"#)
        #expect(
            parts[2]
                == "QV3wDtiMjU2QYTRm1EcbT_uBRXGfJcc4HVnjRHuZnVjOC-7NJ9rcCaBh0RuDBdA2ea3WOaIlMDuK32NwaffalJm4ZDIj82nV6hK167J1_oU63wgx"
                + "-NJFa_mRVzwy0IWUWOZVbsT6yllbIffrlnOR2rGzXiqHQ3B0-M2f_Mmlkuhetxo8aHMUbawxwG8U0qO0qeK4oPUXivwaE6whChPbBWgeGRaOUW0Z"
                + "2HTIeKsZIZw9yguXY6443C4x7aNi3fgAN0OYmztjCnoo4u6hFqg2DNA29UY9SlbgVUX1AAOBN0n7qwvz-X9sxS3IDfXs8BP7jKWSR1ixbqSxLYww"
                + "ZLOVHg")
    }

    @Test func `the assertion is exchanged by a form`() throws {
        let account = try ServiceAccount(parsing: Self.file())
        let call = account.call(scope: Self.scope, now: Self.noon)
        guard case .foreign("https://oauth2.googleapis.com/token", credentials: false) = call.target, case .form(let form) = call.body
        else {
            Issue.record("another call: \(call)")
            return
        }
        #expect(call.purpose == .token && call.method == .post)
        #expect(form["grant_type"] == "urn:ietf:params:oauth:grant-type:jwt-bearer")
        #expect(form["assertion"] == account.assertion(scope: Self.scope, now: Self.noon))
        #expect(form.items.count == 2)
        #expect(account.project == "my-proj")
    }

    @Test(
        arguments: [
            ("type", "authorized_user", "'type' is not 'service_account'"), ("client_email", nil, "no text under 'client_email'"),
            ("token_uri", "", "no text under 'token_uri'"), ("private_key_id", nil, "no text under 'private_key_id'"),
            ("private_key", nil, "no text under 'private_key'"), ("private_key", "hush", "'private_key' is unreadable"),
        ] as [(String, String?, String)])
    func `a file that is not whole is refused by name`(member: String, value: String?, reason: String) {
        do throws(Fault) {
            _ = try ServiceAccount(parsing: Self.file { $0[member] = value.map(JSONValue.string) })
            Issue.record("taken")
        } catch {
            #expect(error.kind == .misconfigured && error.sent == .no)
            #expect(error.detail == "service account: \(reason)")
        }
    }

    @Test func `what is no JSON is refused`() {
        #expect(throws: Fault.self) { try ServiceAccount(parsing: Secret("/etc/key.json")) }
    }
}

struct AccessTokenTests {
    static let noon = Instant(nanoseconds: 0)

    static func token(_ body: String, status: Int = 200) throws(Fault) -> AccessToken {
        try AccessToken(from: Reply(status: status, body: Bytes(body.utf8)[...]), now: noon)
    }

    @Test func `a token is good until shortly before its end`() throws {
        let token = try Self.token(#"{"access_token":"ya29.TESTTOKEN","expires_in":3599,"token_type":"Bearer"}"#)
        #expect(token.text.reveal() == "ya29.TESTTOKEN")
        #expect(token.expires == Self.noon + .seconds(3599))
        #expect(token.isGood(at: Self.noon))
        #expect(token.isGood(at: Self.noon + .seconds(3599 - 226)))
        #expect(!token.isGood(at: Self.noon + .seconds(3599 - 225)))
        #expect(!token.isGood(at: Self.noon + .seconds(3600)))
    }

    @Test(arguments: [
        (400, #"{"error":"invalid_grant","error_description":"Invalid JWT Signature."}"#, Fault.Kind.vendorCredentials),
        (401, "{}", .vendorCredentials), (403, "<html>", .vendorCredentials), (429, "{}", .vendorUnavailable),
        (408, "", .vendorUnavailable), (500, "oops", .vendorUnavailable), (503, "", .vendorUnavailable), (302, "", .vendorUnavailable),
        (200, "", .vendorNonsense),
        (200, "<html>", .vendorNonsense), (200, #"{"access_token":"","expires_in":3599}"#, .vendorNonsense),
        (200, #"{"access_token":"a","expires_in":0}"#, .vendorNonsense), (200, #"{"access_token":"a"}"#, .vendorNonsense),
        (200, #"{"access_token":7,"expires_in":3599}"#, .vendorNonsense),
    ])
    func `anything else is a fault that started nothing`(status: Int, body: String, kind: Fault.Kind) {
        do throws(Fault) {
            _ = try Self.token(body, status: status)
            Issue.record("taken")
        } catch {
            #expect(error.kind == kind)
            #expect(error.sent == .no)
        }
    }

    @Test func `an absurd life is cut to a day`() throws {
        let token = try Self.token(#"{"access_token":"a","expires_in":9000000000000}"#)
        #expect(token.expires == Self.noon + .seconds(86_400))
    }
}
