import Jobs
import Testing
import Vendors

@Suite struct `Parameters that are passed through by a vendor's own name` {
    @Test func `are each known to set the price or not to`() {
        let (neutral, setting) = (VendorCard.priceNeutralExtras, VendorCard.priceSettingExtras)
        #expect(neutral.isDisjoint(with: setting), "\(neutral.intersection(setting))")
        for vendor in Registry.vendors {
            let unknown = vendor.card.extras.subtracting(neutral).subtracting(setting)
            #expect(unknown.isEmpty, "\(vendor.card.name): put \(unknown.sorted()) into VendorCard+pricedExtras.swift")
        }
    }

    @Test func `are all taken by some vendor`() {
        let taken = Set(Registry.vendors.flatMap { Array($0.card.extras) })
        let stale = VendorCard.priceNeutralExtras.union(VendorCard.priceSettingExtras).subtracting(taken)
        #expect(stale.isEmpty, "no vendor takes \(stale.sorted())")
    }

    @Test(arguments: ["num_frames", "frames", "service_tier", "hdr", "a name of next year"])
    func `set the price unless they are known not to`(name: String) { #expect(VendorCard.setsPrice(name)) }

    @Test(arguments: ["ark", "modelark"]) func `are found in a prompt that the vendor reads them from`(vendor: String) throws {
        let card = try #require(Registry.vendor(vendor)?.card)
        #expect(card.pricedPromptFlag(in: "a kite --dur 30") == "--dur" && card.pricedPromptFlag(in: "a kite\n--RS 1080p") == "--rs")
        #expect(card.pricedPromptFlag(in: "a kite -- high --seed 3") == nil && card.pricedPromptFlag(in: nil) == nil)
    }

    @Test(arguments: ["camera_fixed", "off_peak", "user"])
    func `do not set it where that is known`(name: String) { #expect(!VendorCard.setsPrice(name)) }
}
