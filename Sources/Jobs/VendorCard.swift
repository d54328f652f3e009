import Wire

/// The facts of one vendor as data: hosts, authentication, environment variables, and what its answers prove.
package struct VendorCard: Sendable {
    /// The role of the host that most calls go to.
    package static let mainHost = "main"

    /// The name in configuration and in model names: `fal`.
    package var name: String
    /// Other names that people expect: `seedance`.
    package var aliases: [String] = []
    /// The name for people: `fal.ai`.
    package var title: String
    /// The URL of the documentation that the vendor's file follows.
    package var docs: String
    /// Scheme and host by role; `{name}` stands for a setting. An account's `base_url` replaces scheme, host and port of all of them.
    package var hosts: [String: String]
    package var auth: AuthScheme
    /// Secrets by name, with the environment variables that the vendor's own SDKs read, the preferred one first.
    package var secrets: [String: [String]] = [:]
    /// Settings that are not secret.
    package var settings: [Setting] = []
    /// Headers on every call.
    package var headers: [(name: HeaderName, value: String)] = []
    /// Headers that get a new UUID on every call.
    package var uuidHeaders: [HeaderName] = []
    /// The minimum time between two status calls for one job.
    package var pollInterval: Duration = .seconds(5)
    /// The maximum number of jobs in one status call (`Vendor.statusCall(for:)` with several tickets).
    package var maxJobsPerStatusCall = 1
    package var transports: [InputMedia.Kind: Transports] = [:]
    /// The parameters that a client may pass through to this vendor (`Job.extras`). Never the model, the count, credentials or URLs.
    package var extras: Set<String> = []
    /// Words in a prompt that this vendor reads as parameters and that can raise the price: `--dur`.
    package var pricedPromptFlags: Set<String> = []
    /// How long the vendor keeps results; nil if its documentation does not say.
    package var resultTTL: Duration?
    /// Suffixes of hosts, besides the account's own, that may get its key: `.bfl.ai`.
    package var trustedHosts: [String] = []
    /// HTTP statuses that prove, for this vendor only, that a paid call was refused before it was accepted. See `provesRefusal`.
    package var refusalStatuses: Set<Int> = []
    /// Whether a failed status call is reported to the client at once. Otherwise the last known progress is shown for a while.
    package var reportsStatusFaults = false
    /// The number of concurrent jobs that the vendor allows every customer; an account's own setting overrides it.
    package var maxConcurrentJobs: Int?
    /// The URL of the page that shows an account's jobs.
    package var dashboard: String?
    /// The URL of the page that says that a cancelled job costs nothing. Nil where no page says so: the reserved amount stays spent.
    package var freeCancelSource: String?
    /// Whether the answer to a start call comes when the job is done, minutes later on the same connection.
    package var answersStartSynchronously = false

    /// A setting of an account that is not secret: a region, a project.
    package struct Setting: Sendable {
        package var name: String
        package var environment: [String]
        package var fallback: String?
        /// The accepted values; empty means any.
        package var choices: [String]
        /// The member of a JSON secret that holds the value: a service account names its project.
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
    /// HTTP statuses that prove, for every vendor, that a paid call was refused before it was accepted: they judge the request or the
    /// caller (RFC 9110 section 15.5, RFC 6585, RFC 7725). 408 and 409 are not among them, since they may follow an accepted call; nor is
    /// any 5xx.
    package static let commonRefusalStatuses: Set<Int> = [400, 401, 402, 403, 404, 405, 407, 410, 411, 413, 414, 415, 422, 429, 431, 451]

    /// Whether an answer with that status proves that a start call was refused. This is the only rule about statuses; what else proves a
    /// refusal is an error code of the vendor (`Fault.sent`).
    package func provesRefusal(_ status: Int) -> Bool {
        VendorCard.commonRefusalStatuses.contains(status) || refusalStatuses.contains(status)
    }
}

/// The ways in which a vendor accepts media. The gateway converts what the client sent to one of them before `Vendor.startCall`.
package struct Transports: OptionSet, Sendable {
    package let rawValue: Int
    package init(rawValue: Int) { self.rawValue = rawValue }

    /// A URL is passed on; the vendor fetches it.
    package static let url = Transports(rawValue: 1)
    /// The bytes are part of the start call (data URI, base64, form part).
    package static let inline = Transports(rawValue: 2)
    /// The bytes are uploaded to the vendor first (`Vendor.uploadStep`).
    package static let upload = Transports(rawValue: 4)
    /// The vendor's upload accepts a URL and fetches it itself.
    package static let uploadFromURL = Transports(rawValue: 8)
}
