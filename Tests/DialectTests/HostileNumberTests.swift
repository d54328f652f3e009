import Fuzzing
import Jobs
import Testing
import Wire

@testable import Dialects

/// Every number of every request that a transcript holds, and every value of its query, replaced by those on which conversions trap.
struct HostileNumberTests {
    @Test(arguments: TranscriptTests.cases) func `a number in a request is read or refused`(path: String) throws {
        let name = path.split(separator: "/")[0]
        let dialect = try #require(Dialects.all.first { $0.name == name })
        for request in Transcript(path).requests {
            for body in HostileNumbers.variants(of: request.body) {
                var changed = request
                changed.body = body[...]
                Self.check(changed, on: dialect, path)
            }
            for text in HostileNumbers.texts {
                var changed = request
                changed.query = Query(request.query.items.map { ($0.name, text) })
                Self.check(changed, on: dialect, path)
            }
        }
    }

    private static func check(_ request: Request, on dialect: any Dialect, _ path: String) {
        switch dialect.command(for: request) {
        case .success(.create(let command)):
            let seconds = command.job.duration?.seconds ?? 1
            #expect(seconds.isFinite && (0...InputValue.maxSeconds).contains(seconds), "\(path): \(seconds) seconds")
            #expect(command.job.count > 0 && command.job.count < 1_000_000, "\(path): \(command.job.count) clips")
        case .success: break
        case .failure(let fault):
            #expect((400..<500).contains(dialect.render(fault).status), "\(path): \(fault.kind) \(fault.message)")
        }
    }
}
