import Fuzzing
import Jobs
import Testing

@testable import Configuration

/// Numbers on which a conversion may trap, as values of every key that takes one.
struct HostileNumberTests {
    private static let units = ["", "s", " ms", " min", "h", " days", " MiB", "GB", "/min", "/day", " USD", " USD/day", " USD/second"]
    private static let places =
        LimitTable.members.map { "limits: { \($0.key): %s }" } + [
            "keys: [ { name: a, sha256: \(Sample.hash), rate: %s } ]", "keys: [ { name: a, sha256: \(Sample.hash), budget: %s } ]",
            "keys: [ { name: a, sha256: \(Sample.hash), budget: 1 USD, unpriced: %s } ]",
            "accounts: { acme: { api_key: x, weight: %s } }", "accounts: { acme: { api_key: x, concurrency: %s } }",
            "accounts: { acme: { api_key: x, rate: %s } }", "accounts: { acme: { api_key: x, price: %s } }",
            "listen: \"127.0.0.1:%s\"", "public_url: \"https://a:%s\"", "hosts: [ \"a:%s\" ]",
        ]

    @Test(arguments: units) func `no number in a configuration ends the process`(unit: String) {
        for place in Self.places {
            for number in HostileNumbers.json {
                let yaml = place.replacing("%s", with: place.contains("\"") ? number + unit : "\"\(number)\(unit)\"")
                guard let configuration = try? Sample.read(yaml) else { continue }
                for key in configuration.keys { #expect((key.budget?.amount ?? .zero) >= .zero, "\(yaml)") }
            }
        }
    }
}
