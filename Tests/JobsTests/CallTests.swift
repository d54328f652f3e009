import Jobs
import Testing
import Wire

struct CallTests {
    @Test func `a ticket of an older version has empty fields at its end`() {
        let ticket = Ticket("job", "eu")
        #expect(ticket[1] == "eu")
        #expect(ticket[2] == "")
        #expect(ticket.singleLine == "job eu")
        #expect(Ticket().singleLine == nil)
    }

    @Test(arguments: [["id"], ["id", ""], ["", "x", ""], ["a b", "c"]])
    func `a correlation key is read from its text`(fields: [String]) {
        var key = CorrelationKey()
        key.fields = fields
        #expect(CorrelationKey(text: key.text) == key)
        #expect(key[fields.count] == "")
    }

    private static func outcome(_ status: Int, _ body: String) -> CancelOutcome {
        CancelOutcome(Reply(status: status, body: Bytes(body.utf8)[...]))
    }

    @Test(arguments: [
        (200, #"{"status": "CANCELLED"}"#, CancelOutcome.cancelled), (200, #"{"data": {"state": "canceled"}}"#, .cancelled),
        (200, #"{"output": {"task_status": "CANCELED"}}"#, .cancelled), (200, #"{"cancelled": true}"#, .cancelled),
        (200, #"{"deleted": true}"#, .gone), (204, "", .gone), (200, #"{"task": {"status": "deleted"}}"#, .gone),
        (200, "{}", .requested), (202, "not JSON", .requested), (200, #"{"status": "running"}"#, .requested),
        (200, #"{"cancelled": false}"#, .refused), (200, #"{"status": "cancelled", "deleted": false}"#, .refused), (404, "", .refused),
        (409, #"{"status": "cancelled"}"#, .refused), (500, "", .refused),
    ])
    func `a cancel answer proves only what it says`(status: Int, body: String, outcome: CancelOutcome) {
        #expect(Self.outcome(status, body) == outcome)
    }

    @Test func `a reply that is not JSON is the vendor's fault, and not shown to the client`() {
        let reply = Reply(status: 502, body: Bytes("<html>".utf8)[...])
        #expect(reply.json == nil)
        #expect(!reply.isSuccess)
        #expect { try reply.parsed() } throws: { error in
            guard let fault = error as? Fault else { return false }
            return fault.kind == .vendorNonsense && fault.detail?.contains("HTTP 502") == true && !fault.message.contains("502")
        }
    }

    @Test(arguments: [(nil, nil), (-1, nil), (0, nil), (1, 1), (4096, 4096)] as [(Int?, Int?)])
    func `a size that a vendor does not know is none`(given: Int?, kept: Int?) {
        #expect(Asset(.video, .bytes([]), bytes: given).bytes == kept)
    }

    @Test func `only the end of a job is final`() {
        #expect(Progress.done([]).isFinal)
        #expect(Progress.failed(Fault(.vendorFailed, "x")).isFinal)
        for progress in [Progress.queued, .running(percent: 99), .unknown("done?")] { #expect(!progress.isFinal) }
    }
}
