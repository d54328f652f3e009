import Testing
import Wire

@Suite struct URLTextTests {
    private func parseError(_ text: String) -> URLText.ParseError? {
        do {
            _ = try URLText(parsing: text)
            return nil
        } catch { return error }
    }

    @Test func `a URL is taken apart`() throws {
        let url = try URLText(parsing: "HTTPS://Cdn.Example.COM:8443/a%20b/c.png?sig=x%2Fy&e=1#part")
        #expect(url.scheme == .https && url.host == .name("cdn.example.com") && url.port == 8443)
        #expect(url.path == "/a%20b/c.png" && url.query == "sig=x%2Fy&e=1")
        #expect(url.authority == "cdn.example.com:8443")
        #expect(url.origin == "https://cdn.example.com:8443")
        #expect(url.target == "/a%20b/c.png?sig=x%2Fy&e=1")
        #expect(url.text == "https://cdn.example.com:8443/a%20b/c.png?sig=x%2Fy&e=1")
    }

    @Test func `what is logged of a URL has no query, because signatures stand there`() throws {
        #expect("\(try URLText(parsing: "https://a.example/v.mp4?X-Amz-Signature=secret"))" == "https://a.example/v.mp4?…")
        #expect("\(try URLText(parsing: "https://a.example/v.mp4"))" == "https://a.example/v.mp4")
    }

    @Test(arguments: [
        ("http://a", "http://a/"),
        ("http://a?", "http://a/?"),
        ("http://a?b", "http://a/?b"),
        ("http://a#b", "http://a/"),
        ("http://a/#b?c", "http://a/"),
        ("http://a:/", "http://a/"),
        ("http://a:80/", "http://a/"),
        ("https://a:443/", "https://a/"),
        ("http://a:443/", "http://a:443/"),
        ("http://a:0080/", "http://a/"),
        ("http://my_service-1:65535/", "http://my_service-1:65535/"),
        ("http://a/b/../c/./d", "http://a/c/d"),
        ("http://a/b/..", "http://a/"),
        ("http://a/b/c/.", "http://a/b/c/"),
        ("http://a/../../b", "http://a/b"),
        ("http://a//b//", "http://a//b//"),
        ("http://a/%2e%2E/b", "http://a/%2e%2E/b"),
        ("http://a/..b/...", "http://a/..b/..."),
        ("http://a/x y?z w", "http://a/x%20y?z%20w"),
        ("http://a/é?ü=\"<>^`{|}", "http://a/%C3%A9?%C3%BC=%22%3C%3E%5E%60%7B%7C%7D"),
        ("http://a/100%?%zz", "http://a/100%?%zz"),
        ("http://a/;,@:!$&'()*+=~[]?/?@", "http://a/;,@:!$&'()*+=~[]?/?@"),
        ("http://xn--bcher-kva.example/", "http://xn--bcher-kva.example/"),
    ])
    func `a URL has one form`(written: String, form: String) throws {
        let url = try URLText(parsing: written)
        #expect(url.text == form)
        #expect(try URLText(parsing: form) == url)
    }

    @Test(arguments: [
        "127.0.0.1", "127.1", "127.0.1", "0x7f.1", "0X7F.0.0.1", "0177.0.0.1", "017700000001", "2130706433", "0x7f000001",
        "0x7F.0x0.0x0.0x1", "00177.00.0x00.01",
    ])
    func `every spelling of an IPv4 address is that address`(host: String) throws {
        let url = try URLText(parsing: "http://\(host)/")
        #expect(url.host == .v4(0x7F00_0001))
        #expect(url.text == "http://127.0.0.1/")
    }

    @Test(arguments: [
        ("0", 0), ("0x", 0), ("255.255.255.255", 0xFFFF_FFFF), ("1.2.772", 0x0102_0304), ("1.131844", 0x0102_0304),
        ("4294967295", 0xFFFF_FFFF),
    ])
    func `short forms fill the bytes that are left`(host: String, number: UInt32) throws {
        #expect(try URLText(parsing: "http://\(host)/").host == .v4(number))
    }

    @Test(arguments: [
        "256.1.1.1", "1.256.1.1", "1.2.3.256", "1.2.65536", "1.16777216", "4294967296", "1.2.3.4.5", "1.2.3.4.0", "08.0.0.1",
        "1.2.3.0x", "a.1", "example.0x7f", "1..2", "1.2.3.4.", ".1",
        "99999999999999999999", "0x1ffffffff", "",
        "a..b", "a.", ".a", "a b", "a,b", "a%2eb", "a_b!", "a*b", "a'b", "[::1", "::1]", "[::1]x", "x[::1]", "[]", "[1.2.3.4]",
    ])
    func `a host that is neither a name nor an address is refused`(host: String) {
        // One of them is an address all the same: "0x" is 0 in every place.
        #expect(parseError("http://\(host)/") == (host == "1.2.3.0x" ? nil : .illegalHost))
    }

    @Test func `names are bounded as DNS bounds them`() {
        let label = String(repeating: "a", count: 63)
        #expect(parseError("http://\(label).\(label).\(label).\(String(repeating: "a", count: 61))/") == nil)
        #expect(parseError("http://\(label).\(label).\(label).\(String(repeating: "a", count: 62))/") == .illegalHost)
        #expect(parseError("http://\(label)a/") == .illegalHost)
    }

    @Test(arguments: [
        ("::1", "::1"), ("::", "::"), ("1::", "1::"), ("2001:DB8::0:1", "2001:db8::1"), ("2001:0db8:0:0:1:0:0:1", "2001:db8::1:0:0:1"),
        ("1:0:2:0:3:0:4:0", "1:0:2:0:3:0:4:0"), ("1:2:3:4:5:6:7:8", "1:2:3:4:5:6:7:8"), ("::ffff:127.0.0.1", "::ffff:7f00:1"),
        ("1:2:3:4:5:6:1.2.3.4", "1:2:3:4:5:6:102:304"),
        ("0:0:0:1:0:0:0:0", "0:0:0:1::"), ("fe80::1", "fe80::1"), ("1::3:4:5:6:7:8", "1:0:3:4:5:6:7:8"),
    ])
    func `an IPv6 address has one form`(written: String, form: String) throws {
        let url = try URLText(parsing: "http://[\(written)]:8080/")
        #expect(url.text == "http://[\(form)]:8080/")
        #expect(try URLText(parsing: url.text) == url)
    }

    @Test(arguments: [
        "1", ":", ":::", "1::2::3", "1:2:3:4:5:6:7", "1:2:3:4:5:6:7:8:9", "1:2:3:4:5:6:7::8:9", "1:2:3:4:5:6:7:8::", "12345::",
        "g::", "::1%25eth0", "::1%eth0", "1.2.3.4::", "::1.2.3",
        "::1.2.3.4.5", "::01.2.3.4", "::1.2.3.256", "::0x1.2.3.4", "1:2:3:4:5:6:7:1.2.3.4", "+1::", ":1::2", "1:", "::1:",
    ])
    func `what is no IPv6 address is refused`(host: String) {
        #expect(parseError("http://[\(host)]/") == .illegalHost)
    }

    @Test(arguments: [
        ("", URLText.ParseError.otherScheme),
        ("example.com/a.png", .otherScheme),
        ("/a.png", .otherScheme),
        ("//a/b", .otherScheme),
        ("http:/a", .otherScheme),
        ("http:a", .otherScheme),
        ("http", .otherScheme),
        ("ftp://a/", .otherScheme),
        ("file:///etc/passwd", .otherScheme),
        ("httpx://a/", .otherScheme),
        ("http:///a", .illegalHost),
        ("http://", .illegalHost),
        ("http://user@a/", .userInfo),
        ("http://user:pass@a/", .userInfo),
        ("http://a@b@c/", .userInfo),
        ("http://a:b/", .illegalPort),
        ("http://a:0/", .illegalPort),
        ("http://a:65536/", .illegalPort),
        ("http://a:-1/", .illegalPort),
        ("http://a:+1/", .illegalPort),
        ("http://a:000080/", .illegalPort),
        ("http://a:80:80/", .illegalPort),
        ("http://bücher.example/", .hostNotASCII),
        ("http://a。b/", .hostNotASCII),
        ("http://a\\b/", .illegalCharacter(offset: 8)),
        ("http:\\\\a/", .illegalCharacter(offset: 5)),
        ("http://a/\r\nx", .illegalCharacter(offset: 9)),
        ("ht\ttp://a/", .illegalCharacter(offset: 2)),
        ("http://a/\u{7F}", .illegalCharacter(offset: 9)),
        ("http://a/#\u{0}", .illegalCharacter(offset: 10)),
        (" http://a/", .illegalCharacter(offset: 0)),
        ("http://a/ ", .illegalCharacter(offset: 9)),
    ])
    func `what is doubtful is refused`(text: String, fault: URLText.ParseError) {
        #expect(parseError(text) == fault)
        #expect(URLText(text) == nil && !fault.reason.isEmpty)
    }

    @Test func `an at sign behind the authority is no user`() throws {
        #expect(try URLText(parsing: "http://a/@b?c@d").host == .name("a"))
        #expect(try URLText(parsing: "http://a?@b").host == .name("a"))
        #expect(try URLText(parsing: "http://a#@b").host == .name("a"))
    }

    @Test func `length is bounded`() throws {
        #expect(try URLText(parsing: "http://a/bcd", limit: 12).path == "/bcd")
        #expect(throws: URLText.ParseError.tooLong(limit: 11)) { try URLText(parsing: "http://a/bcd", limit: 11) }
        #expect(parseError("http://a/" + String(repeating: "b", count: 8192)) == .tooLong(limit: 8192))
    }
}
