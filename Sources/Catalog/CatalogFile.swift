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
        var files: [CatalogFile] = []
        var start = 0
        while start < all.count {
            let end = start + genlock_catalog_length(genlock_catalog + start)
            files.append(CatalogFile(name: "shipped catalog \(files.count + 1)", text: all[start..<end]))
            start = end + 1
        }
        return files
    }

    /// Whose models these are, if that is the first thing the file says: known without reading the rest.
    var vendor: String? {
        var rest = text[...]
        for word in ["{", "\"vendor\"", ":", "\""] {
            rest = rest.drop { $0 <= 0x20 }
            guard rest.starts(with: word.utf8) else { return nil }
            rest = rest.dropFirst(word.utf8.count)
        }
        let name = rest.prefix { $0 != UInt8(ascii: "\"") && $0 != UInt8(ascii: "\\") }
        return name.endIndex < text.endIndex && text[name.endIndex] == UInt8(ascii: "\"") ? String(decoding: name, as: UTF8.self) : nil
    }
}
