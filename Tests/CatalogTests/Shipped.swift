import Catalog
import Jobs

/// The shipped catalog, read once for all tests.
enum Shipped {
    static let catalog: Catalog = {
        do { return try Catalog() } catch { fatalError("\(error)") }
    }()

    /// Every model that jobs are checked on: variants in place of the whole, and none of those that take anything.
    static let leaves: [Model] = catalog.models.filter { !$0.acceptsAnything }.flatMap { $0.variants.isEmpty ? [$0] : $0.variants }
}
