import Testing

@testable import Gateway

/// Which hosts are accepted for links.
struct OriginTests {
    @Test(arguments: [
        "localhost", "localhost:8080", "video.example.com", "10.0.0.7:80", "[::1]", "[2001:db8::1]:8443", "a_b.local", "X-1.test:65535",
    ])
    func `a host with or without a port is taken`(host: String) {
        #expect(Origin.isPlain(host))
    }

    @Test(arguments: [
        "", ":80", "a b", "a/b", "a@b", "user:pw@host", "a?b", "a#b", "a,b", "host:", "host:0", "host:65536", "host:x", "host:80:80", "[]",
        "[::1", "::1", "[g::1]", "a\"b", "a<b", "a%20b", "é.example", String(repeating: "a", count: 300),
    ])
    func `anything else is not`(host: String) {
        #expect(!Origin.isPlain(host))
    }
}
