import Client
import Crypto
import Wire

/// Takes an account's secrets out of what its vendor answers: some echo the key, or all headers, in their errors, and what they say goes
/// into logs and to clients.
struct Redaction {
    private let needles: [Bytes]

    /// - Parameter outgoing: the signed request, whose credentials are derived from the account's.
    init(of account: Account, _ outgoing: Outgoing) {
        var texts = account.secrets.values.map { $0.reveal() }
        for (name, value) in outgoing.headers.fields where Redaction.isCredential(name) {
            texts.append(value)
            // `Bearer TOKEN`: the token may be told without its scheme.
            if let space = value.firstIndex(of: " ") { texts.append(String(value[value.index(after: space)...])) }
        }
        if let credentials = outgoing.proxy?.credentials { texts.append(credentials) }
        texts += texts.filter { $0.contains("/") }.map(Redaction.escaped)
        // The longest first: a token inside a header goes with it.
        needles = Set(texts.filter { $0.utf8.count >= Redaction.least }).map { Bytes($0.utf8) }.sorted { $0.count > $1.count }
    }

    func clean(_ bytes: Slice) -> Slice {
        var cleaned = bytes
        for needle in needles {
            guard var place = cleaned.firstIndex(of: needle, from: cleaned.startIndex) else { continue }
            var result = Bytes()
            var rest = cleaned
            while true {
                result += rest[..<place]
                result += Redaction.mark
                rest = rest[(place + needle.count)...]
                guard let next = rest.firstIndex(of: needle, from: rest.startIndex) else { break }
                place = next
            }
            cleaned = (result + rest)[...]
        }
        return cleaned
    }

    func clean(_ headers: Headers) -> Headers {
        var cleaned = Headers()
        for (name, value) in headers.fields {
            guard let name = HeaderName(name) else { continue }
            let bytes = Bytes(value.utf8)[...]
            let clear = clean(bytes)
            cleaned.add(name, clear.count == bytes.count ? value : String(decoding: clear, as: UTF8.self))
        }
        return cleaned
    }

    /// The other way in which JSON may write slashes.
    private static func escaped(_ text: String) -> String {
        text.split(separator: "/", omittingEmptySubsequences: false).joined(separator: "\\/")
    }

    private static func isCredential(_ name: String) -> Bool {
        ["authorization", "proxy-authorization", "cookie"].contains(name) || name.contains("key") || name.contains("token")
            || name.contains("secret")
    }

    private static let mark = Bytes("[secret]".utf8)
    /// Shorter ones are no secrets, and would be found in everything.
    private static let least = 6
}
