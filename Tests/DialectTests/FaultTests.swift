import Jobs
import Testing
import Wire

@testable import Dialects

/// Every kind of fault has an answer in every dialect, and none of them can make a client pay twice.
struct FaultTests {
    struct Case: CustomTestStringConvertible {
        var dialect: any Dialect
        var kind: Fault.Kind
        var testDescription: String { "\(dialect.name) \(kind.rawValue)" }
    }

    static let cases = Dialects.all.flatMap { dialect in Fault.Kind.allCases.map { Case(dialect: dialect, kind: $0) } }
    private static let retried: Set<Int> = [408, 409, 425, 429]

    @Test(arguments: cases) func `every kind is rendered in every dialect`(_ example: Case) throws {
        for sent in [nil, Fault.Sent.no, .maybe] {
            var fault = Fault(example.kind, "What is wrong.", param: "seconds", detail: "for the log only", sent: sent)
            fault.retryAfter = .seconds(400)
            let response = example.dialect.render(fault, on: RenderContext(path: "/asked", requestID: "req_1"))
            #expect((400...599).contains(response.status))
            #expect(response.headers[.contentType] == "application/json")
            let text = String(decoding: response.body.joined(), as: UTF8.self)
            #expect(text.contains("What is wrong."))
            #expect(!text.contains("for the log only"))
            let json = try JSON(parsing: text)
            #expect(json.kind == .object)
            let isRetried = Self.retried.contains(response.status) || response.status >= 500
            if sent == .maybe && isRetried { #expect(response.headers[.xShouldRetry] == "false") }
            if let seconds = response.headers[.retryAfter] { #expect((1...60).contains(Int(seconds) ?? 0)) }
            #expect(response.headers[.retryAfter] == nil || response.headers[.xShouldRetry] == nil)
        }
    }

    @Test func `a pause that a vendor asks for is given as it is, and SDKs are kept from ignoring a long one`() throws {
        for (asked, told, stops) in [(30, "30", nil), (7200, "7200", "false"), (1_000_000, "86400", "false")] as [(Int, String, String?)] {
            for dialect in Dialects.all {
                var fault = Fault(.vendorRateLimited, "Slow down.", retryAfter: .seconds(asked), sent: .no)
                fault.isVendorRetryAfter = true
                let headers = dialect.render(fault, on: RenderContext(path: "/asked", requestID: "r")).headers
                #expect(headers[.retryAfter] == told && headers[.xShouldRetry] == stops, "\(dialect.name) \(asked)")
            }
        }
    }

    @Test func `every kind stands in the page about errors, with its code and status`() throws {
        let rows = DataFiles.lines(of: "../../../Sources/genlock/Documentation.docc/Errors.md").filter { $0.hasPrefix("| `") }
        #expect(rows.count > 30)
        for kind in Fault.Kind.allCases {
            let fault = Fault(kind, "x")
            let status = OpenAI().render(fault, on: RenderContext(path: "/asked", requestID: "r")).status
            let isTold = rows.map { $0.split(separator: "|") }.contains { cells in
                cells[0].contains("`\(fault.publicCode)`") && cells[1].contains("\(status)")
            }
            #expect(isTold, "\(fault.publicCode): \(status)")
        }
    }

    @Test(arguments: cases) func `a late fault is rendered in every dialect`(_ example: Case) throws {
        let late = example.dialect.renderAfterHead(Fault(example.kind, "What is wrong."), on: RenderContext())
        let text = String(decoding: late.body.joined(), as: UTF8.self)
        #expect(text.contains("What is wrong."))
        #expect(try JSON(parsing: text).kind == .object)
    }

    @Test(arguments: Fault.Kind.allCases) func `the error envelope of OpenAI has its four members`(_ kind: Fault.Kind) throws {
        for param in [nil, "seconds"] {
            let response = OpenAI().render(Fault(kind, "What is wrong.", param: param))
            let json = try JSON(parsing: response.body.joined())
            #expect(json.members.map(\.name) == ["error"])
            let error = try #require(json["error"])
            #expect(error.members.map(\.name) == ["message", "type", "param", "code"])
            #expect(error["message"]?.string == "What is wrong.")
            #expect(error["type"]?.string?.isEmpty == false)
            #expect(error["code"]?.string?.isEmpty == false)
            #expect(error["param"]?.string == param)
        }
    }

    @Test(arguments: Dialects.all.map(\.name))
    func `content that is not there yet is not asked for again by itself`(_ name: String) throws {
        let dialect = try #require(Dialects.all.first { $0.name == name })
        for kind in [Fault.Kind.notReady, .jobFailed, .gone, .notFound, .notImplemented] {
            let status = dialect.render(Fault(kind, "No.")).status
            #expect((400..<500).contains(status) && !Self.retried.contains(status), "\(kind): \(status)")
        }
    }

    @Test func `an accepted job is never offered for another try`() {
        let kinds = Fault.Kind.allCases.filter { Fault($0, "", sent: .maybe).isRetryable }
        #expect(kinds.isEmpty)
        #expect(!Fault(.createAmbiguous, "").isRetryable)
        #expect(Fault(.vendorUnavailable, "", sent: .no).isRetryable)
        let ambiguous = OpenAI().render(Fault(.createAmbiguous, "Perhaps.", sent: .maybe))
        #expect(ambiguous.status == 502)
        #expect(ambiguous.headers[.xShouldRetry] == "false")
    }
}
