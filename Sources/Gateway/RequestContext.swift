import Access
import Crypto
import Dialects
import JobState
import Jobs
import Net
import Routing
import Seal
import Server
import Telemetry
import Wire

/// One request on its way through the gateway: its caller and dialect, its id and times, and the means to answer it. Prompts and secrets
/// are not stored here, since its fields go to the log.
package final class RequestContext {
    /// What the access log says beside the request and its status.
    struct LogFields {
        var owner: String?
        var account: String?
        var dialect: String?
        var route: String?
        /// The job that the request is about.
        var job: AccessLogEntry.Job?
    }

    let exchange: any Exchange
    // The code of one request uses its properties one after the other: exclusivity is not checked at run time.
    @exclusivity(unchecked) package private(set) var head: RequestHead
    /// When the request began, on the wall clock.
    let now: Timestamp
    /// When the request began, on the monotonic clock.
    let start: Instant
    let requestID: String
    /// Until the key has been checked: a caller that may do nothing.
    private(set) var caller = RequestContext.unauthenticated
    /// The dialect of the answer.
    @exclusivity(unchecked) private(set) var dialect: any Dialect
    @exclusivity(unchecked) var log = LogFields()
    @exclusivity(unchecked) private var status = 0
    @exclusivity(unchecked) private var fault: Fault?

    private let config: RuntimeConfig
    private let cors: CORS
    /// Records the request when an immediate answer has been sent.
    @exclusivity(unchecked) private var recorder: RequestRecorder?

    /// - Parameter cors: which web pages may read the answer; nil for those of the configuration.
    package init(_ exchange: any Exchange, now: Timestamp, start: Instant, config: RuntimeConfig, cors: CORS? = nil) {
        self.exchange = exchange
        self.config = config
        self.cors = cors ?? config.cors
        self.now = now
        self.start = start
        head = exchange.head
        dialect = config.standardDialect
        requestID = RequestID.accepted(head.headers[.xRequestID]) ?? RequestID.make(random: config.random)
    }

    private static let unauthenticated = Caller(Owner(name: ""), models: [])

    /// Treats the request as if the client had sent this path.
    func reroute(to path: String) { head.path = path }

    /// Sets the dialect and the route that was matched.
    func route(to dialect: any Dialect, pattern: String) {
        self.dialect = dialect
        note(dialect: dialect.name, route: pattern)
    }

    func authenticate(as caller: Caller) {
        self.caller = caller
        log.owner = caller.owner.name
    }

    /// Notes the job for the log: with the vendor and model of its current attempt.
    func note(_ job: OpenedJob, cost: Money?) {
        log.account = job.claims.account
        log.job = AccessLogEntry.Job(id: job.id, vendor: job.claims.vendor, model: job.claims.model, cost: cost?.dollars)
    }

    package func note(dialect: String?, route: String) {
        log.dialect = dialect
        log.route = route
    }

    func note(status: Int) { self.status = status }

    /// What some dialects put into their errors.
    var renderContext: RenderContext { RenderContext(path: head.path, requestID: requestID, now: now) }

    /// Reads the whole body and decodes its content coding.
    func readRequest() async throws(Fault) -> Request {
        var request = Request(method: head.method, path: head.path, query: head.query, headers: head.headers)
        do {
            request.body = try await exchange.readBody(limit: config.limits.maxBodyBytes, ratio: config.limits.maxInflateRatio)
            request.headers.remove(.contentEncoding)  // The body is decoded now.
        } catch let failure as BodyError {
            throw failure.fault(config.limits)
        } catch {
            throw Fault(.malformed, "The request body could not be read.", detail: "\(error)")
        }
        return request
    }

    /// The answer in the dialect, with links that begin with the URL under which the client reached this router.
    func render(_ result: CommandResult) -> Response { dialect.render(result.withAbsoluteLinks(origin)) }

    func splicedBody(for view: JobView, of command: CreateCommand) -> SplicedBody {
        dialect.splicedBody(for: view.withAbsoluteLinks(origin), of: command)
    }

    /// Evaluated only if there are links.
    private func origin() -> String { config.publicURL ?? Origin.requested(by: head) ?? Origin.fallback }

    package func answer(_ response: Response) async { await send(response) }

    /// Answers a create.
    func answer(_ response: Response, about accepted: AcceptedJob) async {
        var response = response
        response.headers.describe(accepted)
        await send(response)
    }

    /// Answers a request about one job.
    func answer(_ response: Response, about view: JobView) async {
        var response = response
        response.headers.describe(costOf: view)
        await send(response)
    }

    /// - Parameter allow: the value of the `allow` field.
    package func refuse(_ fault: Fault, allow: String? = nil) async {
        self.fault = fault
        var response = dialect.render(fault, on: renderContext)
        if let allow { response.headers.set("allow", allow) }
        if fault.cause == .unknownContentCoding { response.headers.set(.acceptEncoding, "gzip") }
        await send(response)
    }

    /// Refuses a request that matches no route, in the dialect of its path.
    func refuse(_ fault: Fault, in dialect: any Dialect, allow: String? = nil) async {
        self.dialect = dialect
        await refuse(fault, allow: allow)
    }

    /// Adds the headers that every answer has.
    func addCommonHeaders(_ headers: inout Headers) {
        headers.set(.xRequestID, requestID)
        cors.apply(to: &headers, path: head.path, origin: head.headers[.origin])
    }

    private func send(_ response: Response) async {
        do { try await exchange.answer(complete(response)) } catch { noteInterruption(error) }
    }

    /// The response with what every response has.
    private func complete(_ response: Response) -> Response {
        var response = response
        status = response.status
        response.compress(for: head.headers, config.limits)
        addCommonHeaders(&response.headers)
        return response
    }

    private func noteInterruption(_ error: any Error) {
        fault = fault ?? Fault(.internalError, "The client left before the answer.", detail: "\(error)")
    }

    /// What metrics say of the request.
    func sample(now: Instant) -> RequestSample {
        RequestSample(
            method: head.method.text, route: log.route ?? "-", dialect: log.dialect, status: exchange.status ?? status,
            duration: now - start, account: log.account, fault: fault?.kind.rawValue)
    }

    func accessLogEntry(_ sample: RequestSample) -> AccessLogEntry {
        AccessLogEntry(
            id: requestID, method: sample.method, route: sample.route, path: log.route == nil ? head.path : nil, status: sample.status,
            duration: sample.duration, owner: log.owner, dialect: sample.dialect, account: sample.account, job: log.job,
            fault: sample.fault, detail: fault?.detail, peer: head.peerHost)
    }
}

extension RequestContext: ResponseObserver {
    /// Answers without waiting.
    /// - Parameter recorder: records the request when the response has been sent, or cannot be.
    func answerImmediately(_ response: Response, recorder: RequestRecorder) {
        self.recorder = recorder
        exchange.answer(complete(response), notifying: self)
    }

    package func responseDidEnd(_ error: ResponseWriteError?) {
        if let error { noteInterruption(error) }
        recorder.take()?.record(self)
    }
}

extension Headers {
    /// Describes a new job: what was adapted, what it costs, and whether it is simulated.
    mutating func describe(_ accepted: AcceptedJob) {
        let adapted = accepted.view.warnings.compactMap(\.adapted)
        if !adapted.isEmpty { set("genlock-adapted", Headers.list(adapted)) }
        if accepted.isSimulated { set("genlock-vendor", Planner.testVendor) }
        describe(costOf: accepted.view)
    }

    /// As many changes as fit, and the number of the others. Proxies often allow 4 KB for all header fields.
    private static func list(_ changes: [String]) -> String {
        var text = ""
        for (index, change) in changes.enumerated() {
            let next = index == 0 ? change : ", " + change
            guard text.utf8.count + next.utf8.count <= maxListBytes else { return text + ", and \(changes.count - index) more" }
            text += next
        }
        return text
    }

    private static let maxListBytes = 2048

    /// `genlock-cost: 0.84 USD`: the expected cost while the job runs, the settled cost afterwards; `unknown` without a price.
    mutating func describe(costOf view: JobView) { set(Headers.costName, view.cost.map { "\($0) USD" } ?? "unknown") }

    private static let costName: HeaderName = "genlock-cost"
}

extension BodyError {
    func fault(_ limits: Limits) -> Fault {
        switch self {
        case .tooLarge: Fault(.tooLarge, message)
        case .timedOut, .incomplete, .malformed, .badEncoding: Fault(.malformed, message)
        case .unknownCoding: Fault(.unsupportedMediaType, message, code: "unsupported_content_encoding", cause: .unknownContentCoding)
        case .overloaded: Fault(.overloaded, message, retryAfter: limits.overloadRetryAfter)
        }
    }
}

/// The id of one request in answers and logs.
enum RequestID {
    static func make(random: RandomSource) -> String { "req_" + Hex.text(random.bytes(12)) }

    /// The client's own id, if it is short and has only safe characters.
    static func accepted(_ text: String?) -> String? {
        guard let text, (1...64).contains(text.utf8.count) else { return nil }
        let isPlain = text.utf8.allSatisfy { byte in
            switch byte {
            case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, UInt8(ascii: "-"), UInt8(ascii: "_"), UInt8(ascii: "."): true
            default: false
            }
        }
        return isPlain ? text : nil
    }
}
