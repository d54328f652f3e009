import Catalog
import Jobs
import Routing
import Testing

/// The names that the shipped catalog knows without a vendor find a model whichever accounts there are.
@Suite struct ShippedAliasTests {
    private static let catalog = Result { () throws(CatalogError) in try Catalog() }
    /// Vendors that only edit what is given, and those without models of their own.
    private static let others: Set = ["decart", "openai-compatible", "test"]

    private func planner(_ vendors: [String]) throws -> Planner {
        let catalog = try Self.catalog.get()
        return Planner(
            accounts: vendors.map { Planner.Account(name: "my-" + $0, vendor: $0) } + [Planner.Account(name: "test", vendor: "test")],
            aliases: catalog.aliases.map { alias in (alias.name, alias.models.map { Planner.Target(model: $0) }) }, catalog: catalog)
    }

    @Test func `every model behind an alias is in the catalog, once`() throws {
        let catalog = try Self.catalog.get()
        for alias in catalog.aliases {
            #expect(Set(alias.models).count == alias.models.count, "\(alias.name)")
            for name in alias.models {
                let vendor = String(name.prefix { $0 != "/" })
                let model = catalog.model(String(name.dropFirst(vendor.count + 1)), of: vendor)
                #expect(catalog.models(of: vendor).contains { $0.name == model?.name }, "\(alias.name): \(name)")
                #expect(model?.modes.contains(.text) == true, "\(alias.name): \(name) makes nothing from text")
            }
        }
    }

    @Test(arguments: ["sora-2", "sora-2-pro"]) func `sora finds a model with any vendor that makes video from text`(_ name: String) throws {
        for vendor in try Self.catalog.get().vendors where !Self.others.contains(vendor) {
            let tries = (try? planner([vendor]).plan(for: name))?.tries ?? []
            #expect(tries.first?.account == "my-" + vendor, "\(name) with \(vendor) alone")
        }
    }

    @Test func `of two accounts the one that stands first behind the alias is taken, and the other is the next try`() throws {
        for alias in try Self.catalog.get().aliases {
            let vendors = alias.models.map { String($0.prefix { $0 != "/" }) }
            for (first, second) in zip(vendors, vendors.dropFirst()) where first != second {
                let tries = try planner([second, first]).plan(for: alias.name).tries
                #expect(tries.first?.account == "my-" + first, "\(alias.name): \(first), \(second)")
                #expect(tries.contains { $0.account == "my-" + second }, "\(alias.name): \(first), \(second)")
            }
        }
    }

    @Test func `a family's name finds every vendor that has the family`() throws {
        let catalog = try Self.catalog.get()
        for family in ["veo", "seedance", "kling", "wan", "hailuo", "ltx", "ray", "grok-imagine", "vidu", "pixverse", "happyhorse"] {
            let told = Set(catalog.aliases.first { $0.name == family }?.models.map { String($0.prefix { $0 != "/" }) } ?? [])
            for vendor in catalog.vendors where !Self.others.contains(vendor) && !told.contains(vendor) {
                let has = catalog.models(of: vendor).first { model in
                    model.modes.contains(.text)
                        && ([model.name] + model.aliases).contains { $0.hasPrefix(family + "-") || $0.contains("/\(family)-") }
                }
                #expect(has == nil, "\(family): \(vendor) has \(has?.name ?? "")")
            }
        }
    }

    @Test func `a model's bare name finds any one account that has it`() throws {
        let catalog = try Self.catalog.get()
        for vendor in catalog.vendors where vendor != "test" {
            let planner = try planner([vendor])
            for model in catalog.models(of: vendor) where !planner.isAlias(model.name) {
                #expect((try? planner.plan(for: model.name))?.tries.first?.account == "my-" + vendor, "\(model.fullName)")
            }
        }
    }
}
