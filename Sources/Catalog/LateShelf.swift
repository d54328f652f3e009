import Synchronization
import Wire

/// The shelf of one vendor, read when somebody first asks for what is on it.
final class LateShelf: Sendable {
    private enum State {
        case unread(CatalogFile, vendor: String)
        case read(Shelf)
    }

    private let state: Mutex<State>

    init(_ file: CatalogFile, of vendor: String) { state = Mutex(.unread(file, vendor: vendor)) }

    init(_ shelf: Shelf) { state = Mutex(.read(shelf)) }

    func read() throws(CatalogMistake) -> Shelf {
        try state.withLock { state throws(CatalogMistake) in
            switch state {
            case .read(let shelf): return shelf
            case .unread(let file, let vendor):
                var shelf = Shelf()
                try shelf.read(try Spot(file: file), vendor: vendor)
                state = .read(shelf)
                return shelf
            }
        }
    }

    /// Empty where the file has a mistake.
    var shelf: Shelf { (try? read()) ?? Shelf() }

    /// Every name and alias on it, which are found without reading the models.
    var names: [String] {
        let file: CatalogFile? = state.withLock { if case .unread(let file, _) = $0 { file } else { nil } }
        guard let file, let models = try? Spot(file: file).json["models"]?.members else { return shelf.names }
        return models.flatMap { name, json in json.isNull ? [] : [name] + (json["aliases"]?.elements.compactMap(\.string) ?? []) }
    }
}
