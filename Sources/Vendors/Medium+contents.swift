import Jobs
import Wire

extension Medium {
    /// The bytes to be uploaded, with their type.
    /// - Throws: the caller's fault if they are not base64, or if there are none here.
    func contents() throws(Fault) -> (MediaType, Slice) {
        switch source {
        case .bytes(let type, let bytes): return (type, bytes)
        case .base64(let type, let text):
            guard let bytes = try? Base64.standard.decode(text) else { throw unusable("is not base64.") }
            return (type, bytes[...])
        case .url, .reference: throw unusable("must be given as a file.")
        }
    }

    private func unusable(_ message: String) -> Fault {
        Fault(.invalid, "The \(kind.rawValue) \(message)", param: param, code: "invalid_value", sent: .no)
    }

    /// Its bytes, where it came as bytes or as base64; nil for URLs, vendors' names and what is not base64.
    var heldContents: Slice? {
        switch source {
        case .bytes(_, let bytes): bytes
        case .base64(_, let text): (try? Base64.standard.decode(text))?[...]
        case .url, .reference: nil
        }
    }
}
