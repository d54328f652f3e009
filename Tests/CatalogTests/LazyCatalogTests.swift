import Catalog
import Jobs
import Testing
import Wire

@Suite struct `A catalog that is read late` {
    @Test func `says the same as one that is read at once`() throws {
        let late = try Catalog(lazy: CatalogFile.shipped)
        #expect(late.vendors == Shipped.catalog.vendors && late.aliases.map(\.name) == Shipped.catalog.aliases.map(\.name))
        let names = Set(Shipped.catalog.models.flatMap { [$0.name, $0.upstream] + $0.aliases })
        for name in names {
            #expect(late.models(named: name).map(\.fullName) == Shipped.catalog.models(named: name).map(\.fullName), "\(name)")
        }
        for vendor in late.vendors {
            #expect(late.models(of: vendor).map(\.name) == Shipped.catalog.models(of: vendor).map(\.name), "\(vendor)")
            #expect(late.openModels[vendor]?.name == Shipped.catalog.openModels[vendor]?.name, "\(vendor)")
        }
    }

    @Test func `finds a name among vendors as looking through all models would`() throws {
        for name in Set(Shipped.catalog.models.flatMap { [$0.name] + $0.aliases }) {
            let found = Shipped.catalog.models.filter { $0.name == name || $0.aliases.contains(name) }
            #expect(Shipped.catalog.models(named: name).map(\.fullName) == found.map(\.fullName), "\(name)")
        }
        #expect(Shipped.catalog.models(named: "no such model").isEmpty)
    }

    @Test func `an override is read at once, on top of the vendor's own file`() throws {
        let text = #"{"vendor": "v", "models": {"a": {"seconds": 5, "aliases": ["first"]}, "b": {}}}"#
        let own = CatalogFile(name: "own", text: Bytes(#"{"vendor": "v", "models": {"b": null, "c": {}}}"#.utf8)[...])
        let late = try Catalog(lazy: [CatalogFile(name: "v", text: Bytes(text.utf8)[...])], overrides: [own])
        #expect(late.models(of: "v").map(\.name) == ["a", "c"] && late.models(named: "first").map(\.name) == ["a"])
        #expect(late.models(named: "b").isEmpty)
        let wrong = CatalogFile(name: "own", text: Bytes(#"{"vendor": "v", "modles": {}}"#.utf8)[...])
        #expect(throws: CatalogError.self) { try Catalog(lazy: CatalogFile.shipped, overrides: [wrong]) }
    }

    @Test func `a file that does not begin with its vendor is read at once`() throws {
        let text = #"{"note": "first", "vendor": "v", "models": {"a": {}}}"#
        #expect(try Catalog(lazy: [CatalogFile(name: "v", text: Bytes(text.utf8)[...])]).vendors == ["v"])
        #expect(throws: CatalogError.self) { try Catalog(lazy: [CatalogFile(name: "v", text: Bytes(#"{"vendor": "v"#.utf8)[...])]) }
    }
}
