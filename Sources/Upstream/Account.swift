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
    /// The same, taken apart.
    package let base: URLText?
    /// The card's hosts as this account has them, without a slash at the end. One that needs a setting that is missing is left out.
    package private(set) var hosts: [String: String] = [:]
    private let cardBox: CardBox
    package var secrets: [String: Secret]
    /// Settings that are not secret, by the card's names, defaults filled in.
    package let settings: [String: String]
    package var weight = 1
    package var models: [String] = []
    /// Jobs at work at a time, creates in a span.
    package var bounds = AccountLimiter.Bounds()
    /// What a job costs where the catalog does not know.
    package var price: Model.Price?
    /// What the operator's contracts say, over the catalog, the closest first.
    package var contracts: [(pattern: ModelPattern, price: Model.Price)] = []
    package var egress = Egress()
    /// Besides the base URL's own, hosts to which the vendor's results may lead though their addresses are private: `minio.local:9000`.
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

    /// Whether a URL out of a reply may lead to a private address: at the host and port of `base_url`, and where the operator says so.
    func mayBePrivate(_ url: URLText) -> Bool {
        if let base, base.host == url.host, base.port == url.port { return true }
        return resultHosts.contains(url.host.text) || resultHosts.contains("\(url.host.text):\(url.port)")
    }

    /// What its vendor's file says of itself. Kept in one object: a card has a dozen texts and tables, and every look at it would copy it.
    package var card: VendorCard { cardBox.card }

    /// The most that a job costs with this account; nil where that is not known.
    package func cost(of checked: ValidatedJob) -> Money? {
        if let contract = contract(for: checked.model) { return checked.billed.cost(at: contract) ?? checked.cost }
        return checked.cost ?? price.flatMap(checked.billed.cost)
    }

    /// The price of a contract for that model.
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
