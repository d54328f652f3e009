import Testing
import Wire

@testable import Configuration

struct ListenTests {
    private static let keys = "keys: [{ name: a, sha256: \(Sample.hash) }]\n"

    @Test func `an address may have options, alone and in a list`() throws {
        let configuration = try Sample.read(
            Self.keys + """
                listen:
                  - 127.0.0.1:1
                  - { address: "unix:/run/g.sock", mode: 0660, group: www-data }
                  - { address: "[::]:2", ipv6_only: true }
                  - { address: "0.0.0.0:3", proxy_protocol: true }
                  - { address: "0.0.0.0:4", proxy_protocol: true, trusted_proxies: [10.1.0.0/16, "fd00::/8"] }
                  - { address: "0.0.0.0:5", proxy_protocol: false }
                """)
        #expect(configuration.listen.count == 6 && configuration.listenOptions.count == 4)
        let socket = try #require(configuration.listenOptions[.unix(path: "/run/g.sock")])
        #expect(socket.mode == 0o660 && socket.group == "www-data" && socket.proxies == nil)
        #expect(configuration.listenOptions[.tcp(host: "::", port: 2)]?.isV6Only == true)
        let usual = configuration.listenOptions[.tcp(host: "0.0.0.0", port: 3)]?.proxies
        #expect(usual == IPRange.loopback + IPRange.localNetworks)
        #expect(configuration.listenOptions[.tcp(host: "0.0.0.0", port: 4)]?.proxies?.map(\.description) == ["10.1.0.0/16", "fd00::/8"])
        let quoted = try Sample.read("listen: { address: \"unix:/g\", mode: \"600\" }")
        #expect(quoted.listenOptions[.unix(path: "/g")]?.mode == 0o600)
    }

    @Test(arguments: [
        ("{ mode: 0660 }", "1:9: 'address' is missing"),
        ("{ address: \"unix:/g\", mode: 0888 }", "expected permissions in octal like 0660"),
        ("{ address: \"unix:/g\", mode: 1777 }", "expected permissions"),
        ("{ address: \"127.0.0.1:1\", mode: 0660 }", "'mode' is for unix:/path only"),
        ("{ address: \"127.0.0.1:1\", group: g }", "'group' is for unix:/path only"),
        ("{ address: \"127.0.0.1:1\", ipv6_only: true }", "'ipv6_only' is for IPv6"),
        ("{ address: \"127.0.0.1:1\", trusted_proxies: [10.0.0.0/8] }", "'trusted_proxies' needs proxy_protocol"),
        ("{ address: \"127.0.0.1:1\", proxy_protocol: true, trusted_proxies: [ten] }", "expected an address or a range like 10.0.0.0/8"),
        ("{ address: \"127.0.0.1:1\", proxy: true }", "unknown key \"proxy\""), ("{ address: nonsense }", "expected an address like"),
    ])
    func `an option that means nothing is refused where it is written`(listen: String, message: String) {
        let errors = Sample.errors("listen: \(listen)")
        #expect(errors.count == 1 && errors[0].hasPrefix("g.yaml:1:") && errors[0].contains(message), "\(errors)")
    }

    @Test(arguments: [
        ("127.0.0.1:1", true), ("127.9.8.7:1", true), ("[::1]:1", true), ("[0:0:0:0:0:0:0:1]:1", true), ("[::ffff:127.0.0.1]:1", true),
        ("localhost:1", true), ("unix:/g", true), ("[::]:1", false), ("0.0.0.0:1", false), ("128.0.0.1:1", false), ("[::2]:1", false),
        ("127.example:1", false), ("10.0.0.1:1", false),
    ])
    func `loopback is known in every spelling`(text: String, isLoopback: Bool) throws {
        #expect(try #require(Configuration.Listen(text)).isLoopback == isLoopback)
    }

    @Test func `the delay of the end may be zero, and other times may not`() throws {
        #expect(try Sample.read("limits: { shutdown_delay: 5s }").limits.shutdownDelay == .seconds(5))
        #expect(try Sample.read("limits: { shutdown_delay: 0s }").limits.shutdownDelay == .zero)
        #expect(Sample.errors("limits: { shutdown_grace: 0s }").count == 1)
    }
}
