import Jobs
import Wire

@testable import Dialects

/// Takes the bytes of one HTTP/1.1 request apart, just well enough for recordings and transcripts.
enum RawRequest {
    static func read(_ bytes: Bytes) -> Request? {
        guard let end = bytes[...].firstIndex(of: Bytes("\r\n\r\n".utf8), from: 0) else { return nil }
        let lines = String(decoding: bytes[..<end], as: UTF8.self).split(separator: "\r\n").map(String.init)
        let start = lines[0].split(separator: " ")
        guard start.count == 3 else { return nil }
        var headers = Headers()
        for line in lines.dropFirst() {
            let halves = line.split(separator: ":", maxSplits: 1)
            let slices = halves.map { Bytes($0.utf8)[...] }
            guard slices.count == 2, headers.add(rawName: slices[0], rawValue: slices[1]) else { return nil }
        }
        let target = start[1].split(separator: "?", maxSplits: 1)
        let query = target.count > 1 ? Query(parsing: Bytes(target[1].utf8)[...]) : Query()
        var body = bytes[(end + 4)...]
        if headers[.transferEncoding] == "chunked" { body = joined(chunks: body)[...] }
        return Request(method: Method(String(start[0])), path: String(target[0]), query: query, headers: headers, body: body)
    }

    private static func joined(chunks: Slice) -> Bytes {
        var rest = chunks
        var body = Bytes()
        while let line = rest.firstIndex(of: [0x0D, 0x0A], from: rest.startIndex) {
            let size = Int(String(decoding: rest[..<line], as: UTF8.self), radix: 16) ?? 0
            if size == 0 { break }
            body.append(contentsOf: rest[(line + 2)...].prefix(size))
            rest = rest[(line + 2)...].dropFirst(size + 2)
        }
        return body
    }
}

extension Dialect {
    /// What the server's own route table finds where this dialect is the default one.
    func match(_ request: Request) -> Route.Match? {
        guard case .entries(let entries, let captures)? = RouteTables.byDialect[name]?.find(request.method, request.path),
            let entry = entries.first, entry.dialect.name == name
        else { return nil }
        return Route.Match(action: entry.route.action, captures: captures)
    }

    func command(for request: Request) -> Result<Command, Fault> {
        guard let match = match(request) else { return .failure(Fault(.notFound, "There is nothing at this path.")) }
        do throws(Fault) {
            return .success(try read(request, at: match))
        } catch {
            return .failure(error)
        }
    }
}

private enum RouteTables {
    static let byDialect = Dictionary(
        uniqueKeysWithValues: Dialects.all.map { ($0.name, RouteTable(dialects: Dialects.all, standard: $0, mounts: [])) })
}
