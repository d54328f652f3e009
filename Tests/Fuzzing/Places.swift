import Net
import Wire

/// URLs that users and vendors name, and the guard against private addresses.
enum Places {
    static func url(_ bytes: Bytes) throws(FuzzCase.Broken) {
        guard let text = String(validating: bytes, as: UTF8.self), let url = try? URLText(parsing: text) else { return }
        guard let again = try? URLText(parsing: url.text) else { throw FuzzCase.Broken("\(url.text) cannot be read again") }
        try FuzzCase.hold(again == url, "\(url.text) reads as \(again.text)")
        try FuzzCase.hold(url.text.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7F }, "\(url.text) does not fit on a request line")
        if let next = url.resolving(text) { try FuzzCase.hold(next == url, "an absolute URL resolves to \(next.text)") }
        try guarded(url.host)
    }

    /// The bytes are an address as text.
    static func address(_ bytes: Bytes) throws(FuzzCase.Broken) {
        guard let text = String(validating: bytes, as: UTF8.self) else { return }
        for address in [Address(text), Address(literal: text, port: 80)].compactMap({ $0 }) {
            let again = Address(address.description)
            try FuzzCase.hold(again == address, "\(address) reads as \(String(describing: again))")
            try FuzzCase.hold(!(address.isLoopback && address.isPublic), "\(address) is loopback and public")
        }
        if let six = IPv6(text), let four = six.embedded, !four.isPublic {
            try FuzzCase.hold(!six.isPublic, "\(six) is public and holds \(four)")
        }
    }

    /// A host that is an address in the URL is the same address to the guard, whatever its spelling.
    private static func guarded(_ host: URLHost) throws(FuzzCase.Broken) {
        let text = host.text.filter { $0 != "[" && $0 != "]" }
        switch host {
        case .name: try FuzzCase.hold(IPv4(text) == nil && IPv6(text) == nil, "\(text) is a name and an address")
        case .v4(let number): try FuzzCase.hold(IPv4(text)?.number == number, "\(text) is another address")
        case .v6(let high, let low):
            try FuzzCase.hold(IPv6(text)?.high == high && IPv6(text)?.low == low, "\(text) is another address")
        }
    }
}
