import Jobs
import Wire

extension InputSummary {
    /// Decoded bytes of a base64 picture in which its size is looked for: a JPEG may state it behind half a megabyte of metadata.
    private static let maxSearchedBytes = 768 * 1024

    /// The first medium, best one that shows how the clip begins; nil if there is none.
    /// - Throws: `.invalid` for a picture that is none.
    init?(_ media: [InputMedia]) throws(Fault) {
        guard let medium = media.first(where: { $0.role == .firstFrame }) ?? media.first else { return nil }
        self.init(medium.role, type: medium.type, more: media.count - 1)
        guard medium.kind == .image, let head = try Self.head(of: medium) else { return }
        guard let found = Sniff.type(of: head), found.isImage else {
            throw Fault(.invalid, "'\(medium.param)' is not a picture that can be read.", param: medium.param, code: "invalid_value")
        }
        type = found
        size = Sniff.size(of: head).map { Size(width: $0.width, height: $0.height) }
    }

    /// The first bytes, where they are at hand.
    private static func head(of medium: InputMedia) throws(Fault) -> Slice? {
        switch medium.source {
        case .url, .reference:
            return nil
        case .bytes(_, let bytes):
            return bytes
        case .base64(_, let text):
            do throws(Base64Error) {
                return try Base64.standard.decode(text.prefix(maxSearchedBytes / 3 * 4))[...]
            } catch {
                throw Fault(.invalid, "'\(medium.param)' is not valid base64.", param: medium.param, code: "invalid_value")
            }
        }
    }
}
