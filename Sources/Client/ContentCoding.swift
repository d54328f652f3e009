import HTTP
import Wire

/// The content coding of a response body (`content-encoding`).
enum ContentCoding: Equatable {
    case identity
    case compressed(Inflater.Coding)
    case unknown(String)

    /// Values that servers send for uncompressed bodies: `none` and character sets by mistake, and `aws-chunked`, the framing of an upload
    /// that some object stores keep as if it described the object.
    private static let ignored: Set<String> = ["", "identity", "none", "utf-8", "aws-chunked"]

    init(_ headers: Headers) {
        let names = headers.values(.contentEncoding).flatMap { $0.lowercased().split(separator: ",", omittingEmptySubsequences: false) }
        let codings = names.map { String($0.drop { $0 == " " || $0 == "\t" }.prefix { $0 != " " && $0 != "\t" }) }
            .filter { !ContentCoding.ignored.contains($0) }
        guard let coding = codings.first else {
            self = .identity
            return
        }
        switch coding {
        case "gzip" where codings.count == 1, "x-gzip" where codings.count == 1: self = .compressed(.gzip)
        case "deflate" where codings.count == 1: self = .compressed(.deflate)
        default: self = .unknown(codings.joined(separator: ", "))
        }
    }
}
