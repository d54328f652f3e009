import Jobs
import Wire

extension Medium {
    /// Its bytes, where it came as bytes or as base64; nil for URLs, vendors' names and what is not base64.
    var contents: Slice? {
        switch source {
        case .bytes(_, let bytes): bytes
        case .base64(_, let text): (try? Base64.standard.decode(text))?[...]
        case .url, .reference: nil
        }
    }
}
