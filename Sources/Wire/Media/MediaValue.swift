/// Detects whether the value of an unknown parameter contains an image, video or audio, or refers to one. Such a value must not be dropped
/// from a job: the user would pay for a different video.
package enum MediaValue {
    /// How much counts as media.
    package enum Scope: Sendable {
        /// Every link and every reference too: under an unknown name, a link may be that of an image.
        case anyLink
        /// Only what cannot be anything else: `metadata` may contain the link of a web page.
        case unambiguous
    }

    package static func isPresent(in value: JSONValue, _ scope: Scope = .anyLink) -> Bool {
        switch value {
        case .null, .bool, .int, .double: false
        case .string(let text): isPresent(in: Bytes(text.utf8)[...], scope)
        case .array(let elements): elements.contains { isPresent(in: $0, scope) } || isFile(elements.map(number))
        case .object(let members):
            members.contains { isReference($0.name, of: $0.value) || isPresent(in: $0.value, within($0.name, scope)) }
                || isFile(members.map { Int($0.name) == nil ? nil : number($0.value) })
        case .parsed(let json): isPresent(in: json, scope)
        case .base64, .dataURI, .plain: true
        }
    }

    package static func isPresent(in json: JSON, _ scope: Scope = .anyLink) -> Bool {
        switch json.kind {
        case .null, .bool, .number: return false
        case .string: return json.stringBytes.map { isPresent(in: $0, scope) } ?? false
        case .array: return json.elements.contains { isPresent(in: $0, scope) } || isFile(json.elements.prefix(headCount).map(\.int))
        case .object:
            let members = json.members
            if members.contains(where: { isReference($0.name, of: .parsed($0.value)) || isPresent(in: $0.value, within($0.name, scope)) }) {
                return true
            }
            // `JSON.stringify` makes `{"0": 137, "1": 80, …}` of a Uint8Array.
            return isFile(members.prefix(headCount).map { Int($0.name) == nil ? nil : $0.value.int })
        }
    }

    /// The same for a text: a data URI, a link, a reference, base64, or JSON that holds one of these.
    package static func isPresent(in text: Slice, _ scope: Scope = .anyLink) -> Bool {
        let text = trimmed(text)
        guard let first = text.first else { return false }
        if first == UInt8(ascii: "{") || first == UInt8(ascii: "["), let json = try? JSON(parsing: text) {
            return isPresent(in: json, scope)
        }
        if DataURI.isDataURI(text) || text.firstIndex(of: Bytes(";base64,".utf8), from: text.startIndex) != nil { return true }
        if base64Type(of: text) != nil { return true }
        return LinkText(text).isMedia(scope)
    }

    /// The type of the file that a text is the base64 of, padded or not, in either alphabet; nil for every other text.
    package static func base64Type(of text: Slice) -> MediaType? {
        let head = text.prefix(1024).filter { $0 > 0x20 && $0 != UInt8(ascii: "=") }
        guard head.count >= minBase64 else { return nil }
        var standard = Bytes()
        for byte in head.prefix(headCount / 3 * 4) {
            switch byte {
            case UInt8(ascii: "-"): standard.append(UInt8(ascii: "+"))
            case UInt8(ascii: "_"): standard.append(UInt8(ascii: "/"))
            case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, UInt8(ascii: "+"), UInt8(ascii: "/"): standard.append(byte)
            default: return nil
            }
        }
        guard let bytes = try? Base64.standard.decode(standard.prefix(standard.count / 4 * 4)) else { return nil }
        return Sniff.type(of: bytes[...])
    }

    /// The smallest file of any kind is longer.
    private static let minBase64 = 32
    private static let headCount = Sniff.headCount

    /// The numbers of a file's first bytes.
    private static func isFile(_ numbers: [Int?]) -> Bool {
        guard numbers.count >= 12 else { return false }
        let bytes = numbers.prefix(headCount).map { $0.flatMap { UInt8(exactly: $0) } }
        guard !bytes.contains(nil) else { return false }
        return Sniff.type(of: Bytes(bytes.compactMap { $0 })[...]) != nil
    }

    private static func number(_ value: JSONValue) -> Int? {
        switch value {
        case .int(let number): Int(exactly: number)
        case .parsed(let json): json.int
        case .string(let text): Int(text)
        default: nil
        }
    }

    /// A name can say that a link is that of an image: `{"image_url": "https://…"}`.
    private static func within(_ name: String, _ scope: Scope) -> Scope {
        let name = name.lowercased()
        return ["image", "img", "video", "audio", "frame", "photo", "picture", "media"].contains(where: name.contains) ? .anyLink : scope
    }

    /// `{"file_id": "file-1"}`, `{"type": "Buffer", "data": […]}`
    private static func isReference(_ name: String, of value: JSONValue) -> Bool {
        let text: String? =
            switch value {
            case .string(let text): text
            case .parsed(let json): json.string
            default: nil
            }
        guard let text, !text.isEmpty else { return false }
        if name == "type" { return text == "Buffer" }
        return [
            "file_id", "fileId", "file_uri", "fileUri", "gcsUri", "upload_id", "uploadId", "media_id", "mediaId", "asset_id", "assetId",
        ]
        .contains(name)
    }

    private static func trimmed(_ text: Slice) -> Slice {
        var text = text.drop { $0 <= 0x20 }
        while let last = text.last, last <= 0x20 { text.removeLast() }
        return text
    }
}
