import Catalog
import Client
import Configuration
import Crypto
import Jobs
import Routing
import Wire

/// A credential at one vendor, as configured: where calls go, how they are signed, how much load it takes. An immutable object, which all
/// its calls share.
package final class Account: Sendable {
    package let name: String
    package let vendor: any Vendor
    /// Replaces scheme, host and port of every host of the vendor; paths stay.
    package let baseURL: String?
    /// `baseURL`, parsed.
    package let base: URLText?
    /// The card's hosts with this account's settings filled in, without a trailing slash. A host whose setting is missing is left out.
    package let hosts: [String: String]
    /// The vendor's card, kept here because a vendor copies it for each access.
    package let card: VendorCard
    package let secrets: [String: Secret]
    /// Nil if its calls have no headers in common.
    let preparedHeaders: PreparedHeaders?
    /// Non-secret settings by the card's names, with defaults filled in.
    package let settings: [String: String]
    /// How it takes part in routing and what its jobs cost.
    package let terms: Terms
    package let egress: Egress
    /// Hosts, besides that of `base_url`, that result URLs may point to although their addresses are private: `minio.local:9000`.
    package let resultHosts: Set<String>
    /// Limits on concurrent jobs and on creates per interval.
    package let bounds: AccountLimiter.Bounds

    /// How much load an account takes, for which models and at which prices.
    package struct Terms: Sendable {
        package var weight = 1
        package var models: [String] = []
        /// The maximum number of concurrent jobs; nil means the vendor's own limit.
        package var slots: Int?
        package var rate: AccountLimiter.Bounds.Rate?
        /// The price of a job whose model has none in the catalog.
        package var price: Model.Price?
        /// Prices from the operator's contracts, the most specific pattern first. They override the catalog.
        package var contracts: [(pattern: ModelPattern, price: Model.Price)] = []
        package init() {}
    }

    package init(
        name: String, vendor: any Vendor, baseURL: String? = nil, secrets: [String: Secret] = [:], settings: [String: String] = [:],
        terms: Terms = Terms(), egress: Egress = Egress(), resultHosts: Set<String> = []
    ) {
        self.name = name
        self.baseURL = baseURL
        base = baseURL.flatMap { URLText($0) }
        self.secrets = secrets
        self.terms = terms
        self.egress = egress
        self.resultHosts = resultHosts
        let fallbacks = vendor.card.settings.compactMap { setting in setting.fallback.map { (setting.name, $0) } }
        self.settings = settings.merging(fallbacks) { given, _ in given }
        self.vendor = vendor.adjusted(to: self.settings)
        card = self.vendor.card
        preparedHeaders = PreparedHeaders(of: card, secrets: secrets)
        bounds = AccountLimiter.Bounds(slots: terms.slots ?? card.maxConcurrentJobs, rate: terms.rate)
        hosts = RequestBuilder.baseURLs(of: card, settings: self.settings, base: base)
    }

    /// Whether a URL from a reply may resolve to a private address: only at the host and port of `base_url` and at `resultHosts`.
    func mayBePrivate(_ url: URLText) -> Bool {
        if let base, base.host == url.host, base.port == url.port { return true }
        return resultHosts.contains(url.host.text) || resultHosts.contains("\(url.host.text):\(url.port)")
    }

    /// The maximum cost of a job with this account; nil if unknown.
    package func cost(of checked: ValidatedJob) -> Money? {
        if let contract = contract(for: checked.model) { return checked.billed.cost(at: contract) ?? checked.cost }
        return checked.cost ?? terms.price.flatMap(checked.billed.cost)
    }

    /// The contract price of the model; nil if no contract covers it.
    package func contract(for model: Model) -> Model.Price? {
        guard !terms.contracts.isEmpty else { return nil }
        let names = Set([model.name, model.upstream] + model.aliases)
        return terms.contracts.first { contract in
            names.contains { contract.pattern.matches("\(name)/\($0)") || contract.pattern.matches("\(card.name)/\($0)") }
        }?.price
    }
}
