import Crypto
import Jobs
import Seal
import Wire

/// Links to videos that need no API key. They are signed, expire, and do not name the vendor. Each gives access to one video.
struct SignedLinks: Sendable {
    /// The first one signs, all of them verify, so that a link outlives a rotation of the sealing keys.
    private let keys: [Secret]
    /// Scheme, host and port of this router's URL, without a trailing slash; nil if it is not configured.
    private let prefix: String?
    private let ttl: Duration

    static let path = "/files/"

    init(keys: [Secret], prefix: String?, ttl: Duration) {
        self.keys = keys
        self.prefix = prefix
        self.ttl = ttl
    }

    /// - Returns: a URL; without a prefix only its path and query, which `CommandResult.withAbsoluteLinks` completes.
    func link(to id: String, of owner: Owner, now: Timestamp) -> String {
        let expires = String((now + ttl).unix)
        let mark = owner.digestText
        let signature = keys.first.map { SignedLinks.signature(id, expires, mark: mark, key: $0) } ?? ""
        var link = prefix ?? ""
        link.reserveCapacity(link.utf8.count + id.utf8.count + 160)
        for part in [SignedLinks.path, id, "/", ClipName.link(to: id), "?expires=", expires, "&owner=", mark, "&signature=", signature] {
            link += part
        }
        return link
    }

    /// The job and owner of a link; nil if it was changed or has expired.
    func open(file: String, query: Query, now: Timestamp) -> (id: String, owner: Owner, until: Timestamp)? {
        guard let id = SignedLinks.id(in: file), let expires = query["expires"], let mark = query["owner"], let given = query["signature"],
            let until = Int64(expires), until > now.unix, let owner = Owner(mark: mark)
        else { return nil }
        let isSigned = keys.contains {
            ConstantTime.equal(Bytes(given.utf8), Bytes(SignedLinks.signature(id, expires, mark: mark, key: $0).utf8))
        }
        return isSigned ? (id, owner, Timestamp(unix: until)) : nil
    }

    /// The same for a URL with any host: the signature alone proves that the link is ours.
    func open(_ url: URLText, now: Timestamp) -> (id: String, owner: Owner)? {
        guard let place = url.path.firstRange(of: SignedLinks.path), let query = url.query else { return nil }
        let file = Percent.decoded(url.path[place.upperBound...])
        return open(file: file, query: Query(parsing: Bytes(query.utf8)[...]), now: now).map { ($0.id, $0.owner) }
    }

    /// `ID/video-3f9a2b.mp4`, or `ID.mp4` in links of version 0.1.
    private static func id(in file: String) -> String? {
        let segments = file.split(separator: "/", omittingEmptySubsequences: false)
        guard segments.count == 2 else { return segments.count == 1 && file.hasSuffix(".mp4") ? String(file.dropLast(4)) : nil }
        let id = String(segments[0])
        return segments[1] == ClipName.link(to: id) ? id : nil
    }

    private static func signature(_ id: String, _ expires: String, mark: String, key: Secret) -> String {
        Base64.url.text(Bytes(HMAC.sha256(Bytes("\(id)\n\(expires)\n\(mark)".utf8), key: key).bytes.prefix(24)))
    }
}
