import Crypto
import Jobs
import Wire

/// A bearer token that a token server gave out (RFC 6749 §5.1).
package struct AccessToken: Sendable {
    package let text: Secret
    package let expires: Instant

    /// Refreshed this long before its end, so that no call sets out with a token that ends on the way.
    private static let margin: Duration = .seconds(225)

    func isGood(at now: Instant) -> Bool { now + AccessToken.margin < expires }

    /// What a token server answered.
    /// - Throws: `.vendorCredentials` where it refuses the assertion; `.vendorUnavailable` and `.vendorNonsense` where it does not answer
    ///   the question. Nothing was started in any case.
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

    /// RFC 6749 §5.2: 400 and 401. Too many requests and failures of the server say nothing about the credentials.
    private static func isRefusal(_ status: Int) -> Bool { (400..<500).contains(status) && status != 429 && status != 408 }
}
