import Crypto
import Testing
import Wire

struct SecretTests {
    /// A value that holds one, as the configuration does.
    struct Account {
        var name = "runway"
        var key = Secret("open sesame")
    }

    @Test func `no way of printing shows it`() {
        let account = Account()
        var dumped = ""
        dump(account, to: &dumped)
        let hidden = [dumped, "\(account)", "\(account.key)", String(reflecting: account), String(reflecting: [account.key])]
        for text in hidden {
            #expect(!text.contains("sesame"))
            #expect(!text.contains("115"), "the code of a letter")
            #expect(!text.contains("0x"), "an address")
        }
        #expect("\(account)".contains("runway"))
    }

    @Test func `it compares in full`() {
        let secret = Secret("open sesame")
        #expect(secret.matches(Bytes("open sesame".utf8)))
        #expect(!secret.matches(Bytes("open sesamf".utf8)))
        #expect(!secret.matches(Bytes("Open sesame".utf8)))
        #expect(!secret.matches(Bytes("open sesame ".utf8)))
        #expect(!secret.matches(Bytes("open sesam".utf8)))
        #expect(!secret.matches([]))
        #expect(Secret(Bytes()).matches([]))
    }

    @Test func `it is revealed only by name`() {
        #expect(Secret("schlüssel").reveal() == "schlüssel")
        #expect(Secret("schlüssel").count == 10)
    }
}

struct RandomSourceTests {
    @Test func `the system never repeats itself`() {
        let drawn = Set((0..<1000).map { _ in RandomSource.system.bytes(16) })
        #expect(drawn.count == 1000)
        #expect(drawn.allSatisfy { $0.count == 16 })
        #expect(RandomSource.system.bytes(0).isEmpty)
    }

    @Test func `a source gives what its closure makes`() {
        let source = RandomSource { Bytes(repeating: 7, count: $0) }
        #expect(source.bytes(3) == [7, 7, 7])
    }
}
