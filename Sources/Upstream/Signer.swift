import Client
import Crypto
import Jobs
import Net
import Synchronization
import Wire

/// Adds an account's credentials to a request, with the scheme from the call or the vendor's card. `Accounts` has one file per scheme.
package final class Signer: Sendable {
    /// Access tokens by account.
    private let tokens = Mutex<[String: AccessToken]>([:])

    package init() {}

    func sign(_ outgoing: inout ClientRequest, _ call: Call, of account: Account, now: Timestamp, through upstream: Upstream)
        async throws(Fault)
    {
        switch call.auth ?? account.card.auth {
        case .none:
            return
        case .bearer:
            // The configuration allows a missing key only where it says `none`: a self-hosted server may need none.
            if let key = account.secrets["api_key"] { outgoing.headers.set(.authorization, "Bearer " + key.reveal()) }
        case .header(let name, let prefix):
            if let key = account.secrets["api_key"] { outgoing.headers.set(name, prefix + key.reveal()) }
        case .bodyMember(let name):
            guard let key = account.secrets["api_key"], case .json(.object(let members)) = call.body else { return }
            outgoing.body = JSONValue.object([(name, .string(key.reveal()))] + members).encoded()
        case .jwtHS256:
            outgoing.headers.set(.authorization, "Bearer " + (try webToken(account, now: now)))
        case .serviceAccount(let scope):
            let token = try await accessToken(account, scope: scope, now: now, through: upstream)
            outgoing.headers.set(.authorization, "Bearer " + token.text.reveal())
        case .sigV4(let service):
            // A Bedrock API key is a bearer token.
            if let key = account.secrets["api_key"], service != "s3" {
                return outgoing.headers.set(.authorization, "Bearer " + key.reveal())
            }
            let scheme = SigV4(
                accessKey: try secret("access_key", of: account).reveal(), secretKey: try secret("secret_key", of: account),
                sessionToken: account.secrets["session_token"], region: account.settings["region"] ?? "us-east-1", service: service)
            scheme.sign(&outgoing.headers, outgoing.method, url: try url(outgoing), body: outgoing.body, now: now)
        case .volcengine(let service, let region):
            let scheme = VolcengineHMAC(
                accessKey: try secret("access_key", of: account).reveal(), secretKey: try secret("secret_key", of: account),
                sessionToken: account.secrets["session_token"], region: region, service: service)
            scheme.sign(&outgoing.headers, outgoing.method, url: try url(outgoing), body: outgoing.body, now: now)
        case .tc3(let service):
            let id = if let named = account.secrets["secret_id"] { named } else { try secret("access_key", of: account) }
            let scheme = TC3(
                secretID: id.reveal(), secretKey: try secret("secret_key", of: account),
                sessionToken: account.secrets["session_token"], service: service)
            scheme.sign(&outgoing.headers, outgoing.method, url: try url(outgoing), body: outgoing.body, now: now)
        }
    }

    private func webToken(_ account: Account, now: Timestamp) throws(Fault) -> String {
        if let key = account.secrets["api_key"] { return key.reveal() }
        return HS256JWT.issued(
            by: try secret("access_key", of: account).reveal(), secretKey: try secret("secret_key", of: account), now: now)
    }

    /// The cached token, or a new one. Two loops may each fetch one at the same time; both tokens are valid.
    private func accessToken(_ account: Account, scope: String, now: Timestamp, through upstream: Upstream) async throws(Fault)
        -> AccessToken
    {
        if let token = tokens.withLock({ $0[account.name] }), token.isGood(at: .now) { return token }
        let key = try ServiceAccount(parsing: try secret("service_account", of: account))
        let reply = try await upstream.send(key.call(scope: scope, now: now), with: account)
        let token = try AccessToken(from: reply, now: .now)
        tokens.withLock { $0[account.name] = token }
        return token
    }

    private func secret(_ name: String, of account: Account) throws(Fault) -> Secret {
        guard let secret = account.secrets[name] else {
            let detail = "\(account.name) needs '\(name)'"
            throw Fault(.vendorCredentials, "The account of this model has no credentials.", detail: detail, sent: .no)
        }
        return secret
    }

    private func url(_ outgoing: ClientRequest) throws(Fault) -> URLText {
        guard let url = URLText(outgoing.url) else {
            throw Fault(.internalError, "The call could not be built.", detail: "not a URL that can be signed", sent: .no)
        }
        return url
    }
}
