import Testing
import Wire

struct IPRangeTests {
    @Test(arguments: [
        ("10.0.0.0/8", "http://10.255.0.1", true), ("10.0.0.0/8", "http://11.0.0.1", false), ("10.1.2.3", "http://10.1.2.3", true),
        ("10.1.2.3", "http://10.1.2.4", false), ("10.1.2.3/31", "http://10.1.2.2", true), ("0.0.0.0/0", "http://8.8.8.8", true),
        ("0.0.0.0/0", "http://[2001:db8::1]", false), ("::/0", "http://8.8.8.8", true), ("fd00::/8", "http://[fd12::1]", true),
        ("fd00::/8", "http://[fe80::1]", false), ("::1", "http://[::1]", true), ("10.0.0.0/8", "http://[::ffff:10.0.0.1]", true),
        ("::ffff:10.0.0.0/104", "http://10.0.0.9", true), ("10.0.0.0/8", "http://ten.test", false),
    ])
    func `a range contains its addresses`(range: String, url: String, isIn: Bool) throws {
        let host = try #require(URLText(url)).host
        #expect(try #require(IPRange(range)).contains(host) == isIn)
    }

    @Test(arguments: [
        "", "10.0.0.0/33", "10.0.0.0/", "10.0.0/8", "10.0.0.0/+8", "10.0.0.256", "010.0.0.1", "::1/129", "[::1]", "a", "10.0.0.0/8/8",
        ":::",
        "10.0.0.0/-1", "١.2.3.4",
    ])
    func `text that is not a range is rejected`(text: String) { #expect(IPRange(text) == nil) }
}
