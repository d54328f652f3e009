import Jobs
import Wire

/// What every model can do, accepts and costs: the shipped facts, and on top of them those of the configuration folder.
package struct Catalog: Sendable {
    /// The members of a file. One that tells how its vendor is called as well has more: those are read with the vendors.
    package static let members = ["vendor", "note", "source", "seen", "defaults", "others", "models", "prices", "refreshed"]

    private var modelsByVendor: [String: LazyVendorModels] = [:]
    private let names = NameIndex()
    /// Vendors in the order of the files.
    package private(set) var vendors: [String] = []

    /// Names that clients use without knowing a vendor, with the models that stand in for them, best first.
    package private(set) var aliases: [(name: String, models: [String])] = []

    /// - Parameter overrides: files of the same form; a model in them replaces the shipped one of that name, `null` removes it.
    /// - Throws: the first mistake, with file, line and place.
    package init(files: [CatalogFile] = CatalogFile.shipped, overrides: [CatalogFile] = []) throws(CatalogError) {
        for file in files + overrides { try read(file) }
    }

    /// The same, but a vendor's file is read when somebody first asks for that vendor's models: most programs start for a few of them.
    /// A mistake in such a file leaves its vendor without models, so only files that tests have read are given so.
    package init(lazy files: [CatalogFile], overrides: [CatalogFile] = []) throws(CatalogError) {
        for file in files {
            if let vendor = file.vendor, modelsByVendor[vendor] == nil {
                add(LazyVendorModels(file, of: vendor), of: vendor)
            } else {
                try read(file)
            }
        }
        for file in overrides { try read(file) }
    }

    private mutating func read(_ file: CatalogFile) throws(CatalogError) {
        let root = try LocatedJSON(file: file)
        if root.json["vendor"] == nil, root.json["aliases"] != nil { return try readAliases(root) }
        guard let vendor = root.json["vendor"]?.string else {
            throw root.catalogError("the member 'vendor' must say whose models these are")
        }
        var vendorModels = try modelsByVendor[vendor]?.read() ?? VendorModels()
        try vendorModels.read(root, vendor: vendor)
        add(LazyVendorModels(vendorModels), of: vendor)
    }

    private mutating func add(_ vendorModels: LazyVendorModels, of vendor: String) {
        if modelsByVendor.updateValue(vendorModels, forKey: vendor) == nil { vendors.append(vendor) }
    }

    private mutating func readAliases(_ root: LocatedJSON) throws(CatalogError) {
        for (name, node) in try root.members(known: ["note", "source", "seen", "aliases"])["aliases"]?.members() ?? [] {
            var models: [String] = []
            for element in try node.list() { models.append(try element.string()) }
            aliases.removeAll { $0.name == name }
            if !models.isEmpty { aliases.append((name, models)) }
        }
    }

    /// Every listed model.
    package var models: [Model] { vendors.flatMap(models(of:)) }

    /// By vendor: what is known of models that are not listed, for vendors that take any name.
    package var openModels: [String: Model] { modelsByVendor.compactMapValues(\.loaded.unlisted) }

    /// The listed models of a vendor, in the order of its file.
    package func models(of vendor: String) -> [Model] { modelsByVendor[vendor]?.loaded.models ?? [] }

    /// Every name by which a model of the vendor is found.
    package func names(of vendor: String) -> [String] { modelsByVendor[vendor]?.names ?? [] }

    /// The vendor's model of that name: its own, an alias, or what the vendor itself calls it. Vendors that host anything have open models
    /// for names that are not listed.
    package func model(_ name: String, of vendor: String) -> Model? { modelsByVendor[vendor]?.loaded.model(name) }

    /// Every listed model that goes by that name, with any vendor.
    package func models(named name: String) -> [Model] {
        let found = names.vendors(with: name) { vendors.map { ($0, modelsByVendor[$0]?.names ?? []) } }
        return found.compactMap { modelsByVendor[$0]?.loaded.listed(name) }
    }
}
