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
