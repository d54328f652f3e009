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
    package struct PropertyError: Error, CustomStringConvertible {
        package let description: String

        init(_ description: String) { self.description = description }
    }

    /// Reads the bytes and checks the promises.
    /// - Throws: `Broken` where a promise does not hold for these bytes.
    package func run(_ bytes: Bytes) throws(PropertyError) {
        switch self {
        case .requestHead: try HTTP1Properties.requests(bytes)
        case .chunked: try HTTP1Properties.chunked(bytes)
        case .response: try HTTP1Properties.response(bytes)
        case .http2: try HTTP2Properties.http2(bytes)
        case .gzip: try HTTP1Properties.gzip(bytes)
        case .json: try TextFormatProperties.json(bytes)
        case .multipart: try TextFormatProperties.multipart(bytes)
        case .form: try TextFormatProperties.form(bytes)
        case .dataURI: try TextFormatProperties.dataURI(bytes)
        case .url: try AddressProperties.url(bytes)
        case .address: try AddressProperties.address(bytes)
        case .sealedID: try SealedIDProperties.sealed(bytes)
        case .claims: try SealedIDProperties.claims(bytes)
        case .dialects: try DialectProperties.dialects(bytes)
        case .vendors: try DialectProperties.vendors(bytes)
        case .numbers: try DialectProperties.numbers(bytes)
        }
    }

    static func require(_ holds: Bool, _ promise: @autoclosure () -> String) throws(PropertyError) {
        if !holds { throw PropertyError(promise()) }
    }
}
