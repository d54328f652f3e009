import Dialects
import Jobs
import Vendors
import Wire

/// What clients and vendors say: every text ends in a question, a finding or a fault.
enum Talks {
    private static let types = [
        "application/json", "application/x-www-form-urlencoded", "multipart/form-data; boundary=b", "text/plain", "",
    ]

    /// The first byte chooses the dialect, the second the route, the third the media type; the rest is the body.
    static func dialects(_ bytes: Bytes) throws(FuzzCase.Broken) {
        guard bytes.count >= 3 else { return }
        let dialect = Dialects.all[Int(bytes[0]) % Dialects.all.count]
        let route = dialect.routes[Int(bytes[1]) % dialect.routes.count]
        let body = bytes[3...]
        var request = Request(method: route.method, path: route.pattern, body: route.method == .post ? body : [])
        if route.method != .post { request.query = Query(parsing: body) }
        request.headers.set(.contentType, types[Int(bytes[2]) % types.count])
        do throws(Fault) {
            _ = try dialect.read(request, at: Route.Match(action: route.action, captures: ["id": "video_x"]))
        } catch {
            let status = dialect.render(error).status
            try FuzzCase.hold((200..<600).contains(status), "\(dialect.name) answers \(error.kind) with \(status)")
            try FuzzCase.hold(error.kind != .internalError, "\(dialect.name): \(error.message) \(error.detail ?? "")")
        }
    }

    /// The first byte chooses the vendor, the second the status; the rest is the body.
    static func vendors(_ bytes: Bytes) throws(FuzzCase.Broken) {
        guard bytes.count >= 2 else { return }
        let vendor = Registry.vendors[Int(bytes[0]) % Registry.vendors.count]
        let status = [200, 201, 202, 204, 400, 401, 402, 404, 409, 422, 429, 500, 503][Int(bytes[1]) % 13]
        let reply = Reply(status: status, body: bytes[2...])
        let accepted = try? vendor.ticket(from: reply, to: Call(.start, .post, "/"))
        if let accepted {
            try FuzzCase.hold(
                accepted.fields.contains { !$0.isEmpty }, "\(vendor.card.name) accepts by \(status) and names nothing")
        }
        let ticket = accepted ?? Ticket("a", "b", "c")
        _ = vendor.ask(ticket)
        _ = vendor.stop(ticket)
        _ = try? vendor.progress(from: reply, for: ticket)
    }
}
