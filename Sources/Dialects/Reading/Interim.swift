import Jobs
import Wire

enum Sniff {
    static func type(of bytes: Slice) -> MediaType? {
        let b = Bytes(bytes.prefix(16))
        if b.starts(with: [0x89, 0x50, 0x4E, 0x47]) { return .png }
        if b.starts(with: [0xFF, 0xD8, 0xFF]) { return .jpeg }
        if b.starts(with: "RIFF".utf8), b.dropFirst(8).starts(with: "WEBP".utf8) { return .webp }
        if b.dropFirst(4).starts(with: "ftyp".utf8) { return .mp4 }
        return nil
    }
}

struct DataURI {
    var source: Medium.Source
    var type: MediaType?
    init?(_ text: Slice) {
        guard let comma = text.firstIndex(of: UInt8(ascii: ",")) else { return nil }
        let head = String(decoding: text[..<comma].dropFirst(5), as: UTF8.self)
        guard head.hasSuffix(";base64"), let type = MediaType(field: head) else { return nil }
        self.type = type
        source = .base64(type, text[(comma + 1)...])
    }
}
