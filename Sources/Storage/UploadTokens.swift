import Crypto
import Dialects
import Jobs
import Seal
import Wire

/// The names and signed URLs of uploads, which clients send before the job that uses them. There is no index: a name contains its time of
/// creation and an authentication code of its owner, and the URL for the upload is signed. A guessed name, or that of another owner, is
/// refused.
package struct UploadTokens: Sendable {
    package let store: UploadStore
    /// The first key signs; all keys verify.
    private let keys: [Secret]
    private let limits: Limits

    package static let path = "/uploads/"
    /// The prefix of every name.
    static let namePrefix = "upl_"

    /// - Parameter folder: the folder of the files, created for the first one.
    package init(folder: String, keys: [Secret], limits: Limits) {
        self.store = UploadStore(folder, limits: limits)
        self.keys = keys
        self.limits = limits
    }

    /// A name and a signed URL for one new file of that owner.
    /// - Parameter isShared: whether other owners share the space.
    package func makeUpload(for owner: Owner, isShared: Bool = true, random: RandomSource, now: Timestamp) -> UploadView {
        let key = keys.first
        let tag = isShared ? key.map { Bytes(UploadTokens.mac([], "owner " + owner.name, key: $0).prefix(4)) } : nil
        let head = UploadTokens.bytes(of: now) + (tag ?? [0, 0, 0, 0]) + random.bytes(8)
        let name = UploadTokens.namePrefix + Base64.url.text(head + (key.map { UploadTokens.mac(head, owner.digestText, key: $0) } ?? []))
        let signature = key.map { Base64.url.text(UploadTokens.mac(Bytes(name.utf8), "put", key: $0)) } ?? ""
        var view = UploadView(url: "\(UploadTokens.path)\(name)?signature=\(signature)", id: name, expires: now + limits.uploadURLTTL)
        view.signature = signature
        return view
    }

    /// Whether the signature of an upload URL is valid and has not expired.
    package func allowsPut(_ name: String, signature: String?, now: Timestamp) -> Bool {
        guard let signature, let made = UploadTokens.created(name), now < made + limits.uploadURLTTL else { return false }
        return keys.contains { key in
            ConstantTime.equal(Bytes(signature.utf8), Bytes(Base64.url.text(UploadTokens.mac(Bytes(name.utf8), "put", key: key)).utf8))
        }
    }

    /// Whether the file belongs to that owner and has not expired.
    package func isReadable(_ name: String, to owner: Owner, now: Timestamp) -> Bool {
        guard let bytes = UploadTokens.bytes(of: name), let made = UploadTokens.created(name), now < made + limits.uploadTTL else {
            return false
        }
        let (head, seal) = (Bytes(bytes.prefix(16)), Bytes(bytes.dropFirst(16)))
        return keys.contains { ConstantTime.equal(seal, UploadTokens.mac(head, owner.digestText, key: $0)) }
    }

    /// Deletes expired files, and the parts of multipart uploads that were never completed.
    package func sweep(now: Timestamp) {
        let (fileTTL, partTTL) = (limits.uploadTTL, limits.uploadURLTTL)
        store.sweep { name in
            let whole = name.prefix { $0 != "." }
            return UploadTokens.created(String(whole)).map { now >= $0 + (whole.count == name.utf8.count ? fileTTL : partTTL) } ?? true
        }
    }

    /// The name of a part until the upload is completed. No reference can name it.
    package static func partName(_ number: Int, of name: String) -> String { "\(name).\(number)" }

    /// The name in a reference (`scheme://uploads/NAME`) or in the path of one of our URLs; nil if there is none.
    package static func name(in text: String) -> String? {
        guard let place = text.firstRange(of: "/uploads/" + namePrefix) else { return nil }
        let name = namePrefix + text[place.upperBound...].prefix { $0 != "/" && $0 != "?" }
        return bytes(of: name) == nil ? nil : name
    }

    private static func created(_ name: String) -> Timestamp? {
        bytes(of: name).map { bytes in Timestamp(unix: bytes.prefix(4).reduce(0) { $0 << 8 | Int64($1) }) }
    }

    /// The part of a name that identifies the owner of the file.
    struct OwnerTag: Hashable, Sendable { fileprivate let bytes: Slice }

    /// The owner whose share of the space the file uses; nil if shares do not apply.
    static func ownerTag(of name: String) -> OwnerTag? {
        guard let tag = bytes(of: String(name.prefix { $0 != "." }))?[4..<8], tag.contains(where: { $0 != 0 }) else { return nil }
        return OwnerTag(bytes: tag)
    }

    /// The decoded name: 4 bytes of seconds, 4 of the owner's tag, 8 random ones, 12 of the authentication code. Nil for other
    /// text, such as a path.
    private static func bytes(of name: String) -> Bytes? {
        guard name.hasPrefix(namePrefix), let bytes = try? Base64.url.decode(String(name.dropFirst(namePrefix.count))), bytes.count == 28
        else {
            return nil
        }
        return bytes
    }

    private static func bytes(of moment: Timestamp) -> Bytes {
        let seconds = UInt32(clamping: moment.unix)
        return [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: seconds >> $0) }
    }

    private static func mac(_ bytes: Bytes, _ purpose: String, key: Secret) -> Bytes {
        Bytes(HMAC.sha256(Bytes(purpose.utf8) + [0x0A] + bytes, key: key).bytes.prefix(12))
    }
}
