import Wire

/// The facts of one vendor as data: where it is, how it wants to be paid respect, what its environment variables are called.
package struct VendorCard: Sendable {
    /// The host that most calls go to.
    package static let mainHost = "main"

    /// The name in configuration and in model names: `fal`.
    package var name: String
    /// Other names people expect: `seedance`.
    package var aliases: [String] = []
    /// For people: `fal.ai`.
    package var title: String
    /// The page its contract was read from.
    package var docs: String
    /// Scheme and host by role, `main` first; `{name}` stands for a setting. An account's `base_url` replaces scheme, host and port
    /// of all of them.
    package var hosts: [String: String]
    package var auth: AuthScheme
    /// Secrets by name, with the environment variables that the vendor's own SDKs read, best first.
    package var secrets: [String: [String]] = [:]
    /// Settings that are not secret.
    package var settings: [Setting] = []
    /// Headers on every call.
    package var headers: [(name: HeaderName, value: String)] = []
    /// Headers that must hold a UUID of their own on every call.
    package var uuidHeaders: [HeaderName] = []
    /// The shortest pause between two status calls for one job.
    package var pollInterval: Duration = .seconds(5)
    /// How many jobs one status call may be about, at most (`Vendor.ask([Ticket])`).
    package var maxJobsPerStatusCall = 1
    package var transports: [InputMedia.Kind: Transports] = [:]
    /// Names that `extra_body` may carry through to this vendor. Never the model, the count, credentials or URLs.
    package var extras: Set<String> = []
    /// Words of a prompt that this vendor reads as parameters which can make a job dearer: `--dur`.
    package var pricedPromptFlags: Set<String> = []
    /// How long results stay where they are; nil if nothing is said.
    package var resultTTL: Duration?
    /// Hosts beyond the account's own that may see its key, as suffixes: `.bfl.ai`.
    package var trustedHosts: [String] = []
    /// Statuses with which this vendor says that it refused a paid call before it was accepted, beyond those that prove it everywhere.
    package var refusalStatuses: Set<Int> = []
    /// A status that cannot be learnt is told to the client at once, and not covered for a while with what was known before.
    package var reportsStatusFaults = false
    /// Jobs at work at a time where the vendor grants every customer so many; an account's own number goes over it.
    package var maxConcurrentJobs: Int?
    /// Where a person sees the account's jobs.
    package var dashboard: String?
    /// The page that says that a job costs nothing if it is cancelled; nil where nothing says so: what was reserved for it stays spent.
    package var freeCancelSource: String?
    /// Results of start calls that come minutes later on the same connection.
    package var answersStartSynchronously = false

    package struct Setting: Sendable {
        package var name: String
        package var environment: [String]
        package var fallback: String?
        /// The values it may have; empty means any.
        package var choices: [String]
        /// The member of a secret, where that is JSON, that says it: a service account names its project.
        package var secretMember: (secret: String, member: String)?
        package init(_ name: String, environment: [String] = [], fallback: String? = nil, choices: [String] = []) {
            self.name = name
            self.environment = environment
            self.fallback = fallback
            self.choices = choices
        }
    }

    package init(name: String, title: String, docs: String, host: String, auth: AuthScheme, secrets: [String: [String]]) {
        self.name = name
        self.title = title
        self.docs = docs
        hosts = [VendorCard.mainHost: host]
        self.auth = auth
        self.secrets = secrets
    }
}

extension VendorCard {
    /// Statuses that prove at every vendor that a paid call was refused before it was accepted: they judge the request or the caller
    /// (RFC 9110 section 15.5, RFC 6585, RFC 7725). Not among them are 408 and 409, which may follow an accepted call, and every 5xx.
    package static let commonRefusalStatuses: Set<Int> = [400, 401, 402, 403, 404, 405, 407, 410, 411, 413, 414, 415, 422, 429, 431, 451]

    /// Whether an answer with that status proves that a start call was refused. The one rule about it: whatever else proves a refusal is a
    /// code of the vendor's own (`Fault.sent`).
    package func provesRefusal(_ status: Int) -> Bool {
        VendorCard.commonRefusalStatuses.contains(status) || refusalStatuses.contains(status)
    }
}

/// How a vendor wants its calls signed, as data. Signing itself lives in `Upstream/Accounts`.
package enum AuthScheme: Sendable, Equatable {
    case none
    /// `Authorization: Bearer <api_key>`.
    case bearer
    /// A header with a prefix before the key: `Authorization: Key …`, `x-goog-api-key: …`.
    case header(HeaderName, prefix: String)
    /// The key is a member of every JSON body that is sent, before all others; calls without a body carry none.
    case bodyMember(String)
    /// A short-lived HS256 JWT from `access_key` and `secret_key`, or `api_key` as a plain bearer where that is given.
    case jwtHS256
    /// An OAuth token from a service account's RS256 assertion (`service_account`).
    case serviceAccount(scope: String)
    case sigV4(service: String)
    case volcengine(service: String, region: String)
    case tc3(service: String)
}
