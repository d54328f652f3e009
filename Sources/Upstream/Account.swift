import Catalog
import Client
import Configuration
import Crypto
import Jobs
import Routing
import Wire

/// A credential at one vendor, as configured: where calls go, how they are signed, how much load it takes.
package struct Account: Sendable {
    package var name: String
    package let vendor: any Vendor
    /// Replaces scheme, host and port of every host of the vendor; paths stay.
    package let baseURL: String?
    /// `baseURL`, parsed.
    package let base: URLText?
    /// The card's hosts with this account's settings filled in, without a trailing slash. A host whose setting is missing is left out.
    package private(set) var hosts: [String: String] = [:]
    private let cardBox: CardBox
    package var secrets: [String: Secret]
    /// Non-secret settings by the card's names, with defaults filled in.
    package let settings: [String: String]
    package var weight = 1
    package var models: [String] = []
    /// Limits on concurrent jobs and on creates per interval.
    package var bounds = AccountLimiter.Bounds()
    /// The price of a job whose model has none in the catalog.
    package var price: Model.Price?
    /// Prices from the operator's contracts, the most specific pattern first. They override the catalog.
    package var contracts: [(pattern: ModelPattern, price: Model.Price)] = []
    package var egress = Egress()
    /// Hosts, besides that of `base_url`, that result URLs may point to although their addresses are private: `minio.local:9000`.
    package var resultHosts: Set<String> = []

    package init(
        name: String, vendor: any Vendor, baseURL: String? = nil, secrets: [String: Secret] = [:], settings: [String: String] = [:]
    ) {
        self.name = name
        self.baseURL = baseURL
        base = baseURL.flatMap { URLText($0) }
        self.secrets = secrets
        let fallbacks = vendor.card.settings.compactMap { setting in setting.fallback.map { (setting.name, $0) } }
        self.settings = settings.merging(fallbacks) { given, _ in given }
        self.vendor = vendor.adjusted(to: self.settings)
        cardBox = CardBox(self.vendor.card)
        bounds.slots = card.maxConcurrentJobs
        hosts = RequestBuilder.hosts(of: self)
    }

    /// Whether a URL from a reply may resolve to a private address: only at the host and port of `base_url` and at `resultHosts`.
    func mayBePrivate(_ url: URLText) -> Bool {
        if let base, base.host == url.host, base.port == url.port { return true }
        return resultHosts.contains(url.host.text) || resultHosts.contains("\(url.host.text):\(url.port)")
    }

    /// The vendor's card, behind a reference: it holds a dozen strings and tables, and each access would copy them.
    package var card: VendorCard { cardBox.card }

    /// The maximum cost of a job with this account; nil if unknown.
    package func cost(of checked: ValidatedJob) -> Money? {
        if let contract = contract(for: checked.model) { return checked.billed.cost(at: contract) ?? checked.cost }
        return checked.cost ?? price.flatMap(checked.billed.cost)
    }

    /// The contract price of the model; nil if no contract covers it.
    package func contract(for model: Model) -> Model.Price? {
        guard !contracts.isEmpty else { return nil }
        let names = Set([model.name, model.upstream] + model.aliases)
        return contracts.first { contract in
            names.contains { contract.pattern.matches("\(name)/\($0)") || contract.pattern.matches("\(vendor.card.name)/\($0)") }
        }?.price
    }

    private final class CardBox: Sendable {
        let card: VendorCard
        init(_ card: VendorCard) { self.card = card }
    }
}
