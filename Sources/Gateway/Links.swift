import Crypto
import Jobs
import Seal
import Wire

/// Links to clips that need no API key: signed, expiring, naming no vendor. Whoever has one can fetch that one clip until it expires.
struct Links: Sendable {
    private let key: Secret
    private let prefix: String
    private let life: Duration

    static let path = "/files/"

    /// - Parameters:
    ///   - prefix: scheme, host and port under which clients reach this router, without a slash at the end.
    init(key: Secret, prefix: String, life: Duration) {
        self.key = key
        self.prefix = prefix
        self.life = life
    }

    func link(to id: String, of owner: Owner, now: Timestamp) -> String {
        let expires = String((now + life).unix)
        let mark = owner.mark
        return "\(prefix)\(Links.path)\(id).mp4?expires=\(expires)&owner=\(mark)&signature=\(signature(id, expires, mark))"
    }

    /// The job and owner that a link stands for; nil if it was changed or has expired.
    func open(file: String, query: Query, now: Timestamp) -> (id: String, owner: Owner)? {
        guard file.hasSuffix(".mp4"), let expires = query["expires"], let mark = query["owner"], let given = query["signature"],
            let until = Int64(expires), until > now.unix, let owner = Owner(mark: mark)
        else { return nil }
        let id = String(file.dropLast(4))
        guard ConstantTime.equal(Bytes(given.utf8), Bytes(signature(id, expires, mark).utf8)) else { return nil }
        return (id, owner)
    }

    private func signature(_ id: String, _ expires: String, _ mark: String) -> String {
        Base64.url.text(Bytes(HMAC.sha256(Bytes("\(id)\n\(expires)\n\(mark)".utf8), key: key).bytes.prefix(24)))
    }
}
