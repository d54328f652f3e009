import Client
import Crypto
import Wire

/// Removes an account's secrets from its vendor's replies. Some vendors echo the key, or all headers, in errors, which go into logs and to
/// clients.
struct SecretRedactor: Sendable {
    private let needles: [Bytes]

    /// Works on bytes, since it runs on every reply and searching `String` by character is slower.
    /// - Parameter outgoing: the signed request, whose credentials are derived from the account's.
    init(of account: Account, _ outgoing: ClientRequest) {
        self.init(secrets: account.secrets, headers: outgoing.headers, proxy: outgoing.proxy)
    }

    init(secrets: [String: Secret], headers: Headers, proxy: ClientRequest.Proxy?) {
        var found = secrets.values.map { $0.withBytes { Bytes($0) } }
        headers.forEachField { name, value in
            guard SecretRedactor.isCredential(name) else { return }
            found.append(Bytes(value))
            // `Bearer TOKEN`: a reply may repeat the token without its scheme.
            if let space = value.firstIndex(of: UInt8(ascii: " ")) { found.append(Bytes(value[(space + 1)...])) }
        }
        if let credentials = proxy?.credentials { found.append(Bytes(credentials.utf8)) }
        found += found.filter { $0.contains(UInt8(ascii: "/")) }.map(SecretRedactor.escaped)
        var needles: [Bytes] = []
        for needle in found where needle.count >= SecretRedactor.minSecretBytes && !needles.contains(needle) { needles.append(needle) }
        // The longest first, so that a header value is replaced whole before the token inside it.
        self.needles = needles.sorted { $0.count > $1.count }
    }

    func redact(_ bytes: Slice) -> Slice {
        var cleaned = bytes
        for needle in needles {
            guard var place = cleaned.firstIndex(of: needle, from: cleaned.startIndex) else { continue }
            var result = Bytes()
            var rest = cleaned
            while true {
                result += rest[..<place]
                result += SecretRedactor.replacement
                rest = rest[(place + needle.count)...]
                guard let next = rest.firstIndex(of: needle, from: rest.startIndex) else { break }
                place = next
            }
            cleaned = (result + rest)[...]
        }
        return cleaned
    }

    func redact(_ headers: Headers) -> Headers {
        var isClean = true
        headers.forEachField { _, value in
            isClean = isClean && !needles.contains { value.firstIndex(of: $0, from: value.startIndex) != nil }
        }
        if isClean { return headers }
        var cleaned = Headers()
        for (name, value) in headers.fields {
            guard let name = HeaderName(name) else { continue }
            let bytes = Bytes(value.utf8)[...]
            let clear = redact(bytes)
            cleaned.add(name, clear.count == bytes.count ? value : String(decoding: clear, as: UTF8.self))
        }
        return cleaned
    }

    /// JSON may also escape slashes (RFC 8259 §7).
    private static func escaped(_ text: Bytes) -> Bytes {
        Bytes(text.split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false).joined(separator: "\\/".utf8))
    }

    private static func isCredential(_ name: Slice) -> Bool {
        credentials.contains { name.elementsEqual($0) }
            || credentialWords.contains { name.firstIndex(of: $0, from: name.startIndex) != nil }
    }

    private static let credentials = ["authorization", "proxy-authorization", "cookie"].map { Bytes($0.utf8) }
    private static let credentialWords = ["key", "token", "secret"].map { Bytes($0.utf8) }

    private static let replacement = Bytes("[secret]".utf8)
    /// Shorter values are not secrets and would match ordinary text.
    private static let minSecretBytes = 6
}
