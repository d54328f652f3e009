import Jobs
import Testing
import Vendors
import Wire

/// What vendors say that a job did cost.
struct CostTests {
    private func cost(_ vendor: String, _ body: String) throws -> Money? {
        let vendor = try #require(Registry.vendors.first { $0.card.name == vendor })
        return vendor.cost(from: Reply(status: 200, body: Bytes(body.utf8)[...]), for: Ticket("t"))
    }

    @Test(
        arguments: [
            ("openrouter", #"{"status": "completed", "usage": {"cost": 3.2, "is_byok": false}}"#, 3_200_000),
            ("imagerouter", #"{"created": 1, "data": [], "latency": 6942, "cost": 0.004}"#, 4000),
            ("aimlapi", #"{"status": "completed", "meta": {"usage": {"credits_used": 3900000, "usd_spent": 1.95}}}"#, 1_950_000),
        ] as [(String, String, Int64)])
    func `a cost in dollars is read`(vendor: String, body: String, micros: Int64) throws {
        #expect(try cost(vendor, body) == Money(micros: micros))
    }

    @Test(arguments: [
        ("together", #"{"outputs": {"cost": 2}}"#), ("openrouter", #"{"usage": {"cost": 0.1, "is_byok": true}}"#),
        ("aimlapi", #"{"meta": {"usage": {"credits_used": 5000000}}}"#), ("imagerouter", "<html>"), ("fal", #"{"cost": 1}"#),
    ])
    func `what is not said to be dollars is no cost`(vendor: String, body: String) throws { #expect(try cost(vendor, body) == nil) }
}
