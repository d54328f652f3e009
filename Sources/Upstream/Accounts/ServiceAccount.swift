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
