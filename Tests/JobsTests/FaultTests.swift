import Jobs
import Testing

struct FaultTests {
    @Test(arguments: Fault.Kind.allCases)
    func `a fault has the scope of its kind unless it says otherwise`(kind: Fault.Kind) {
        #expect(Fault(kind, "x").scope == kind.defaultScope)
        for scope in Fault.Scope.allCases { #expect(Fault(kind, "x", scope: scope).scope == scope) }
    }

    /// A breaker closes at most what a failure concerns, so a kind in the wrong row would close too much or nothing.
    @Test func `each scope has exactly these kinds`() {
        func kinds(_ scope: Fault.Scope) -> Set<Fault.Kind> { Set(Fault.Kind.allCases.filter { $0.defaultScope == scope }) }
        #expect(kinds(.model) == [.modelUnavailable, .misconfigured])
        #expect(kinds(.account) == [.vendorCredentials, .vendorBalance, .vendorRateLimited, .vendorBusy])
        #expect(kinds(.vendor) == [.vendorUnavailable, .vendorTimeout, .vendorNonsense, .createAmbiguous])
        #expect(kinds(.router) == [.overloaded, .storage, .storageFull, .draining, .internalError])
    }

    @Test func `a status proves a refusal everywhere, or at the vendor that says so`() {
        var card = VendorCard(name: "v", title: "V", docs: "", host: "https://v.example", auth: .bearer, secrets: [:])
        for status in [400, 401, 402, 403, 404, 422, 429, 451] { #expect(card.provesRefusal(status), "\(status)") }
        for status in [200, 202, 302, 408, 409, 500, 502, 503, 504] { #expect(!card.provesRefusal(status), "\(status)") }
        card.refusalStatuses = [503]
        #expect(card.provesRefusal(503))
        #expect(!card.provesRefusal(502))
    }
}
