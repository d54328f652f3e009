import Client
import Crypto
import Jobs
import Journal
import Net
import Seal
import Synchronization
import Wire

/// What the program has once for webhooks: the endpoints, their secrets, and the settings of the configuration.
package final class SharedWebhooks: Sendable {
    /// The part of the configuration that concerns webhooks. A reload replaces it.
    package struct Settings: Sendable {
        package var policy: ReceiverPolicy
        package var endpoints: [Endpoint]
        package var limits: Limits
        /// The proxy for a URL.
        package var proxy: @Sendable (String) -> ClientRequest.Proxy?

        package init(
            policy: ReceiverPolicy = ReceiverPolicy(), endpoints: [Endpoint] = [], limits: Limits = Limits(),
            proxy: @escaping @Sendable (String) -> ClientRequest.Proxy? = { _ in nil }
        ) {
            self.policy = policy
            self.endpoints = endpoints
            self.limits = limits
            self.proxy = proxy
        }
    }

    /// An endpoint of the configuration.
    package struct Endpoint: Sendable {
        package let id: String
        /// The name of the key to whose jobs it listens.
        package let owner: String
        package let url: String
        /// The newest first.
        package let secrets: [WebhookSecret]
        package let events: Set<JobEvent>

        package init(id: String, owner: String, url: String, secrets: [WebhookSecret], events: Set<JobEvent>) {
            self.id = id
            self.owner = owner
            self.url = url
            self.secrets = secrets
            self.events = events
        }
    }

    private struct State {
        var settings: Settings
        /// Advances with each `adopt`.
        var revision = 0
        var stats = DeliveryStats()
        var dispatcher: Confined<WebhookDispatcher>?
    }

    package let journal: Journal
    package let sealer: WebhookSealer
    package let endpoints: EndpointStore
    private let state: Mutex<State>

    package init(
        _ journal: Journal, keys: KeyRing, settings: Settings = Settings(), limits: Limits, random: RandomSource,
        clock: @escaping @Sendable () -> Timestamp
    ) {
        self.journal = journal
        sealer = WebhookSealer(keys, random: random)
        endpoints = EndpointStore(journal, sealer: sealer, random: random, limits: limits, clock: clock)
        state = Mutex(State(settings: settings))
        applyEndpoints(of: settings)
    }

    package var settings: Settings { state.withLock { $0.settings } }

    /// What the journal held when it was last read.
    package var stats: DeliveryStats { state.withLock { $0.stats } }

    /// Replaces the settings and the sealing keys by those of a new configuration.
    package func adopt(_ settings: Settings, keys: KeyRing) {
        sealer.adopt(keys)
        state.withLock { state in
            state.settings = settings
            state.revision += 1
        }
        applyEndpoints(of: settings)
    }

    private func applyEndpoints(of settings: Settings) {
        journal.setConfiguredEndpoints(
            settings.endpoints.map { ConfiguredEndpoint(id: $0.id, owner: $0.owner, events: $0.events) })
        // The operator asks for them again, also for those that answered 410 before.
        if !settings.endpoints.isEmpty { journal.enableEndpoints(settings.endpoints.map(\.id)) }
    }

    /// Sends an example of an event, once, whether the endpoint wants such events or not.
    /// - Returns: nil if the endpoint's secret cannot be read, or before the program delivers events.
    package func sendTest(of event: JobEvent, to endpoint: WebhookEndpoint, at now: Timestamp) async -> DeliveryAttempt? {
        let secrets = endpoints.secrets(of: endpoint, at: now)
        guard !secrets.isEmpty, let dispatcher = state.withLock({ $0.dispatcher }) else { return nil }
        let test = WebhookEvent(id: "evt_test", event: event, jobID: "video_test", created: now)
        let request = test.request(to: endpoint.url, secrets: secrets, at: now)
        return await dispatcher.loop.run { _ in await dispatcher.open().send(request, owner: endpoint.owner) }
    }

    /// Starts no further attempt, and waits for those that run.
    package func close(within time: Duration) async {
        guard let dispatcher = state.withLock({ $0.dispatcher }) else { return }
        await dispatcher.loop.run { _ in await dispatcher.open().close(within: time) }
    }

    // MARK: For the dispatcher

    var currentSettings: (settings: Settings, revision: Int) { state.withLock { ($0.settings, $0.revision) } }

    func setDispatcher(_ dispatcher: Confined<WebhookDispatcher>) { state.withLock { $0.dispatcher = dispatcher } }

    func setStats(_ stats: DeliveryStats) { state.withLock { $0.stats = stats } }
}
