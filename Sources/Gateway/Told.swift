import Jobs
import Net
import Routing
import Seal
import Server
import Telemetry
import Wire

/// An answer about a job, with all that it depends on but the request's id. Clients ask for a job over and over, and nothing new can be
/// known of it while its vendor is not to be asked again.
struct Told {
    let response: Response
    let owner: Owner
    let dialect: String?
    let route: String?
    let account: String?
    let job: RequestLine.Job?
    /// How its client called this router, which stands in the links.
    fileprivate let call: Call
    fileprivate let mark: Revisions.Mark
    fileprivate let until: Instant

    fileprivate struct Call: Equatable {
        let authority: String
        let scheme: String?
        let isTLS: Bool

        init(_ head: RequestHead) {
            authority = head.authority
            scheme = head.headers["x-forwarded-proto"]
            isTLS = head.isTLS
        }
    }
}

extension Gateway {
    /// What was answered to the same request, if nothing has become known of its job since. Its caller must show its key again.
    func toldBefore(to visit: Visit) -> Response? {
        let head = visit.head
        guard head.method == .get, head.bodyLength == 0, let told = told[head.path], visit.start < told.until,
            house.revisions.holds(told.mark), told.call == Told.Call(head), head.query.isEmpty,
            let caller = try? studio.owners.caller(of: head), caller.owner == told.owner
        else { return nil }
        if let dialect = told.dialect, let route = told.route { visit.note(dialect: dialect, route: route) }
        visit.owner = told.owner.name
        visit.account = told.account
        visit.job = told.job
        return told.response
    }

    /// Keeps the answer for the next time.
    /// - Parameter mark: the job's, before anything was looked up for the answer.
    func tell(_ response: Response, about claims: Claims, _ sight: Watch.Sight, to visit: Visit, of owner: Owner, _ mark: Revisions.Mark) {
        let head = visit.head
        var until = visit.start + studio.limits.toldTime
        if !sight.progress.isFinal { until = min(until, sight.learnt + (studio.accounts[claims.account]?.card.pollInterval ?? .zero)) }
        guard visit.start < until, house.revisions.holds(mark), head.method == .get, head.bodyLength == 0, head.query.isEmpty else {
            return
        }
        let told = Told(
            response: response, owner: owner, dialect: visit.dialect, route: visit.route, account: visit.account, job: visit.job,
            call: Told.Call(head),
            mark: mark, until: until)
        self.told.keep(head.path, told)
    }
}
