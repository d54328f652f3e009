import Dialects
import Jobs
import Vendors
import Wire

/// What clients and vendors say: every text ends in a question, a finding or a fault.
package enum DialectProperties {
    private static let types = [
        "application/json", "application/x-www-form-urlencoded", "multipart/form-data; boundary=b", "text/plain", "",
    ]

    /// The first byte chooses the dialect, the second the route, the third the media type; the rest is the body.
    static func dialects(_ bytes: Bytes) throws(FuzzCase.PropertyError) {
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
            try FuzzCase.require((200..<600).contains(status), "\(dialect.name) answers \(error.kind) with \(status)")
            try FuzzCase.require(error.kind != .internalError, "\(dialect.name): \(error.message) \(error.detail ?? "")")
        }
    }

    /// The first byte chooses the vendor, the second the status; the rest is the body.
    static func vendors(_ bytes: Bytes) throws(FuzzCase.PropertyError) {
        guard bytes.count >= 2 else { return }
        let vendor = Registry.vendors[Int(bytes[0]) % Registry.vendors.count]
        let status = [200, 201, 202, 204, 400, 401, 402, 404, 409, 422, 429, 500, 503][Int(bytes[1]) % 13]
        let reply = Reply(status: status, body: bytes[2...])
        let accepted = try? vendor.ticket(from: reply, to: Call(.start, .post, path: "/"))
        if let accepted {
            try FuzzCase.require(
                accepted.fields.contains { !$0.isEmpty }, "\(vendor.card.name) accepts by \(status) and names nothing")
        }
        let ticket = accepted ?? Ticket("a", "b", "c")
        _ = vendor.statusCall(for: ticket)
        _ = vendor.cancelCall(for: ticket)
        try require(vendor, reads: reply, for: ticket)
    }

    /// The first byte chooses the vendor and the dialect, the second the number that takes the place of each number of the rest.
    static func numbers(_ bytes: Bytes) throws(FuzzCase.PropertyError) {
        guard bytes.count >= 3 else { return }
        let vendor = Registry.vendors[Int(bytes[0]) % Registry.vendors.count]
        for (place, text) in HostileNumbers.variants(of: bytes[2...]).enumerated() where place % 16 == Int(bytes[1]) % 16 {
            let reply = Reply(status: 200, body: text[...])
            try require(
                vendor, reads: reply, for: (try? vendor.ticket(from: reply, to: Call(.start, .post, path: "/"))) ?? Ticket("a", "b", "c"))
            try dialects([bytes[0], bytes[1], 0] + text)
        }
    }

    /// What the program does with every answer of a vendor.
    package static func require(_ vendor: any Vendor, reads reply: Reply, for ticket: Ticket) throws(FuzzCase.PropertyError) {
        _ = vendor.cost(from: reply, for: ticket).map { "\($0 + $0) \($0 - $0 * 2)" }
        guard let finding = try? vendor.progress(from: reply, for: ticket), case .progress(let progress) = finding else { return }
        switch progress {
        case .running(let percent):
            try FuzzCase.require((0...100).contains(percent ?? 0), "\(vendor.card.name) is at \(percent ?? 0) %")
        case .done(let assets):
            for asset in assets {
                guard let expires = asset.expires else { continue }
                _ = (expires + .seconds(86_400)).iso8601 + expires.httpDate + "\(expires.unixMilliseconds)"
            }
        case .failed(let fault):
            try FuzzCase.require(fault.retryAfter ?? .zero >= .zero, "\(vendor.card.name) asks to come back in the past")
        case .queued, .unknown: break
        }
    }
}
