import Jobs
import Wire

/// Describes on the card the image, video or audio that a job came with. It is never decoded.
package struct InputSummary: Sendable, Hashable {
    package var role: InputMedia.Role
    /// Nil if it was not inspected.
    package var type: MediaType?
    package var size: Size?
    /// How many other media there are.
    package var additionalCount = 0

    package init(_ role: InputMedia.Role, type: MediaType? = nil, size: Size? = nil, more: Int = 0) {
        self.role = role
        self.type = type
        self.size = size
        self.additionalCount = more
    }

    package init(_ role: InputMedia.Role, type: MediaType, width: Int, height: Int) {
        self.init(role, type: type, size: Size(width: width, height: height))
    }

    /// `first frame: image/png 640x480, 2 more`.
    var text: String {
        let facts = [type?.text, size?.description].compactMap { $0 }.joined(separator: " ")
        let name = String(role.name.map { $0 == "_" ? " " : $0 })
        return name + (facts.isEmpty ? "" : ": " + facts) + (additionalCount > 0 ? ", \(additionalCount) more" : "")
    }
}

extension InputSummary {
    /// How many bytes of a base64 image are searched for its size: a JPEG may have half a megabyte of metadata before it.
    private static let maxSearchedBytes = 768 * 1024

    /// Summarizes the first frame, or else the first medium; nil if there is none.
    /// - Throws: `.invalid` for data that is not an image.
    init?(_ media: [InputMedia]) throws(Fault) {
        guard let medium = media.first(where: { $0.role == .firstFrame }) ?? media.first else { return nil }
        self.init(medium.role, type: medium.type, more: media.count - 1)
        guard medium.kind == .image, let head = try Self.head(of: medium) else { return }
        guard let found = Sniff.type(of: head), found.isImage else {
            throw Fault(.invalid, "'\(medium.param)' is not a readable image.", param: medium.param, code: "invalid_value")
        }
        type = found
        size = Sniff.size(of: head).map { Size(width: $0.width, height: $0.height) }
    }

    /// The first bytes, if they are available.
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
