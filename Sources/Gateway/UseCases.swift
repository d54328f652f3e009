import Access
import Client
import Dialects
import JobState
import Jobs
import Net
import Seal
import Server
import Telemetry
import Upstream
import Watching
import Wire

/// The use cases of one event loop, wired together, and the answer to each command.
///
/// They depend on each other in this order, without a cycle: `StatusRefresher` never pays; `JobFailover` pays, and reads media through it;
/// `FailoverStatusRefresher` may therefore pay again; `JobSubmitter` pays, and polls jobs that hold slots through that one.
final class UseCases {
    let lookup: JobLookup
    let paidCalls: PaidCallSender
    let streamer: ContentStreamer
    let uploads: UploadReceiver
    /// Nil if no results are kept.
    private let kept: KeptResults?
    let resultKeeper: ResultKeeper?
    private let views: JobViewBuilder
    private let refresher: FailoverStatusRefresher
    private let waiter: StatusWaiter
    private let prober: VideoFormatProber
    private let submitter: IdempotentSubmitter
    private let synchronous: SynchronousResponder
    private let canceller: JobCanceller
    private let lister: JobLister
    private let deleter: JobDeleter
    private let directory: ModelDirectory
    private let accountBalance: AccountBalance
    private let config: RuntimeConfig
    private let shared: SharedState

    init(_ dependencies: Dependencies) {
        config = dependencies.config
        shared = dependencies.shared
        lookup = JobLookup(dependencies)
        views = JobViewBuilder(dependencies)
        paidCalls = PaidCallSender(dependencies)
        uploads = UploadReceiver(dependencies)
        directory = ModelDirectory(dependencies)
        accountBalance = AccountBalance(dependencies)

        kept = KeptResults(dependencies)
        let ends = JobEndRecorder(dependencies)
        let poller = StatusPoller(dependencies, ends: ends)
        let policy = FailoverPolicy(dependencies)
        let unpaid = StatusRefresher(dependencies, lookup: lookup, poller: poller, ends: ends, policy: policy, kept: kept)
        let sources = ContentSourceOpener(dependencies)
        let unpaidContent = ContentOpener(dependencies, lookup: lookup, status: unpaid, sources: sources, kept: kept)
        let localMedia = LocalMediaReader(dependencies, lookup: lookup, content: unpaidContent)
        resultKeeper = ResultKeeper(dependencies, kept: kept, lookup: lookup, content: unpaidContent)
        let calls = CallPreparer(dependencies, localMedia: localMedia)
        let candidates = CandidateSelector(dependencies, lookup: lookup)
        let failover = JobFailover(dependencies, policy: policy, candidates: candidates, calls: calls, paidCalls: paidCalls)
        refresher = FailoverStatusRefresher(unpaid, failover: failover)

        let content = ContentOpener(dependencies, lookup: lookup, status: refresher, sources: sources, kept: kept)
        streamer = ContentStreamer(dependencies, content: content)
        prober = VideoFormatProber(dependencies, lookup: lookup, sources: sources)
        waiter = StatusWaiter(dependencies, lookup: lookup, status: refresher)
        canceller = JobCanceller(dependencies, lookup: lookup, status: refresher, views: views)
        lister = JobLister(dependencies, lookup: lookup, poller: poller, views: views, kept: kept)
        deleter = JobDeleter(
            dependencies, lookup: lookup, status: refresher, views: views, canceller: canceller, ends: ends)
        synchronous = SynchronousResponder(
            dependencies, status: refresher, views: views, prober: prober, content: content, streamer: streamer)
        submitter = IdempotentSubmitter(
            dependencies,
            submitter: JobSubmitter(
                dependencies, candidates: candidates,
                admissionWaiter: AdmissionWaiter(dependencies, lookup: lookup, status: refresher), calls: calls, paidCalls: paidCalls,
                intents: IntentRecorder(dependencies), views: views, policy: policy),
            lookup: lookup, views: views)
    }

    /// Starts a job, or finds the job that the same request has started, and answers with it.
    func create(_ command: CreateCommand, from request: Request, _ context: RequestContext) async throws(Fault) {
        let request = try await CreateRequest(
            request, from: context.caller.owner, requestID: context.requestID, limits: config.limits)
        let disconnect = ClientDisconnect(context.exchange)
        let pending = PendingCreate(
            command, request, caller: context.caller, dialect: context.dialect.name, disconnect: disconnect)
        let (accepted, number): (AcceptedJob, IdempotencyStore.Number?)
        do throws(Fault) { (accepted, number) = try await submitter.submit(pending) } catch { throw command.withClientNames(error) }
        let job = OpenedJob(id: accepted.view.id, owner: context.caller.owner, claims: accepted.claims)
        context.note(job, cost: accepted.view.cost)
        if command.delivery == .asynchronous {
            await context.answer(context.render(.created(accepted.view, command)), about: accepted)
        } else {
            try await synchronous.respond(with: accepted, to: command, context)
        }
        if let number, !disconnect.hasDisconnected, !context.exchange.clientIsGone { submitter.markDelivered(number) }
    }

    func status(of id: String, _ request: Request, _ context: RequestContext, responses: StatusResponseCache) async throws(Fault) {
        let timeout = try waiter.requestedWait(of: request)
        let revision = shared.revisions.revision(of: id)
        let job = try await lookup.open(id, for: context.caller.owner)
        context.note(job, cost: job.claims.cost)
        var snapshot = try await refresher.refreshStatus(of: job)
        if timeout > .zero, !snapshot.progress.isFinal {
            snapshot = try await waiter.waitForChange(of: job, since: snapshot, timeout: timeout, context.exchange)
        }
        await prober.probeFormat(of: job, snapshot)
        await kept?.loadExpiry(of: job, snapshot)
        let view = views.view(of: job, snapshot)
        context.note(job, cost: view.cost)
        if let ttl = context.dialect.jobTTL, let ended = view.completed, context.now - ended > ttl { throw JobLookup.noSuchJob }
        var response = context.render(.status(view))
        response.headers.describe(costOf: view)
        responses.store(response, about: job, status: snapshot, revision: revision, in: context)
        await context.answer(response)
    }

    /// Polls a watched job: records its end, and fails it over if its alias says so, which pays again.
    func poll(_ watched: WatchedJob) async -> WatchResult {
        do throws(Fault) {
            let job = try await lookup.open(watched.id, for: Owner(name: watched.owner))
            let snapshot = try await refresher.refreshStatus(of: job)
            guard !snapshot.progress.isFinal else { return .ended }
            let account = try lookup.account(of: lookup.current(job).claims)
            return .running(account: account.name, pollInterval: account.card.pollInterval)
        } catch {
            if error.kind == .notFound { return .ended }
            return .failed(retryAfter: error.kind == .vendorRateLimited ? error.retryAfter : nil)
        }
    }

    func content(_ kind: Asset.Kind, of id: String, _ context: RequestContext) async throws(Fault) {
        let job = try await lookup.open(id, for: context.caller.owner)
        context.note(job, cost: shared.jobMetadata[id]?.cost ?? job.claims.cost)
        try await streamer.stream(kind, of: job, to: context)
    }

    func cancel(_ id: String, _ context: RequestContext) async throws(Fault) {
        let job = try await lookup.open(id, for: context.caller.owner)
        context.note(job, cost: nil)
        let view = try await canceller.cancel(job)
        context.log.job?.cost = view.cost?.dollars
        await context.answer(context.render(.cancelled(view)), about: view)
    }

    func delete(_ id: String, _ context: RequestContext) async throws(Fault) {
        let job = try await lookup.open(id, for: context.caller.owner)
        context.note(job, cost: nil)
        let view = try await deleter.delete(job)
        context.log.job?.cost = view.cost?.dollars
        await context.answer(context.render(.deleted(view)), about: view)
    }

    func list(_ page: Page, _ context: RequestContext) async throws(Fault) {
        let (views, hasMore) = try await lister.page(page, of: context.caller.owner)
        await context.answer(context.render(.list(views, hasMore: hasMore)))
    }

    func models(_ query: ModelQuery, _ context: RequestContext) async {
        let caller = context.caller
        await context.answer(
            config.modelLists.response(query, in: context.dialect.name, isWhole: caller.models == nil) {
                context.render(.models(directory.models(query, for: caller), query))
            })
    }

    func model(_ name: String, _ context: RequestContext) async throws(Fault) {
        await context.answer(context.render(.model(try directory.model(name, for: context.caller))))
    }

    func account(_ word: String, _ context: RequestContext) async throws(Fault) {
        let view = try await accountBalance.balance(of: context.caller, at: context.now)
        await context.answer(context.render(.account(view, word: word)))
    }

    func upload(_ context: RequestContext) async throws(Fault) {
        await context.answer(context.render(.upload(try uploads.makeUpload(for: context.caller, at: context.now))))
    }
}

/// What the use cases of one event loop are made from. Each of them stores only the parts that it needs.
final class Dependencies {
    let config: RuntimeConfig
    let shared: SharedState
    let upstream: Upstream
    /// The wall clock: what people and vendors read, and what is stored.
    let clock: () -> Timestamp
    /// The clock for all intervals. It does not move when the wall clock is set.
    let monotonic: () -> Instant

    init(shared: SharedState, client: Client, clock: @escaping () -> Timestamp, monotonic: @escaping () -> Instant) {
        self.shared = shared
        self.clock = clock
        self.monotonic = monotonic
        config = shared.config
        upstream = Upstream(
            client: client, signer: shared.signer, limits: config.limits, random: config.random, egress: config.egress,
            telemetry: shared.telemetry, clock: clock)
    }
}
