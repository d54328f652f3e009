import Crypto
import Jobs
import Wire

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
                : Fault(.vendorUnavailable, "The vendor's token server does not answer.", detail: detail, sent: .no)
        }
        guard let text = json?["access_token"]?.string, !text.isEmpty, let seconds = json?["expires_in"]?.int, seconds > 0 else {
            let detail = "token server: HTTP \(reply.status), no token"
            throw Fault(.vendorNonsense, "The vendor's token server could not be understood.", detail: detail, sent: .no)
        }
        self.text = Secret(text)
        expires = now + .seconds(min(seconds, 86_400))
    }

    /// RFC 6749 §5.2: 400 and 401. 408, 429 and server errors say nothing about the credentials.
    private static func isRefusal(_ status: Int) -> Bool { (400..<500).contains(status) && status != 429 && status != 408 }
}
