import Catalog
import Jobs

/// The supported vendors as a table, for the terminal and for the README, which a test compares with it.
struct VendorTable {
    private let cards: [VendorCard]
    private let catalog: Catalog

    init(cards: [VendorCard], catalog: Catalog) {
        self.cards = cards.sorted { $0.title.lowercased() < $1.title.lowercased() }
        self.catalog = catalog
    }

    var text: String {
        var table = Table("VENDOR", "NAME", "MODELS", "ENVIRONMENT")
        for card in cards {
            table.add(card.title, names(card).joined(separator: " "), models(card), variables(card).joined(separator: " "))
        }
        return table.text
    }

    var markdown: String {
        let rows = cards.map { card in
            let names = names(card).map { "`\($0)`" }.joined(separator: ", ")
            let variables = variables(card).map { "`\($0)`" }.joined(separator: ", ")
            return "| [\(card.title)](\(card.docs)) | \(names) | \(models(card)) | \(variables) |"
        }
        return (["| vendor | name, other names | models | environment variables |", "|---|---|---|---|"] + rows).joined(separator: "\n")
    }

    private func names(_ card: VendorCard) -> [String] { [card.name] + card.aliases }

    private func models(_ card: VendorCard) -> String {
        let count = catalog.models(of: card.name).count
        guard catalog.openModels[card.name] != nil else { return "\(count)" }
        return count == 0 ? "any" : "\(count) and any other"
    }

    private func variables(_ card: VendorCard) -> [String] {
        card.secrets.sorted { $0.key < $1.key }.flatMap(\.value) + card.settings.flatMap(\.environment)
    }
}
