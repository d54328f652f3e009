import Net
import Routing
import Seal
import Server
import Wire

/// An answer about a job that has ended, with all that it depends on but the request's id. Clients ask for such a job over and over.
struct Told {
    let response: Response
    let owner: Owner
    let dialect: String?
    let route: String?
    let account: String?
    /// How its client called this router, which stands in the links.
    fileprivate let call: Call
    fileprivate let place: Int
    fileprivate let revision: UInt32
    fileprivate let made: Timestamp

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
        guard head.method == .get, head.bodyLength == 0, let told = told[head.path], visit.began - told.made < studio.limits.toldTime,
            told.revision == house.revisions[told.place], told.call == Told.Call(head), head.query.isEmpty,
            let caller = try? studio.owners.caller(of: head.headers, peerIsLoopback: head.peer.isLoopback), caller.owner == told.owner
        else { return nil }
        if let dialect = told.dialect, let route = told.route { visit.note(dialect: dialect, route: route) }
        visit.owner = told.owner.name
        visit.account = told.account
        return told.response
    }

    /// Keeps the answer for the next time.
    /// - Parameter revision: the job's, before anything was looked up for the answer.
    func tell(_ response: Response, about id: String, to visit: Visit, of owner: Owner, revision: UInt32) {
        let head = visit.head
        guard head.method == .get, head.bodyLength == 0, head.query.isEmpty else { return }
        let told = Told(
            response: response, owner: owner, dialect: visit.dialect, route: visit.route, account: visit.account, call: Told.Call(head),
            place: house.revisions.place(of: id), revision: revision, made: visit.began)
        self.told.keep(head.path, told)
    }
}
