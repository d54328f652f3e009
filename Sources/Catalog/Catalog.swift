import Jobs
import Synchronization
import Wire

/// What every model can do, accepts and costs: the shipped facts, overridden by those of the configuration folder.
package struct Catalog: Sendable {
    /// The members of a catalog file. A file that also declares how its vendor is called has more, which `Vendors` reads.
    package static let members = ["vendor", "note", "source", "seen", "defaults", "others", "models", "prices", "refreshed"]

    private var modelsByVendor: [String: LazyVendorModels] = [:]
    private let names = NameIndex()
    /// Vendors in the order of the files.
    package private(set) var vendors: [String] = []

    /// Names that clients use without a vendor, with the models that serve them, best first.
    package private(set) var aliases: [(name: String, models: [String])] = []

    /// Reads all files.
    /// - Parameter overrides: files of the same form; a model in them replaces the shipped one of that name, `null` removes it.
    /// - Throws: the first error, with file, line and place.
    package init(files: [CatalogFile] = CatalogFile.shipped, overrides: [CatalogFile] = []) throws(CatalogError) {
        for file in files + overrides { try read(file) }
    }

    /// Reads a vendor's file when its models are first needed, which saves time at the start: most programs use few vendors.
    /// An error in a lazy file leaves its vendor without models, so only files that tests have read should be lazy.
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

    /// By vendor: what is known about unlisted models, for vendors that accept any name.
    package var openModels: [String: Model] { modelsByVendor.compactMapValues(\.loaded.unlisted) }

    /// The listed models of a vendor, in the order of its file.
    package func models(of vendor: String) -> [Model] { modelsByVendor[vendor]?.loaded.models ?? [] }

    /// Every name by which a model of the vendor is found.
    package func names(of vendor: String) -> [String] { modelsByVendor[vendor]?.names ?? [] }

    /// The vendor's model with that name, alias or upstream name; for vendors that accept any name, also an unlisted one.
    package func model(_ name: String, of vendor: String) -> Model? { modelsByVendor[vendor]?.loaded.model(name) }

    /// Every listed model with that name or alias, of any vendor.
    package func models(named name: String) -> [Model] {
        let found = names.vendors(with: name) { vendors.map { ($0, modelsByVendor[$0]?.names ?? []) } }
        return found.compactMap { modelsByVendor[$0]?.loaded.listed(name) }
    }

    /// Checks a job against what the model supports, and adapts it if `adapt` allows that.
    /// - Throws: a fault of the caller's kinds that says what is accepted. `param` is a neutral name (`seconds`, `size`, `resolution`,
    ///   `aspect_ratio`, `prompt`, `Parameter.name`), or `InputMedia.param`.
    package func validate(_ job: Job, on model: Model, adapt: AdaptPolicy) throws(Fault) -> ValidatedJob {
        // The name of an unlisted model may be the upstream name of a listed one.
        let model = model.acceptsAnything ? self.model(model.name, of: model.vendor) ?? model : model
        return try Catalog.validate(job, found: model, adapt: adapt)
    }

    /// As `validate`, on a model that was found in a catalog by its name.
    package static func validate(_ job: Job, found model: Model, adapt: AdaptPolicy) throws(Fault) -> ValidatedJob {
        try JobValidator(job: job, family: model, adapt: adapt).validate()
    }

    /// The vendors that have a model with a name. Built when a name without a vendor is first looked up.
    private final class NameIndex: Sendable {
        private let vendors = Mutex<[String: [String]]?>(nil)

        /// - Parameter all: every vendor with the names of its models, in the order of `Catalog.vendors`.
        func vendors(with name: String, of all: () -> [(vendor: String, names: [String])]) -> [String] {
            vendors.withLock { known in
                let index = known ?? NameIndex.index(all())
                known = index
                return index[name] ?? []
            }
        }

        private static func index(_ all: [(vendor: String, names: [String])]) -> [String: [String]] {
            var index: [String: [String]] = [:]
            for (vendor, names) in all {
                for name in names { index[name, default: []].append(vendor) }
            }
            return index
        }
    }
}
