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

/// One request on its way through the gateway: its id, who came, what is told about it in the log. No prompt and no secret passes
/// through here.
package final class RequestContext {
    let exchange: any Exchange
    /// The exchange's, kept: each look at that one would copy it.
    package private(set) var head: RequestHead
    let began: Timestamp
    let start: Instant
    let requestID: String
    var owner: String?
    var account: String?
    /// The job that the request is about, once that is known.
    var job: AccessLogEntry.Job?
    private(set) var dialect: String?
    private(set) var route: String?
    private var status = 0
    private var fault: Fault?

    private let limits: Limits
    private let cors: CORS

    package init(_ exchange: any Exchange, began: Timestamp, start: Instant, random: RandomSource, limits: Limits, cors: CORS) {
        self.exchange = exchange
        self.limits = limits
        self.cors = cors
        self.began = began
        self.start = start
        head = exchange.head
        requestID = RequestID.accepted(head.headers[.xRequestID]) ?? RequestID.make(random: random)
    }

    /// Goes on as if the client had sent that path.
    func reroute(to path: String) { head.path = path }

    /// What the log says of the job: the work is that of its present try.
    package func note(job id: String, _ claims: Claims, cost: Money?) {
        account = claims.account
        job = AccessLogEntry.Job(id: id, vendor: claims.vendor, model: claims.model, cost: cost?.dollars)
    }

    package func note(dialect: String?, route: String) {
        self.dialect = dialect
        self.route = route
    }

    /// What some dialects mention in their errors.
    var renderContext: RenderContext { RenderContext(path: head.path, requestID: requestID, now: began) }

    package func note(status: Int) { self.status = status }

    /// The request with its whole body, unpacked.
    func readRequest(_ limits: Limits) async throws(Fault) -> Request {
        var request = Request(method: head.method, path: head.path, query: head.query, headers: head.headers)
        do {
            request.body = try await exchange.readBody(limit: limits.maxBodyBytes, ratio: limits.maxInflateRatio)
            request.headers.remove(.contentEncoding)  // It is undone.
        } catch let failure as BodyError {
            throw failure.fault(limits)
        } catch {
            throw Fault(.malformed, "The request body could not be read.", detail: "\(error)")
        }
        return request
    }

    package func answer(_ response: Response) async { await send(response) }

    /// The answer to a create.
    package func answer(_ response: Response, about acceptedJob: AcceptedJob) async {
        var response = response
        response.headers.describe(acceptedJob)
        await send(response)
    }

    package func refuse(_ fault: Fault, in dialect: any Dialect, allow: String? = nil) async {
        self.fault = fault
        var response = dialect.render(fault, on: renderContext)
        if let allow { response.headers.set("allow", allow) }
        if fault.cause == .unknownContentCoding { response.headers.set(.acceptEncoding, "gzip") }
        await send(response)
    }

    /// Adds what every answer carries, whatever its route.
    func addCommonHeaders(_ headers: inout Headers) {
        headers.set(.xRequestID, requestID)
        cors.apply(to: &headers, path: head.path, origin: head.headers[.origin])
    }

    private func send(_ response: Response) async {
        var response = response
        status = response.status
        response.compress(for: head.headers, limits)
        addCommonHeaders(&response.headers)
        do { try await exchange.answer(response) } catch {
            fault = fault ?? Fault(.internalError, "The client left before the answer.", detail: "\(error)")
        }
    }

    /// What the log is told when the request is over.
    package func accessLogEntry(now: Instant) -> AccessLogEntry {
        AccessLogEntry(
            id: requestID, method: head.method.text, route: route ?? "-", path: route == nil ? head.path : nil,
            status: exchange.status ?? status, duration: now - start, owner: owner, dialect: dialect, account: account, job: job,
            fault: fault?.kind.rawValue, detail: fault?.detail, peer: head.peer.host)
    }
}

extension Response {
    /// An answer about one job.
    func withCost(of view: JobView) -> Response {
        var response = self
        response.headers.describe(costOf: view)
        return response
    }
}

extension Headers {
    /// What was changed, what it costs and who plays, for whoever reads headers.
    mutating func describe(_ acceptedJob: AcceptedJob) {
        let adapted = acceptedJob.view.warnings.compactMap(\.adapted)
        if !adapted.isEmpty { set("genlock-adapted", Headers.list(adapted)) }
        if acceptedJob.isSimulated { set("genlock-vendor", Planner.testVendor) }
        describe(costOf: acceptedJob.view)
    }

    /// As many of the changes as fit where proxies allow 4 KB for all header fields, and how many more there are.
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

    /// `genlock-cost: 0.84 USD`: what is expected while the job lives and what it came to afterwards; `unknown` where nobody knows.
    mutating func describe(costOf view: JobView) { set("genlock-cost", view.cost.map { "\($0) USD" } ?? "unknown") }
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

extension RejectedRequest {
    /// In the words of the dialects; the status stays the HTTP layer's own.
    var fault: Fault {
        switch status {
        case 500: Fault(.internalError, message)
        case 501: Fault(.notImplemented, message)
        default: Fault(.malformed, message)
        }
    }
}
