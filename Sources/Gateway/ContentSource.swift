import Crypto
import Jobs
import Seal
import Upstream
import Wire

/// The place of an asset's bytes, and what is needed to judge the answers of that place.
struct ContentSource {
    var asset: Asset
    let account: Account
    /// Identifies the bytes in caches.
    let key: String
    let now: Timestamp
    /// Until when the vendor keeps the result; nil if it does not say.
    var keptUntil: Timestamp?

    init(asset: Asset, account: Account, key: String, now: Timestamp) {
        self.asset = asset
        self.account = account
        self.key = key
        self.now = now
    }

    /// Identifies an asset of a job's current attempt.
    static func key(_ kind: Asset.Kind, of job: OpenedJob) -> String {
        ([job.id, kind.rawValue] + job.claims.ticket.fields).joined(separator: "\n")
    }

    /// The call that returns the bytes; nil if they are inside another answer.
    var call: Call? {
        var call: Call
        switch asset.place {
        case .bytes, .inline, .kept: return nil
        case .url(let url, let credentials): call = Call(.content, .get, foreign: url, credentials: credentials)
        case .call(let own): call = own
        }
        call.headers.append(("accept-encoding", "identity"))
        return call
    }

    /// An entity tag for bytes without a tag of the vendor. A job's result does not change, so the job identifies them.
    var derivedTag: String { "\"" + Hex.text(Bytes(SHA256.digest(of: "genlock clip\n" + key).bytes.prefix(12))) + "\"" }

    /// Whether the link or the result is known to have expired.
    var isExpired: Bool {
        if let expires = asset.expires, expires <= now { return true }
        if let keptUntil, keptUntil <= now { return true }
        guard case .url(let text, _) = asset.place, let expiry = URLText(text)?.expiry else { return false }
        return expiry <= now
    }

    /// The media type that the asset is sent with: never one that a browser could run.
    /// - Parameter declared: the type in the vendor's answer. Object stores often say `application/octet-stream`.
    func type(_ declared: MediaType?) -> MediaType {
        if let declared, declared.isPlainMedia { return declared }
        if let known = asset.type, known.isPlainMedia { return known }
        return asset.kind == .video ? .mp4 : .bytes
    }
}
