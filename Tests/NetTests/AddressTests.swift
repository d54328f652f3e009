import Net
import Testing

struct AddressTests {
    @Test(arguments: [
        ("127.0.0.1:8080", "127.0.0.1:8080"), ("0.0.0.0:0", "0.0.0.0:0"), ("[::1]:8080", "[::1]:8080"), ("[::]:65535", "[::]:65535"),
        ("[2001:DB8:0:0:0:0:0:1]:1", "[2001:db8::1]:1"), ("unix:/run/genlock.sock", "unix:/run/genlock.sock"),
        ("[::ffff:1.2.3.4]:80", "[::ffff:1.2.3.4]:80"),
    ])
    func `an address is read and written`(text: String, form: String) throws {
        let address = try #require(Address(text))
        #expect(address.description == form)
        #expect(Address(form) == address)
    }

    @Test(arguments: [
        "", ":", ":80", "127.0.0.1", "127.0.0.1:", "127.0.0.1:65536", "127.0.0.1:-1", "127.0.0.1:+1", "127.1:80", "0127.0.0.1:80",
        "0x7f.0.0.1:80", "2130706433:80", "256.0.0.1:80", "localhost:80", "[::1]", "[::1", "[::1]:x", "[fe80::1%eth0]:80", "unix:",
        "[127.0.0.1]:80", "unix:/\u{0}", "127.0.0.1 :80", "١.2.3.4:80",
    ])
    func `text that is not an address is rejected`(text: String) {
        #expect(Address(text) == nil)
    }

    @Test(arguments: [
        "1.1.1.1", "8.8.8.8", "9.255.255.255", "11.0.0.0", "100.63.255.255", "100.128.0.0", "126.255.255.255", "128.0.0.1",
        "168.63.129.15", "168.63.129.17", "169.253.255.255", "169.255.0.0", "172.15.255.255", "172.32.0.0", "192.0.1.0", "192.0.3.0",
        "192.167.255.255", "192.169.0.0", "198.17.255.255", "198.20.0.0", "203.0.112.255", "203.0.114.0", "223.255.255.255",
        "2606:4700:4700::1111", "2001:4860:4860::8888", "2001:200::1", "2a00:1450:4001::1", "3fff:1000::1", "::ffff:8.8.8.8",
        "64:ff9b::8.8.8.8", "2002:808:808::1",
    ])
    func `a public address is public`(text: String) throws {
        #expect(try #require(Address(literal: text, port: 443)).isPublic)
    }

    @Test(arguments: [
        "0.0.0.0", "0.1.2.3", "10.0.0.1", "10.255.255.255", "100.64.0.1", "100.100.100.200", "100.127.255.255", "127.0.0.1",
        "127.255.255.255", "168.63.129.16", "169.254.0.1", "169.254.169.254", "172.16.0.1", "172.31.255.255", "192.0.0.1", "192.0.0.192",
        "192.0.2.1", "192.88.99.1", "192.168.0.1", "192.168.255.255", "198.18.0.1", "198.19.255.255", "198.51.100.1", "203.0.113.1",
        "224.0.0.1", "239.255.255.255", "240.0.0.1", "255.255.255.255",
        "::", "::1", "::127.0.0.1", "fe80::1", "fec0::1", "fc00::1", "fd00:ec2::254", "fd20:ce::254", "ff02::1", "100::1", "2001:db8::1",
        "2001::1", "2001:2::1", "2001:20::1", "3fff::1", "3fff:fff::1", "4000::1", "5f00::1",
        "::ffff:127.0.0.1", "::ffff:10.0.0.1", "::ffff:169.254.169.254", "64:ff9b::10.0.0.1", "64:ff9b::a9fe:a9fe", "64:ff9b:1::8.8.8.8",
        "2002:7f00:1::1", "2002:a9fe:a9fe::1", "2002:c0a8:1::1",
    ])
    func `an address of this machine, of a local network or a reserved one is not public`(text: String) throws {
        #expect(!(try #require(Address(literal: text, port: 443)).isPublic))
    }

    @Test func `loopback is recognised in every form`() {
        for text in ["127.0.0.1:1", "127.9.9.9:1", "[::1]:1", "[::ffff:127.0.0.1]:1", "unix:/x"] {
            #expect(Address(text)?.isLoopback == true, "\(text)")
        }
        for text in ["128.0.0.1:1", "[::2]:1", "[::ffff:128.0.0.1]:1", "0.0.0.0:1"] {
            #expect(Address(text)?.isLoopback == false, "\(text)")
        }
        #expect(Address("unix:/x")?.isPublic == false)
    }

    @Test func `link-local addresses and metadata services are recognised in every form, and their neighbours are not`() {
        for text in [
            "169.254.169.254", "169.254.0.1", "100.100.100.200", "168.63.129.16", "192.0.0.192", "fe80::1", "febf::1", "fd00:ec2::254",
            "fd20:ce::254", "::ffff:169.254.169.254", "64:ff9b::a9fe:a9fe", "2002:a9fe:a9fe::1",
        ] {
            #expect(Address(literal: text, port: 80)?.isMetadata == true, "\(text)")
        }
        for text in ["127.0.0.1", "10.0.0.7", "100.100.100.201", "169.253.0.1", "192.168.1.1", "::1", "fd00::1", "fec0::1", "8.8.8.8"] {
            #expect(Address(literal: text, port: 80)?.isMetadata == false, "\(text)")
        }
    }

    @Test func `private networks are recognized, and IPv4 in IPv6 is unmapped`() {
        for text in ["10.1.2.3", "172.31.0.1", "192.168.0.1", "127.0.0.1", "169.254.1.1", "::1", "fd12::1", "fe80::1", "::ffff:10.0.0.1"] {
            #expect(Address(literal: text, port: 80)?.isPrivate == true, "\(text)")
        }
        for text in ["11.0.0.1", "172.32.0.1", "8.8.8.8", "2001:db8::1", "::ffff:8.8.8.8"] {
            #expect(Address(literal: text, port: 80)?.isPrivate == false, "\(text)")
        }
        #expect(Address("[::ffff:1.2.3.4]:5")?.unmapped == Address("1.2.3.4:5"))
        #expect(Address("[::1]:5")?.unmapped == Address("[::1]:5"))
    }
}
