import Testing
import Wire

@testable import Net

struct ProxyHeaderTests {
    /// Version 2: signature, version and command, family, and what follows.
    private static func binary(_ command: UInt8, _ family: UInt8, rest: [UInt8], length: Int? = nil) -> [UInt8] {
        let count = length ?? rest.count
        return [13, 10, 13, 10, 0, 13, 10, 0x51, 0x55, 0x49, 0x54, 10, command, family, UInt8(count >> 8), UInt8(count & 255)] + rest
    }

    private static let v4: [UInt8] = [203, 0, 113, 7, 10, 0, 0, 1, 0x1F, 0x90, 0, 80]
    private static let v6: [UInt8] =
        [0x20, 1, 0x0D, 0xB8] + [UInt8](repeating: 0, count: 11) + [7] + [UInt8](repeating: 0, count: 16) + [0, 9, 0, 80]

    @Test(
        arguments: [
            (Array("PROXY TCP4 203.0.113.7 10.0.0.1 8080 80\r\nGET".utf8), 41, "203.0.113.7:8080"),
            (Array("PROXY TCP6 2001:db8::7 ::1 9 80\r\n".utf8), 33, "[2001:db8::7]:9"),
            (Array("PROXY TCP6 ::ffff:203.0.113.7 ::1 9 80\r\n".utf8), 40, "203.0.113.7:9"),
            (Array("PROXY UNKNOWN\r\n".utf8), 15, nil), (Array("PROXY UNKNOWN ffff::1 ffff::2 1 2\r\n".utf8), 35, nil),
            (binary(0x21, 0x11, rest: v4) + [0x47], 28, "203.0.113.7:8080"), (binary(0x21, 0x21, rest: v6), 52, "[2001:db8::7]:9"),
            (binary(0x21, 0x11, rest: v4 + [4, 0, 1, 0]), 32, "203.0.113.7:8080"), (binary(0x20, 0x11, rest: v4), 28, nil),
            (binary(0x20, 0, rest: []), 16, nil),
            (binary(0x21, 0, rest: []), 16, nil), (binary(0x21, 0x31, rest: [UInt8](repeating: 0, count: 216)), 232, nil),
        ] as [([UInt8], Int, String?)])
    func `a header of either version names the source, and may arrive in parts`(bytes: [UInt8], length: Int, source: String?) {
        let expected = ProxyHeader.ParseResult.header(length: length, source: source.flatMap { Address($0) })
        #expect(ProxyHeader.read(bytes) == expected)
        for count in 0..<length { #expect(ProxyHeader.read(bytes.prefix(count)) == .more, "\(count)") }
    }

    @Test(arguments: [
        Array("GET / HTTP/1.1\r\n".utf8), Array("PROXY\r\n".utf8), Array("PROXY TCP4 a b 1 2\r\n".utf8),
        Array("PROXY TCP4 1.2.3.4 1.2.3.4 1\r\n".utf8),
        Array("PROXY TCP4 ::1 ::1 1 2\r\n".utf8), Array("PROXY TCP6 1.2.3.4 1.2.3.4 1 2\r\n".utf8),
        Array("PROXY TCP4 1.2.3.4 1.2.3.4 99999 2\r\n".utf8),
        Array("PROXY TCP4 1.2.3.4 1.2.3.4 +1 2\r\n".utf8), Array("PROXY TCP4 01.2.3.4 1.2.3.4 1 2\r\n".utf8),
        Array("PROXY TCP4  1.2.3.4 1.2.3.4 1 2\r\n".utf8),
        Array("PROXY UNKNOWN\n".utf8), Array("proxy TCP4 1.2.3.4 1.2.3.4 1 2\r\n".utf8),
        Array(("PROXY UNKNOWN " + String(repeating: "a", count: 100)).utf8),
        Array("PROXY UDP4 1.2.3.4 1.2.3.4 1 2\r\n".utf8), binary(0x11, 0x11, rest: v4), binary(0x22, 0x11, rest: v4),
        binary(0x21, 0x11, rest: [1, 2, 3]),
        binary(0x21, 0x21, rest: v4), binary(0x21, 0x11, rest: v4, length: 60_000), [22, 3, 1, 0, 5],
    ])
    func `bytes that are not a header are rejected`(bytes: [UInt8]) { #expect(ProxyHeader.read(bytes) == .invalid) }
}
