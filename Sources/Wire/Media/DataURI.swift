/// An image, video or audio in a URI: `data:image/png;base64,iVBORw0…` (RFC 2397). The payload is decoded on demand.
package struct DataURI: Sendable, Equatable {
    /// Why a text is not a usable data URI.
    package enum ParseError: Error, Equatable {
        case noScheme
        /// There is no comma before the data.
        case noComma
        /// The position counts from the comma.
        case notBase64(offset: Int)
    }

    private enum Payload: Equatable {
        case base64(Base64Text)
        case percentEncoded(Slice)
    }

    /// The media type as written; nil if there is none or it is unreadable. Clients are often wrong about it: see `type`.
    package let declared: MediaType?
    /// The parameter of that name in lower case: `utf-8`.
    package let charset: String?
    private let payload: Payload

    private static let scheme = Bytes("data:".utf8)
    /// The maximum length of the part before the comma.
    private static let maxHeadBytes = 1024

    /// White space around the URI is ignored.
    package init(parsing text: Slice) throws(ParseError) {
        let text = DataURI.trimmed(text)
        guard DataURI.isDataURI(text) else { throw .noScheme }
        let body = text.dropFirst(DataURI.scheme.count)
        guard let comma = body.prefix(DataURI.maxHeadBytes).firstIndex(of: UInt8(ascii: ",")) else { throw .noComma }
        let words = body[..<comma].split(separator: UInt8(ascii: ";"), omittingEmptySubsequences: false).map(DataURI.word)
        declared = MediaType(field: words[0])
        charset = words.dropFirst().first { $0.hasPrefix("charset=") }.map { String($0.dropFirst(8)) }
        let data = body[(comma + 1)...]
        guard words.dropFirst().contains("base64") else {
            payload = .percentEncoded(data)
            return
        }
        do throws(Base64Error) {
            payload = .base64(try Base64Text(data))
        } catch {
            throw .notBase64(offset: error.offset)
        }
    }

    package init(parsing text: String) throws(ParseError) { try self.init(parsing: Bytes(text.utf8)[...]) }

    /// Whether a text begins like a data URI.
    package static func isDataURI(_ text: Slice) -> Bool {
        let text = text.drop { $0 <= 0x20 }
        return text.count >= scheme.count && zip(text, scheme).allSatisfy { $0 | 0x20 == $1 | 0x20 }
    }

    /// The type by the first bytes of the data; if they are unknown, the declared type.
    package var type: MediaType { Sniff.type(of: head) ?? declared ?? .bytes }

    /// How many bytes `decoded` has.
    package var byteCount: Int {
        switch payload {
        case .base64(let text): text.byteCount
        case .percentEncoded(let text): Percent.decodedCount(text)
        }
    }

    /// The data as padded standard base64: base64 payloads are copied only if they had to be normalized.
    package var base64: Slice {
        switch payload {
        case .base64(let text): text.text
        case .percentEncoded(let text): Base64.standard.encode(Percent.bytes(text)[...])[...]
        }
    }

    package func decoded() throws(Base64Error) -> Bytes {
        switch payload {
        case .base64(let text): try text.decoded()
        case .percentEncoded(let text): Percent.bytes(text)
        }
    }

    private var head: Slice {
        switch payload {
        case .base64(let text): ((try? text.decodedPrefix(Sniff.headCount)) ?? [])[...]
        case .percentEncoded(let text): Percent.bytes(text.prefix(3 * Sniff.headCount))[...]
        }
    }

    private static func word(_ text: Slice) -> String { String(decoding: trimmed(text), as: UTF8.self).lowercased() }

    private static func trimmed(_ text: Slice) -> Slice {
        var text = text.drop { $0 <= 0x20 }
        while let last = text.last, last <= 0x20 { text.removeLast() }
        return text
    }
}

extension DataURI.ParseError {
    /// One sentence for the client.
    package var reason: String {
        switch self {
        case .noScheme: "A data URI begins with 'data:'."
        case .noComma: "A data URI has a comma before its data: data:image/png;base64,…"
        case .notBase64(let offset): "The data URI is not base64 at character \(offset) after its comma."
        }
    }
}
