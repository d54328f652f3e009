/// The host of a URL: a name, or an address in any of its textual forms.
package enum URLHost: Hashable, Sendable {
    /// Lower-case ASCII, at most 253 bytes.
    case name(String)
    /// 127.0.0.1 is 0x7F000001.
    case v4(UInt32)
    /// The first and the last eight bytes.
    case v6(high: UInt64, low: UInt64)

    /// As in URLs and the `host` field: IPv6 in brackets, addresses in canonical form (RFC 5952).
    package var text: String {
        switch self {
        case .name(let name): name
        case .v4(let number): IPText.text(v4: number)
        case .v6(let high, let low): "[\(IPText.text(high: high, low: low))]"
        }
    }

    /// Reads a host as browsers do (WHATWG URL §3.5): a name whose last label is a number must be a form of an IPv4 address.
    init(_ text: Slice) throws(URLText.ParseError) {
        if text.first == UInt8(ascii: "[") {
            guard text.last == UInt8(ascii: "]"), let (high, low) = IPText.v6(text.dropFirst().dropLast()) else { throw .illegalHost }
            self = .v6(high: high, low: low)
            return
        }
        guard text.allSatisfy({ $0 < 0x80 }) else { throw .hostNotASCII }
        let name = text.map(Headers.lowered)
        let labels = name.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
        guard name.count <= 253, labels.allSatisfy(URLHost.isLabel), let last = labels.last else { throw .illegalHost }
        guard URLHost.isNumber(last) else {
            self = .name(String(decoding: name, as: UTF8.self))
            return
        }
        guard let number = IPText.v4(labels) else { throw .illegalHost }
        self = .v4(number)
    }

    /// Letters, digits, hyphens, and the underscores that container networks use.
    private static func isLabel(_ label: Slice) -> Bool {
        (1...63).contains(label.count)
            && label.allSatisfy { (0x61...0x7A).contains($0) || (0x30...0x39).contains($0) || $0 == 0x2D || $0 == 0x5F }
    }

    private static func isNumber(_ label: Slice) -> Bool {
        if label.allSatisfy({ (0x30...0x39).contains($0) }) { return true }
        return label.starts(with: "0x".utf8) && label.dropFirst(2).allSatisfy { JSONScan.isHex($0) }
    }
}
