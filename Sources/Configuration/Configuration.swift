import Crypto
import Jobs
import Wire

/// The complete, validated configuration: one YAML file, overridden by environment variables and flags, with defaults.
package struct Configuration: Sendable {
    /// The file it came from; nil without one.
    package var file: String?
    package var listen: [Listen] = [.tcp(host: "127.0.0.1", port: 8080)]
    /// Options of addresses in `listen`.
    package var listenOptions: [Listen: ListenOptions] = [:]
    /// Where `/metrics`, `/readyz` with its detail and `/healthz` are served without a key; empty for none.
    package var admin: [Listen] = []
    /// Whether other processes may listen on the same addresses (SO_REUSEPORT).
    package var sharesPort = false
    /// The folder of sealing keys and journal.
    package var state = "./genlock-state"
    /// The prefix of URLs in responses, without a trailing slash; nil if not set.
    package var publicURL: BaseURL?
    package var tls: TLS?
    /// The API keys. Without keys, every caller on loopback is the owner "local".
    package var keys: [Key] = []
    /// Files that add vendors or models, from the folder that `vendors` names.
    package var vendorFiles: [VendorFile] = []
    package var vendorsFolder: String?
    package var accounts: [Account] = []
    /// Whether the accounts come from the environment, because the file has none.
    package var accountsAreFromEnvironment = true
    /// The proxies for accounts without their own.
    package var proxies = ProxyEnvironment()
    package var aliases: [Alias] = []
    /// Prices that override the catalog's; the most specific pattern first.
    package var prices: [ContractPrice] = []
    package var dialects = Dialects()
    package var journal = Journal.sqlite
    package var limits = Limits()
    package var log = Log()
    /// Values of `Host` and `Origin` accepted without keys, in addition to loopback names: `studio.local`, `studio.local:8080`. Lower case.
    package var hosts: [String] = []
    /// Origins whose web pages may call: `https://app.example.com`. `*`, which needs keys, allows every page.
    package var cors: [String] = []
    /// The text of the sealing keys from `GENLOCK_SEAL_KEYS`; nil if they are in the state folder.
    package var sealKeys: Secret?
    /// Whether the file says `keys: none`: a reload may remove all keys.
    package var keysAreNone = false
    /// Whether the file says `accounts: none`: a reload may remove all accounts, and the test vendor does not replace them.
    package var accountsAreNone = false
    /// Whether the file has nothing but comments.
    package var isBlank = false
    /// Accounts that are not used because their secrets are empty.
    package var omittedAccounts: [String] = []
    /// Whether the process may write a core dump, which contains its keys.
    package var allowsCoreDumps = false
    /// Whether the server follows accepted jobs to their end by itself.
    package var watchesJobs = true
    /// False for a server of one command: it does not have the webhooks of the server that may use the same state folder, and leaves
    /// events to it.
    package var deliversEvents = true
    /// Which URLs may receive webhooks.
    package var receivers = ReceiverPolicy()
    /// Nil if no results are kept.
    package var results: Results?
    /// Whether images of kept videos are made where `ffmpeg` is installed.
    package var makesThumbnails = true
    /// Settings that are valid but may be mistakes.
    package var warnings: [ConfigurationError] = []

    package init() {}

    /// The names that a configuration may use: vendors, dialects, models.
    package struct Vocabulary: Sendable {
        package var cards: [VendorCard]
        package var dialects: [String]

        /// The card of the vendor that a file declares; nil if it declares models only.
        package var card: @Sendable (VendorFile) throws(ConfigurationError) -> VendorCard?

        package init(
            cards: [VendorCard], dialects: [String],
            card: @escaping @Sendable (VendorFile) throws(ConfigurationError) -> VendorCard? = { _ in nil }
        ) {
            self.cards = cards
            self.dialects = dialects
            self.card = card
        }

        var vendorNames: [String] { cards.flatMap { [$0.name] + $0.aliases } }

        /// The card with that name or alias.
        package func card(named name: String) -> VendorCard? {
            cards.first { $0.name == name } ?? cards.first { $0.aliases.contains(name) }
        }
    }

    /// One file of the vendors folder.
    package struct VendorFile: Sendable, Equatable {
        package var path: String
        package var text: Bytes

        package init(path: String, text: Bytes) {
            self.path = path
            self.text = text
        }
    }

    /// HTTPS, as paths of PEM files.
    package struct TLS: Sendable, Equatable {
        package struct Identity: Sendable, Equatable {
            /// A PEM file: the server's certificate first, then its chain.
            package var certificate: String
            package var key: String
        }

        /// The first is for clients that request no name, or an unknown one.
        package var identities: [Identity]
        /// Clients without a certificate of these authorities are rejected; nil if client certificates are not requested.
        package var clientCA: String?
    }

    /// The paths of the dialects.
    package struct Dialects: Sendable, Equatable {
        /// The dialect of `/v1/videos` and `/v1/models` without a mount.
        package var defaultDialect = "openai"
        /// Mounts other than `/name`; nil for a dialect that is not mounted.
        package var mounts: [String: String?] = [:]
    }

    /// Where jobs are stored that must survive a crash.
    package enum Journal: Sendable {
        case sqlite
        case off
        /// The URL may contain a password.
        case postgres(Secret)
    }

    package struct Log: Sendable, Equatable {
        package enum Level: String, Sendable, CaseIterable { case trace, debug, info, notice, warning, error, critical }
        /// `auto`: text on a terminal, JSON lines elsewhere.
        package enum Format: String, Sendable, CaseIterable { case auto, text, json }
        package var level = Level.info
        package var format = Format.auto
    }
}
