import Wire

/// The content coding of a request body (`content-encoding`, RFC 9110 §8.4).
enum RequestContentCoding: Equatable {
    case identity
    case gzip
    case unknown

    init(_ headers: Headers) {
        guard headers.has(.contentEncoding) else {
            self = .identity
            return
        }
        let names = headers.values(.contentEncoding).flatMap { $0.lowercased().split(separator: ",") }
            .map { $0.drop { $0 == " " || $0 == "\t" }.prefix { $0 != " " && $0 != "\t" } }
            .filter { !$0.isEmpty && $0 != "identity" }
        switch names.first {
        case nil: self = .identity
        case "gzip" where names.count == 1, "x-gzip" where names.count == 1: self = .gzip
        default: self = .unknown
        }
    }
}
