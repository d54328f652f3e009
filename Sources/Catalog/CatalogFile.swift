import CCatalog
import Wire

/// The text of one catalog file: what one vendor's models can do, as data. Reading it from a disk happens elsewhere.
package struct CatalogFile: Sendable {
    /// For messages: `fal.json`, or the path it was read from.
    package var name: String
    package var text: Slice

    package init(name: String, text: Slice) {
        self.name = name
        self.text = text
    }

    /// The files that were compiled in, one a vendor.
    package static var shipped: [CatalogFile] {
        let all = Bytes(UnsafeBufferPointer(start: genlock_catalog, count: genlock_catalog_size))
        return all.split(separator: 0).enumerated().map { place, text in CatalogFile(name: "shipped catalog \(place + 1)", text: text) }
    }
}
