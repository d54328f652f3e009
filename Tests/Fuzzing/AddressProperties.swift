import Net
import Wire

/// URLs that users and vendors name, and the guard against private addresses.
enum AddressProperties {
    static func url(_ bytes: Bytes) throws(FuzzCase.PropertyError) {
        guard let text = String(validating: bytes, as: UTF8.self), let url = try? URLText(parsing: text) else { return }
        guard let again = try? URLText(parsing: url.text) else { throw FuzzCase.PropertyError("\(url.text) cannot be read again") }
        try FuzzCase.require(again == url, "\(url.text) reads as \(again.text)")
        try FuzzCase.require(url.text.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7F }, "\(url.text) does not fit on a request line")
        if let next = url.resolving(text) { try FuzzCase.require(next == url, "an absolute URL resolves to \(next.text)") }
        try guarded(url.host)
    }

    /// The bytes are an address as text.
    static func address(_ bytes: Bytes) throws(FuzzCase.PropertyError) {
        guard let text = String(validating: bytes, as: UTF8.self) else { return }
        for address in [Address(text), Address(literal: text, port: 80)].compactMap({ $0 }) {
            let again = Address(address.description)
            try FuzzCase.require(again == address, "\(address) reads as \(String(describing: again))")
            try FuzzCase.require(!(address.isLoopback && address.isPublic), "\(address) is loopback and public")
        }
        if let six = IPv6(text), let four = six.embedded, !four.isPublic {
            try FuzzCase.require(!six.isPublic, "\(six) is public and holds \(four)")
        }
    }

    /// A host that is an address in the URL is the same address to the guard, whatever its spelling.
    private static func guarded(_ host: URLHost) throws(FuzzCase.PropertyError) {
        let text = host.text.filter { $0 != "[" && $0 != "]" }
        switch host {
        case .name: try FuzzCase.require(IPv4(text) == nil && IPv6(text) == nil, "\(text) is a name and an address")
        case .v4(let number): try FuzzCase.require(IPv4(text)?.number == number, "\(text) is another address")
        case .v6(let high, let low):
            try FuzzCase.require(IPv6(text)?.high == high && IPv6(text)?.low == low, "\(text) is another address")
        }
    }
}
