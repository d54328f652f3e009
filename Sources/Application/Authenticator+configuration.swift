import Access
import Configuration
import Crypto
import Seal

extension Authenticator {
    init(_ configuration: Configuration) {
        let keys = configuration.keys.compactMap { key -> APIKey? in
            Digest(key.sha256).map { digest in
                var caller = Caller(Owner(name: key.name), models: key.models.map(\.description))
                (caller.rate, caller.budget, caller.unpriced) = (key.rate, key.budget, key.unpriced)
                caller.isAdmin = key.isAdmin
                return APIKey(caller: caller, digest: digest)
            }
        }
        self.init(
            keys: keys, hosts: configuration.hosts,
            origins: configuration.hosts.flatMap { ["http://" + $0, "https://" + $0] } + configuration.cors)
    }
}
