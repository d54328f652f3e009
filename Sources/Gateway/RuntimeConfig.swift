import Access
import Catalog
import Configuration
import Crypto
import Dialects
import HTTP
import JobState
import Jobs
import Routing
import Seal
import Storage
import Synchronization
import Upstream
import Wire

/// A new job id, and what the journal must hold for it.
struct SealedID: Sendable {
    package let id: String
    /// The sealed claims, if they do not fit into the id.
    var sealedClaims: String?
}

/// What a configuration determines, shared by all loops. Immutable: a reload makes a new one.
package final class RuntimeConfig: Sendable {
    package let accounts: [String: Account]
    package let planner: Planner
    package let catalog: Catalog
    package let sealer: Sealer
    package let authenticator: Authenticator
    package let cors: CORS
    package let limits: Limits
    /// For URLs that clients name; accounts have one each.
    package let egress: Egress
    package let random: RandomSource
    package let routeTable: RouteTable
    /// The dialect of paths that belong to no dialect.
    let standardDialect: any Dialect
    /// The standard one first.
    private let orderedDialects: [any Dialect]
    private let mounts: [(prefix: String, dialect: any Dialect)]
    package let dialects: [String: any Dialect]
    let links: SignedLinks
    /// The start of the links in answers; nil if they begin with the URL under which each client reached this router.
    package let publicURL: String?
    /// Whether `/metrics` and the details of `/readyz` have addresses of their own.
    package let hasAdministration: Bool
    /// Nil if no results are kept.
    package let results: Configuration.Results?
    /// Makes images of kept videos; nil if that is off, or `ffmpeg` is not installed.
    package let thumbnails: ThumbnailSettings?
    let modelLists = ModelListCache()
    private let jobIDs: JobIDCache
    private let document = Mutex<(plain: Response, packed: Response)?>(nil)

    /// - Parameters:
    ///   - accounts: the configured ones; the test card's account is added.
    ///   - simulator: the test card.
    ///   - mounts: path prefixes and the dialects below them.
    ///   - simulates: whether the test card replaces all vendors while no other account exists.
    package init(
        accounts: [Account], simulator: any SimulatedVendor, aliases: [(name: String, targets: [Planner.Target])], catalog: Catalog,
        seal: KeyRing,
        authenticator: Authenticator,
        standardDialect: any Dialect, mounts: [(prefix: String, dialect: any Dialect)], publicURL: String? = nil,
        hasAdministration: Bool = false, results: Configuration.Results? = nil, thumbnails: ThumbnailSettings? = nil, limits: Limits,
        corsOrigins: [String] = [],
        random: RandomSource = .pooled(),
        simulates: Bool = true,
        egress: Egress = Egress()
    ) {
        self.egress = egress
        let all = accounts + [Account(name: Planner.testVendor, vendor: simulator)]
        self.accounts = Dictionary(all.map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })
        planner = Planner(
            accounts: all.map { Planner.Account(name: $0.name, vendor: $0.card.name, weight: $0.terms.weight, models: $0.terms.models) },
            aliases: aliases + RuntimeConfig.shippedAliases(catalog, besides: aliases.map(\.name)), catalog: catalog, simulates: simulates)
        self.catalog = catalog
        sealer = Sealer(seal)
        self.authenticator = authenticator
        cors = CORS(origins: corsOrigins, signedPaths: [SignedLinks.path, UploadTokens.path])
        self.limits = limits
        self.random = random
        routeTable = RouteTable(dialects: Dialects.all, standard: standardDialect, mounts: mounts)
        self.standardDialect = standardDialect
        orderedDialects = [standardDialect] + Dialects.all.filter { $0.name != standardDialect.name }
        self.mounts = mounts
        dialects = Dictionary(Dialects.all.map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })
        self.publicURL = publicURL
        self.hasAdministration = hasAdministration
        self.results = results
        self.thumbnails = thumbnails
        links = SignedLinks(keys: seal.derived("genlock links 1"), prefix: publicURL, ttl: limits.linkTTL)
        jobIDs = JobIDCache(capacity: limits.jobCacheEntries)
    }

    /// The answer to `/openapi.json`. It needs no key and costs as much as a hundred other requests, so it is made and compressed once.
    func openAPIResponse(for headers: Headers) -> Response {
        let kept = document.withLock { $0 }
        let (plain, packed) = kept ?? makeOpenAPIResponses()
        if kept == nil { document.withLock { $0 = (plain, packed) } }
        return AcceptEncoding(headers.values(.acceptEncoding)).prefersGzip ? packed : plain
    }

    private func makeOpenAPIResponses() -> (plain: Response, packed: Response) {
        let document = OpenAPIDocument(dialects: orderedDialects, mounts: mounts, needsKey: !authenticator.isKeyless, publicURL: publicURL)
        let plain = Response(json: document.json)
        var packed = plain
        packed.compress(for: Headers([(.acceptEncoding, "gzip")]), limits)
        return (plain, packed)
    }

    /// The URL with which an account's calls begin; nil if it is not known before a call.
    package func mainURL(of account: String) -> URLText? {
        guard let account = accounts[account] else { return nil }
        let urls = [account.hosts[VendorCard.mainHost]].compactMap(\.self) + account.hosts.values.sorted()
        return urls.lazy.compactMap { URLText($0) }.first
    }

    /// Makes the id of a job. If it would be too long, its claims go into the journal, and the id refers to them.
    func seal(_ claims: Claims, for owner: Owner, hasJournal: Bool) -> SealedID {
        let whole = sealWhole(claims, for: owner)
        if Sealer.fits(whole) { return SealedID(id: whole) }
        guard hasJournal else {
            let id = sealer.sealSelfContained(claims, for: owner, random: random)
            jobIDs.store(id, claims, for: owner)
            return SealedID(id: id)
        }
        let reference = Claims(referenceCreated: claims.created, dialect: claims.dialect)
        let id = sealer.seal(reference, for: owner, random: random)
        jobIDs.store(id, reference, for: owner)
        return SealedID(id: id, sealedClaims: whole)
    }

    /// The claims as a text of any length, for the journal.
    func sealWhole(_ claims: Claims, for owner: Owner) -> String {
        let sealed = sealer.seal(claims, for: owner, random: random)
        jobIDs.store(sealed, claims, for: owner)
        return sealed
    }

    /// The claims in an id; nil for every text that is no id of this owner.
    func claims(of id: String, for owner: Owner) -> Claims? { jobIDs.claims(of: id, for: owner, with: sealer) }

    /// The catalog's aliases that the configuration does not define itself. A plan skips the models that no account offers.
    private static func shippedAliases(_ catalog: Catalog, besides own: [String]) -> [(name: String, targets: [Planner.Target])] {
        catalog.aliases.filter { !own.contains($0.name) }.map { alias in (alias.name, alias.models.map { Planner.Target(model: $0) }) }
    }
}
