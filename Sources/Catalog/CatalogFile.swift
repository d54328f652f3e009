import CCatalog
import Wire

/// The text of one catalog file, which says what the models of one vendor can do.
package struct CatalogFile: Sendable {
    /// For messages: `fal.json`, or the path of the file.
    package var name: String
    package var text: Slice

    package init(name: String, text: Slice) {
        self.name = name
        self.text = text
    }

    /// The embedded files, one for each vendor.
    package static var shipped: [CatalogFile] {
        files(in: genlock_catalog, count: genlock_catalog_size, named: "shipped catalog")
    }

    /// The descriptions of vendors that are compiled in, one for each vendor that is described by data.
    package static var shippedVendors: [CatalogFile] {
        files(in: genlock_vendors, count: genlock_vendors_size, named: "shipped vendor")
    }

    private static func files(in start: UnsafePointer<UInt8>, count: Int, named name: String) -> [CatalogFile] {
        let all = Bytes(UnsafeBufferPointer(start: start, count: count))
        var files: [CatalogFile] = []
        var offset = 0
        while offset < all.count {
            let end = offset + genlock_catalog_length(start + offset)
            files.append(CatalogFile(name: "\(name) \(files.count + 1)", text: all[offset..<end]))
            offset = end + 1
        }
        return files
    }

    /// The vendor, if it is the first member of the file: then it is known without parsing the rest.
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
