import Client
import Crypto
import Jobs
import Wire

/// Adds an account's credentials to a request, by the scheme that its vendor's card names. One file a scheme in `Accounts`.
struct Signer {
    func sign(_ outgoing: inout Outgoing, of account: Account, now: Timestamp, through upstream: Upstream) async throws(Fault) {
        switch account.card.auth {
        case .none:
            return
        case .bearer:
            outgoing.headers.set(.authorization, "Bearer " + (try secret("api_key", of: account)).reveal())
        case .header(let name, let prefix):
            outgoing.headers.set(name, prefix + (try secret("api_key", of: account)).reveal())
        case .jwtHS256, .serviceAccount, .sigV4, .volcengine, .tc3:
            throw Fault(.notImplemented, "This vendor's signing scheme is not built yet.", detail: account.name)
        }
    }

    private func secret(_ name: String, of account: Account) throws(Fault) -> Secret {
        guard let secret = account.secrets[name] else {
            throw Fault(.vendorCredentials, "The account of this model has no credentials.", detail: "\(account.name) needs '\(name)'", sent: .no)
        }
        return secret
    }
}
