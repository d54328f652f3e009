import Jobs
import Wire

extension InputMedia {
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

    /// A name for the upload, with the ending of its type: the client's own without its folders, or that of its kind.
    var uploadName: String {
        let ending = type?.fileEnding ?? ""
        guard let name = fileName?.split(whereSeparator: { "/\\".contains($0) }).last, name != "." && name != ".." else {
            return kind.rawValue + ending
        }
        return name.contains(".") ? String(name) : name + ending
    }

    /// How many bytes the file has, where that is known without fetching.
    var size: Int? {
        switch source {
        case .bytes(_, let bytes): bytes.count
        case .base64(_, let text): text.count / 4 * 3
        case .url, .reference: nil
        }
    }

    private func unusable(_ message: String) -> Fault {
        Fault(.invalid, "The \(kind.rawValue) \(message)", param: param, code: "invalid_value", sent: .no)
    }
}
