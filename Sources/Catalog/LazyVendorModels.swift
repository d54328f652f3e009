import Synchronization
import Wire

/// The models of one vendor, read when they are first needed.
final class LazyVendorModels: Sendable {
    private enum State {
        case unread(CatalogFile, vendor: String)
        case read(VendorModels)
    }

    private let state: Mutex<State>

    init(_ file: CatalogFile, of vendor: String) { state = Mutex(.unread(file, vendor: vendor)) }

    /// Models that have been read already.
    init(_ vendorModels: VendorModels) { state = Mutex(.read(vendorModels)) }

    /// Reads the file unless that was done before.
    func read() throws(CatalogError) -> VendorModels {
        try state.withLock { state throws(CatalogError) in
            switch state {
            case .read(let vendorModels): return vendorModels
            case .unread(let file, let vendor):
                var loaded = VendorModels()
                try loaded.read(try LocatedJSON(file: file), vendor: vendor)
                state = .read(loaded)
                return loaded
            }
        }
    }

    /// Empty if the file has an error.
    var loaded: VendorModels { (try? read()) ?? VendorModels() }

    /// Every name and alias, found without reading the models.
    var names: [String] {
        let file: CatalogFile? = state.withLock { if case .unread(let file, _) = $0 { file } else { nil } }
        guard let file, let models = try? LocatedJSON(file: file).json["models"]?.members else { return loaded.names }
        return models.flatMap { name, json in json.isNull ? [] : [name] + (json["aliases"]?.elements.compactMap(\.string) ?? []) }
    }
}
