import Crypto
import Journal
import Seal
import Synchronization
import Wire

/// What the program has once for webhooks: the endpoints, their secrets, and the settings of the configuration.
package final class SharedWebhooks: Sendable {
    /// The part of the configuration that concerns webhooks. A reload replaces it.
    package struct Settings: Sendable {
        package var policy: ReceiverPolicy

        package init(policy: ReceiverPolicy = ReceiverPolicy()) { self.policy = policy }
    }

    package let journal: Journal
    package let sealer: WebhookSealer
    package let endpoints: EndpointStore
    private let currentSettings: Mutex<Settings>

    package init(
        _ journal: Journal, keys: KeyRing, settings: Settings = Settings(), limits: Limits, random: RandomSource,
        clock: @escaping @Sendable () -> Timestamp
    ) {
        self.journal = journal
        sealer = WebhookSealer(keys, random: random)
        endpoints = EndpointStore(journal, sealer: sealer, random: random, limits: limits, clock: clock)
        currentSettings = Mutex(settings)
    }

    package var settings: Settings { currentSettings.withLock { $0 } }

    /// Replaces the settings and the sealing keys by those of a new configuration.
    package func adopt(_ settings: Settings, keys: KeyRing) {
        sealer.adopt(keys)
        currentSettings.withLock { $0 = settings }
    }
}
