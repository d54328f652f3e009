import Crypto
import Jobs
import Upstream
import Wire

/// Where the bytes of an asset come from, and what judges the answers of that place.
struct ContentSource {
    var asset: Asset
    let account: Account
    /// Under which its length is remembered.
    let key: String
    let now: Timestamp
    /// Until when the vendor promises to keep the result.
    var keptUntil: Timestamp?

    init(asset: Asset, account: Account, key: String, now: Timestamp) {
        self.asset = asset
        self.account = account
        self.key = key
        self.now = now
    }

    /// The call that gives the bytes; nil where another answer holds them.
    var call: Call? {
        var call: Call
        switch asset.place {
        case .bytes, .inline: return nil
        case .url(let url, let credentials): call = Call(.content, .get, foreign: url, credentials: credentials)
        case .call(let own): call = own
        }
        call.headers.append(("accept-encoding", "identity"))
        return call
    }

    /// An entity tag for bytes that their vendor does not name: they are those of this job, and a job's result does not change.
    var derivedTag: String { "\"" + Hex.text(Bytes(SHA256.digest(of: "genlock clip\n" + key).bytes.prefix(12))) + "\"" }

    /// Whether the time of the link, or of the result, is known to be over.
    var isExpired: Bool {
        if let expires = asset.expires, expires <= now { return true }
        if let keptUntil, keptUntil <= now { return true }
        guard case .url(let text, _) = asset.place, let expiry = URLText(text)?.expiry else { return false }
        return expiry <= now
    }

    /// The media type that the clip is sent with: never one that a browser could run.
    /// - Parameter said: what the vendor's answer says. Stores often know no better than `application/octet-stream`.
    func type(_ said: MediaType?) -> MediaType {
        if let said, said.isPlainMedia { return said }
        if let known = asset.type, known.isPlainMedia { return known }
        return asset.kind == .video ? .mp4 : .bytes
    }
}
