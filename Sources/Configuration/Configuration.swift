import Crypto
import Jobs
import Wire

/// What the operator decided: one YAML file, environment variables and flags over it, defaults below. Complete and checked; nothing of
/// it is read again later.
package struct Configuration: Sendable {
    /// The file it came from; nil without one.
    package var file: String?
    package var listen: [Listen] = [.tcp(host: "127.0.0.1", port: 8080)]
    /// Of the addresses in `listen` that have some.
    package var listenOptions: [Listen: ListenOptions] = [:]
    /// Where `/metrics`, `/readyz` with its detail and `/healthz` are served without a key; empty for nowhere.
    package var admin: [Listen] = []
    /// Whether other processes may listen on the same addresses at the same time.
    package var sharesPort = false
    /// The folder of sealing keys and journal.
    package var state = "./genlock-state"
    /// The prefix of URLs in answers, without a slash at the end; nil where none was given.
    package var publicURL: BaseURL?
    package var tls: TLS?
    /// Who may call. Empty: every caller on loopback is the owner "local".
    package var keys: [Key] = []
    /// Files that add vendors or models, from the folder that `vendors` names.
    package var vendorFiles: [VendorFile] = []
    package var vendorsFolder: String?
    package var accounts: [Account] = []
    /// Whether the accounts are those that the environment has credentials for, because no file names any.
    package var accountsAreFromEnvironment = true
    /// For accounts without a proxy of their own.
    package var proxies = ProxyEnvironment()
    package var aliases: [Alias] = []
    /// What the operator's own contracts say, over the catalog's prices; the closest pattern first.
    package var prices: [ContractPrice] = []
    package var dialects = Dialects()
    package var journal = Journal.sqlite
    package var limits = Limits()
    package var log = Log()
    /// Values of `Host` and `Origin` accepted without keys, beyond the loopback names: `studio.local`, `studio.local:8080`. Lower case.
    package var hosts: [String] = []
    /// Origins whose web pages may call: `https://app.example.com`. `*`, which needs keys, allows every page.
    package var cors: [String] = []
    /// The text of the sealing keys from `GENLOCK_SEAL_KEYS`; nil if they are in the state folder.
    package var sealKeys: Secret?
    /// Whether the file says `keys: none`: a reload may take every key away.
    package var keysAreNone = false
    /// Whether the file says `accounts: none`: a reload may take every account away. The test vendor does not step in.
    package var accountsAreNone = false
    /// The file has nothing in it but comments.
    package var isBlank = false
    /// Accounts of the file that are left out because their secrets are empty.
    package var omittedAccounts: [String] = []
    /// Whether the process may leave a core dump, in which its keys are.
    package var allowsCoreDumps = false
    /// What runs but may not be meant.
    package var warnings: [ConfigurationError] = []

    package init() {}

    /// What the rest of the program knows, for checking the names that a configuration uses.
    package struct Vocabulary: Sendable {
        package var cards: [VendorCard]
        package var dialects: [String]

        /// The card of the vendor that a file tells of; nil where it tells of models only.
        package var card: @Sendable (VendorFile) throws(ConfigurationError) -> VendorCard?

        package init(
            cards: [VendorCard], dialects: [String],
            card: @escaping @Sendable (VendorFile) throws(ConfigurationError) -> VendorCard? = { _ in nil }
        ) {
            self.cards = cards
            self.dialects = dialects
            self.card = card
        }

        /// The card that is called so, by its name or one of its aliases.
        package func card(named name: String) -> VendorCard? {
            cards.first { $0.name == name } ?? cards.first { $0.aliases.contains(name) }
        }
    }

    /// The text of one file of the vendors' folder.
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
            /// The server's own certificate first, its chain behind it.
            package var certificate: String
            package var key: String
        }

        /// The first is for clients that ask for no name, or for one that no certificate bears.
        package var identities: [Identity]
        /// Clients without a certificate of these authorities are refused; nil: nobody is asked.
        package var clientCA: String?
    }

    /// Which dialect speaks where.
    package struct Dialects: Sendable, Equatable {
        /// The one that `/v1/videos` and `/v1/models` speak on the bare host.
        package var defaultDialect = "openai"
        /// Prefixes that differ from `/name`; nil for a dialect that has none.
        package var mounts: [String: String?] = [:]
    }

    /// Where jobs are kept that must survive a crash.
    package enum Journal: Sendable {
        case sqlite
        case off
        /// The URL may hold a password.
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
