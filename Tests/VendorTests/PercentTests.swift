import Jobs
import Testing
import Wire

@testable import Vendors

/// Progress, however it is written.
struct PercentTests {
    @Test(
        arguments: [
            ("45", 45), ("45.7", 45), ("0.5", 50), ("0.57", 57), ("0", 0), ("1", 1), ("99.99", 99), ("250", 100), ("-1", 0), ("1e300", 100),
            ("-1e300", 0), ("1e-300", 0), (#""45%""#, 45), (#""45 %""#, 45), (#"" 7% ""#, 7), (#""0.5""#, 50), (#""45""#, 45),
            (#""45.7%""#, 45), (#""0.5%""#, 0), (#""12/50""#, 24), (#""1/0""#, nil), (#""inf""#, nil), (#""nan%""#, nil),
            (#""1e999""#, nil),
            (#""0x10""#, nil), (#""""#, nil), (#""half""#, nil), ("null", nil), ("true", nil), ("[]", nil), ("{}", nil), (#""%""#, nil),
        ] as [(String, Int?)])
    func `a percentage is read from numbers, fractions and texts`(json: String, percent: Int?) throws {
        #expect(try JSON(parsing: #"{"p":\#(json)}"#)["p"]?.percent() == percent)
    }

    @Test(arguments: [("0.42", 42), ("1", 100), ("1.0", 100), ("42", 42), (#""0.42""#, 42), (#""42%""#, 42), ("0.005", 0)])
    func `if a vendor reports fractions, one is 100 percent`(json: String, percent: Int) throws {
        #expect(try JSON(parsing: #"{"p":\#(json)}"#)["p"]?.percent(of: 1) == percent)
    }

    @Test(arguments: [
        ("openai-compatible", #"{"id":"x","status":"in_progress","progress":"45%"}"#, 45),
        ("openai-compatible", #"{"id":"x","status":"in_progress","progress":0.5}"#, 50),
        ("xai", #"{"status":"pending","progress":"30%"}"#, 30), ("vidu", #"{"state":"processing","progress":0.25}"#, 25),
        ("siray", #"{"code":"success","data":{"status":"IN_PROGRESS","progress":"30%"}}"#, 30),
        ("runway", #"{"id":"x","status":"RUNNING","progress":"0.42"}"#, 42), ("siraya", #"{"status":"in_progress","progress":"12%"}"#, 12),
        ("novita", #"{"task":{"status":"TASK_STATUS_PROCESSING","progress_percent":"40%"}}"#, 40),
        ("together", #"{"status":"in_progress","progress":40}"#, 40),
    ])
    func `every vendor's progress comes through`(name: String, body: String, percent: Int) throws {
        let vendor = try #require(Registry.vendor(name))
        let finding = try vendor.progress(from: Reply(status: 200, body: Bytes(body.utf8)[...]), for: Ticket("x", "y", "z"))
        var found: Int?
        if case .progress(.running(let told)) = finding { found = told }
        #expect(found == percent, "\(finding)")
    }
}
