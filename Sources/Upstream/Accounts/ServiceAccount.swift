import Crypto
import Jobs
import Wire

/// A service account: an RSA key in a JSON file, which signs an assertion (RFC 7523) that a token server exchanges for an access token.
struct ServiceAccount: Sendable {
    let email: String
    let project: String?
    /// The token endpoint.
    let tokenURL: String
    private let keyID: String
    private let key: RSAPrivateKey

    /// Reads the JSON key file from the cloud console.
    /// - Throws: `.misconfigured` with the name of the invalid member, never its value.
    init(parsing file: Secret) throws(Fault) {
        guard let json = try? JSON(parsing: file.reveal()) else { throw ServiceAccount.fault("not JSON") }
        func text(_ name: String) throws(Fault) -> String {
            guard let text = json[name]?.string, !text.isEmpty else { throw ServiceAccount.fault("no text under '\(name)'") }
            return text
        }
        guard try text("type") == "service_account" else { throw ServiceAccount.fault("'type' is not 'service_account'") }
        email = try text("client_email")
        tokenURL = try text("token_uri")
        keyID = try text("private_key_id")
        project = json["project_id"]?.string
        let pem = Secret(try text("private_key"))
        do throws(RSAPrivateKey.KeyError) {
            key = try RSAPrivateKey(pem: pem)
        } catch {
            throw ServiceAccount.fault("'private_key' is \(error)")
        }
    }

    /// An assertion for `scope`, valid for one hour (RFC 7523 §2.1).
    func assertion(scope: String, now: Timestamp) -> String {
        WebToken.text(
            header: ["typ": "JWT", "alg": "RS256", "kid": .string(keyID)],
            claims: [
                "iat": .int(now.unix), "exp": .int(now.unix + 3600), "iss": .string(email), "aud": .string(tokenURL),
                "scope": .string(scope),
            ],
            signature: key.sign)
    }

    /// The call that exchanges an assertion for an access token.
    func call(scope: String, now: Timestamp) -> Call {
        let form = Query([("assertion", assertion(scope: scope, now: now)), ("grant_type", "urn:ietf:params:oauth:grant-type:jwt-bearer")])
        var call = Call(.token, .post, foreign: tokenURL)
        call.body = .form(form)
        return call
    }

    private static func fault(_ reason: String) -> Fault {
        Fault(.misconfigured, "The account of this model is not set up completely.", detail: "service account: \(reason)", sent: .no)
    }
}

/// A bearer token issued by a token server (RFC 6749 §5.1).
package struct AccessToken: Sendable {
    package let text: Secret
    package let expires: Instant

    /// Refreshed this long before it expires, so that it does not expire during a call.
    private static let margin: Duration = .seconds(225)

    func isGood(at now: Instant) -> Bool { now + AccessToken.margin < expires }

    /// Reads a token server's reply.
    /// - Throws: `.vendorCredentials` if it refuses the assertion; `.vendorUnavailable` or `.vendorNonsense` if it fails or its reply has
    ///   no token. Nothing was started in any case.
    package init(from reply: Reply, now: Instant) throws(Fault) {
        let json = reply.json
        if !reply.isSuccess {
            let word = json?["error"]?.string ?? ""
            let detail = "token server: HTTP \(reply.status) \(word): \(json?["error_description"]?.string ?? "")"
            throw AccessToken.isRefusal(reply.status)
                ? Fault(.vendorCredentials, "The vendor did not accept the credentials of this account.", detail: detail, sent: .no)
                : Fault(.vendorUnavailable, "The vendor's token server does not respond.", detail: detail, sent: .no)
        }
        guard let text = json?["access_token"]?.string, !text.isEmpty, let seconds = json?["expires_in"]?.int, seconds > 0 else {
            let detail = "token server: HTTP \(reply.status), no token"
            throw Fault(.vendorNonsense, "The reply of the vendor's token server could not be understood.", detail: detail, sent: .no)
        }
        self.text = Secret(text)
        expires = now + .seconds(min(seconds, 86_400))
    }

    /// RFC 6749 §5.2: 400 and 401. 408, 429 and server errors say nothing about the credentials.
    private static func isRefusal(_ status: Int) -> Bool { (400..<500).contains(status) && status != 429 && status != 408 }
}
