import Conformance
import Wire

@testable import HTTP

/// What came out of a request parser, in the words of the table.
struct ParsedRequests {
    var outcomes: [FramingCase.Outcome] = []
    var heads: [ParsedHead] = []
    var errors: [RequestError] = []
    private var body: Bytes = []

    /// Reads the parts one after the other.
    init(_ parts: [Slice], _ limits: Limits = Limits()) {
        var parser = RequestParser(limits)
        var isStopped = false
        for part in parts where !isStopped {
            var input = part
            isStopped = take(&parser, &input)
        }
        if !isStopped, !parser.isBetweenRequests { outcomes.append(.waits) }
    }

    init(_ text: String) { self.init([Bytes(text.utf8)[...]]) }

    /// True once a request was refused.
    private mutating func take(_ parser: inout RequestParser, _ input: inout Slice) -> Bool {
        while true {
            switch parser.next(&input) {
            case .more: return false
            case .head(let head):
                heads.append(head)
                body = []
            case .piece(let piece): body += piece
            case .end:
                let head = heads[heads.count - 1]
                outcomes.append(.request(head.method.text, head.path, body: String(decoding: body, as: UTF8.self)))
            case .rejected(let refusal):
                errors.append(refusal)
                outcomes.append(.refused(refusal.status, ParsedRequests.name(of: refusal)))
                return true
            }
        }
    }

    /// `field(bareLineFeed)`, without the modules and types that Swift prints in front of inner cases.
    private static func name(of refusal: RequestError) -> String {
        "\(refusal)".split(separator: "(").map { $0.split(separator: ".").last! }.joined(separator: "(")
    }
}
