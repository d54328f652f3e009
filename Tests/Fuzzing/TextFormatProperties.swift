import Wire

/// JSON, forms and data URIs.
enum TextFormatProperties {
    static func json(_ bytes: Bytes) throws(FuzzCase.PropertyError) {
        guard let json = try? JSON(parsing: bytes[...]) else { return }
        let values = try walk(json)
        guard let again = try? JSON(parsing: JSONValue.parsed(json).encoded().joined()[...]) else {
            throw FuzzCase.PropertyError("written again, it cannot be read")
        }
        try FuzzCase.require(try walk(again) == values, "written again, it has other values")
    }

    static func multipart(_ bytes: Bytes) throws(FuzzCase.PropertyError) {
        guard let fields = try? Multipart.fields(of: bytes[...], contentType: "multipart/form-data; boundary=b") else { return }
        let content = fields.reduce(0) { $0 + $1.content.count }
        try FuzzCase.require(content <= bytes.count, "\(content) bytes of content in \(bytes.count)")
        if let tree = try? FormTree(fields) { walk(tree.members.map(\.value)) }
    }

    static func form(_ bytes: Bytes) throws(FuzzCase.PropertyError) {
        let query = Query(parsing: bytes[...])
        let again = Query(parsing: Bytes(query.encoded.utf8)[...])
        try FuzzCase.require(again == query, "\(query.encoded) reads as \(again.encoded)")
        if let tree = try? FormTree(query) { walk(tree.members.map(\.value)) }
    }

    static func dataURI(_ bytes: Bytes) throws(FuzzCase.PropertyError) {
        guard let uri = try? DataURI(parsing: bytes[...]) else { return }
        _ = uri.type
        guard let decoded = try? uri.decoded() else { return }
        try FuzzCase.require(decoded.count == uri.byteCount, "\(uri.byteCount) bytes promised, \(decoded.count) decoded")
        _ = Sniff.type(of: decoded[...])
        _ = Sniff.size(of: decoded[...])
    }

    /// The leaves in their order.
    private static func walk(_ json: JSON) throws(FuzzCase.PropertyError) -> [String] {
        switch json.kind {
        case .null: return ["null"]
        case .bool: return ["\(json.bool == true)"]
        case .number:
            guard let text = json.numberText else { throw FuzzCase.PropertyError("a number without a text") }
            try FuzzCase.require(json.double?.isFinite != false, "\(text) is \(json.double ?? 0)")
            return [text]
        case .string: return ["\"" + (json.string ?? "")]
        case .array:
            var leaves = ["[\(json.count)"]
            for element in json.elements { leaves += try walk(element) }
            return leaves
        case .object:
            var leaves = ["{\(json.count)"]
            for (name, value) in json.members {
                leaves.append(name)
                leaves += try walk(value)
            }
            return leaves
        }
    }

    private static func walk(_ values: [FormTree.Value]) {
        for value in values {
            _ = value.text
            if case .list(let elements) = value { walk(elements) }
            if case .object(let members) = value { walk(members.map(\.value)) }
        }
    }
}
