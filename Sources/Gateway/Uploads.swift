import Crypto
import Dialects
import Jobs
import Seal
import Wire

/// Files that clients bring before a job names them. There is no index: a name tells when it was made and is bound to its owner, and the
/// URL to which the bytes go is signed. So whoever guesses a name, or learns another owner's, has nothing.
package struct Uploads: Sendable {
    let folder: UploadFolder
    /// The first signs, all of them open.
    private let keys: [Secret]
    private let limits: Limits

    static let path = "/uploads/"
    /// How every name begins.
    static let mark = "upl_"

    /// - Parameter folder: where the files lie; made when the first one comes.
    package init(folder: String, keys: [Secret], limits: Limits) {
        self.folder = UploadFolder(folder, limits: limits)
        self.keys = keys
        self.limits = limits
    }

    /// A new place for one file of that owner.
    /// - Parameter isShared: whether there are other owners, with whom this one shares the space.
    func place(for owner: Owner, isShared: Bool = true, random: RandomSource, now: Timestamp) -> UploadView {
        let key = keys.first
        let tag = isShared ? key.map { Bytes(Uploads.seal([], "owner " + owner.name, $0).prefix(4)) } : nil
        let head = Uploads.bytes(of: now) + (tag ?? [0, 0, 0, 0]) + random.bytes(8)
        let name = Uploads.mark + Base64.url.text(head + (key.map { Uploads.seal(head, owner.mark, $0) } ?? []))
        let signature = key.map { Base64.url.text(Uploads.seal(Bytes(name.utf8), "put", $0)) } ?? ""
        var view = UploadView(url: "\(Uploads.path)\(name)?signature=\(signature)", id: name, expires: now + limits.uploadTime)
        view.signature = signature
        return view
    }

    /// Whether this URL was given out for bringing a file, and its time is not over.
    func mayPut(_ name: String, signature: String?, now: Timestamp) -> Bool {
        guard let signature, let made = Uploads.made(name), now < made + limits.uploadTime else { return false }
        return keys.contains { key in
            ConstantTime.equal(Bytes(signature.utf8), Bytes(Base64.url.text(Uploads.seal(Bytes(name.utf8), "put", key)).utf8))
        }
    }

    /// Whether the name is one of that owner's, and its day is not over.
    func isOpen(_ name: String, to owner: Owner, now: Timestamp) -> Bool {
        guard let bytes = Uploads.bytes(of: name), let made = Uploads.made(name), now < made + limits.uploadLife else { return false }
        let (head, seal) = (Bytes(bytes.prefix(16)), Bytes(bytes.dropFirst(16)))
        return keys.contains { ConstantTime.equal(seal, Uploads.seal(head, owner.mark, $0)) }
    }

    /// Takes away the files whose day is over, and the parts that were never put together.
    func sweep(now: Timestamp) {
        let (life, time) = (limits.uploadLife, limits.uploadTime)
        folder.sweep { name in
            let whole = name.prefix { $0 != "." }
            return Uploads.made(String(whole)).map { now >= $0 + (whole.count == name.utf8.count ? life : time) } ?? true
        }
    }

    /// Under which name a part of the file lies until all are here; no reference leads to it.
    static func part(_ number: Int, of name: String) -> String { "\(name).\(number)" }

    /// The name inside a reference (`scheme://uploads/NAME`) or in the path of a URL of ours; nil where there is none.
    static func name(in text: String) -> String? {
        guard let place = text.firstRange(of: "/uploads/" + mark) else { return nil }
        let name = mark + text[place.upperBound...].prefix { $0 != "/" && $0 != "?" }
        return bytes(of: name) == nil ? nil : name
    }

    private static func made(_ name: String) -> Timestamp? {
        bytes(of: name).map { bytes in Timestamp(unix: bytes.prefix(4).reduce(0) { $0 << 8 | Int64($1) }) }
    }

    /// What files of one owner have in common in their names.
    struct OwnerTag: Hashable, Sendable { fileprivate let bytes: Slice }

    /// Whose share of the space a file of that name counts against; nil where it counts against none.
    static func ownerTag(of name: String) -> OwnerTag? {
        guard let tag = bytes(of: String(name.prefix { $0 != "." }))?[4..<8], tag.contains(where: { $0 != 0 }) else { return nil }
        return OwnerTag(bytes: tag)
    }

    /// Four bytes of seconds, four of the owner's tag, eight random ones, twelve of the owner's seal. Also keeps a name from being a path.
    private static func bytes(of name: String) -> Bytes? {
        guard name.hasPrefix(mark), let bytes = try? Base64.url.decode(String(name.dropFirst(mark.count))), bytes.count == 28 else {
            return nil
        }
        return bytes
    }

    private static func bytes(of moment: Timestamp) -> Bytes {
        let seconds = UInt32(clamping: moment.unix)
        return [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: seconds >> $0) }
    }

    private static func seal(_ bytes: Bytes, _ purpose: String, _ key: Secret) -> Bytes {
        Bytes(HMAC.sha256(Bytes(purpose.utf8) + [0x0A] + bytes, key: key).bytes.prefix(12))
    }
}
