import Wire

/// A reader of bytes that strangers send, and what must hold whatever the bytes are. The same cases are fuzzed by the package in
/// `Tests/Fuzz` and replayed over its corpora by `FuzzTests`.
package enum FuzzCase: String, CaseIterable, Sendable {
    case requestHead = "request-head"
    case chunked
    case response
    case http2
    case gzip
    case json
    case multipart
    case form
    case dataURI = "data-uri"
    case url
    case address
    case sealedID = "sealed-id"
    case claims
    case dialects
    case vendors
    case numbers

    /// What did not hold, with what was found.
    package struct Broken: Error, CustomStringConvertible {
        package let description: String

        init(_ description: String) { self.description = description }
    }

    /// Reads the bytes and checks the promises.
    /// - Throws: `Broken` where a promise does not hold for these bytes.
    package func run(_ bytes: Bytes) throws(Broken) {
        switch self {
        case .requestHead: try Framing.requests(bytes)
        case .chunked: try Framing.chunked(bytes)
        case .response: try Framing.response(bytes)
        case .http2: try Sessions.http2(bytes)
        case .gzip: try Framing.gzip(bytes)
        case .json: try Texts.json(bytes)
        case .multipart: try Texts.multipart(bytes)
        case .form: try Texts.form(bytes)
        case .dataURI: try Texts.dataURI(bytes)
        case .url: try Places.url(bytes)
        case .address: try Places.address(bytes)
        case .sealedID: try Ids.sealed(bytes)
        case .claims: try Ids.claims(bytes)
        case .dialects: try Talks.dialects(bytes)
        case .vendors: try Talks.vendors(bytes)
        case .numbers: try Talks.numbers(bytes)
        }
    }

    static func hold(_ holds: Bool, _ promise: @autoclosure () -> String) throws(Broken) {
        if !holds { throw Broken(promise()) }
    }
}
