/// Detects the type of a file by its first bytes: clients label images `application/octet-stream`, or with the wrong type, or not at all.
package enum Sniff {
    /// How many bytes `type(of:)` needs.
    package static let headCount = 256

    /// Nil if the file is not an image, video or audio of a known format.
    /// - Parameter bytes: the first `headCount` bytes are enough.
    package static func type(of bytes: Slice) -> MediaType? {
        let head = FileHead(bytes.prefix(headCount))
        return signature(head) ?? container(head) ?? bitmap(head) ?? audio(head)
    }

    private static func signature(_ head: FileHead) -> MediaType? {
        if head.has([0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A], at: 0) { return .png }
        if head.has([0xFF, 0xD8, 0xFF], at: 0) { return .jpeg }
        if head.has("GIF87a", at: 0) || head.has("GIF89a", at: 0) { return .gif }
        if head.has("II*\0", at: 0) || head.has("MM\0*", at: 0) { return .tiff }
        if head.has("fLaC", at: 0) { return .flac }
        if head.has("ID3", at: 0) { return .mp3 }
        return nil
    }

    private static func container(_ head: FileHead) -> MediaType? {
        if head.has("RIFF", at: 0) || head.has("RF64", at: 0) { return riff(head) }
        if head.has("ftyp", at: 4) { return isoMedia(head) }
        if head.has([0x1A, 0x45, 0xDF, 0xA3], at: 0) { return matroska(head) }
        // The codec's own header follows the first page's: 28 bytes with one segment.
        if head.has("OggS", at: 0) { return head.has([0x80] + "theora".utf8, at: 28) ? .oggVideo : .ogg }
        let isOldMovie = ["moov", "mdat", "wide", "pnot"].contains(head.text(at: 4, count: 4) ?? "")
        return isOldMovie ? .mov : nil
    }

    private static func riff(_ head: FileHead) -> MediaType? {
        switch head.text(at: 8, count: 4) {
        case "WEBP": .webp
        case "WAVE": .wav
        case "AVI ": .avi
        default: nil
        }
    }

    /// ISO base media files name their brands in the first box (ISO/IEC 14496-12 §4.3). A file that is neither an image nor audio is a
    /// video.
    private static func isoMedia(_ head: FileHead) -> MediaType? {
        let end = min(head.big(at: 0, bytes: 4) ?? 0, head.count)
        let brands = [8] + stride(from: 16, to: max(16, end - 3), by: 4)
        let names = brands.compactMap { head.text(at: $0, count: 4) }
        guard let major = names.first else { return nil }
        switch major {
        case "avif", "avis": return .avif
        case "heic", "heix", "heim", "heis", "hevc", "hevx": return .heic
        case "mif1", "msf1": return names.contains("avif") ? .avif : .heic
        case "qt  ": return .mov
        case "M4A ", "M4B ", "M4P ": return .m4a
        case let name where name.hasPrefix("3g"): return .threeGPP
        default: return .mp4
        }
    }

    /// The DocType element (0x4282) of the EBML header (RFC 8794 §11.2.6) distinguishes WebM from other Matroska.
    private static func matroska(_ head: FileHead) -> MediaType? {
        guard let place = head.offset(of: [0x42, 0x82], from: 4, to: 128) else { return nil }
        if head.has("webm", at: place + 3) { return .webm }
        return head.has("matroska", at: place + 3) ? .mkv : nil
    }

    /// `BM` alone is ambiguous: the header size after it must be a known one.
    private static func bitmap(_ head: FileHead) -> MediaType? {
        guard head.has("BM", at: 0), let size = head.little(at: 14, bytes: 4) else { return nil }
        return [12, 16, 40, 52, 56, 64, 108, 124].contains(size) ? .bmp : nil
    }

    /// Audio without a container begins with a frame: eleven bits set, then version, layer, bit rate and sampling rate (ISO/IEC 11172-3
    /// §2.4.1.3); AAC in ADTS has layer 0.
    private static func audio(_ head: FileHead) -> MediaType? {
        guard head.byte(at: 0) == 0xFF, let second = head.byte(at: 1), let third = head.byte(at: 2) else { return nil }
        if second & 0xF6 == 0xF0 { return .aac }
        let isLayerThree = second & 0xE6 == 0xE2 && second & 0x18 != 0x08
        let hasRates = third & 0xF0 != 0xF0 && third & 0xF0 != 0 && third & 0x0C != 0x0C
        return isLayerThree && hasRates ? .mp3 : nil
    }
}

/// The first bytes of a file, read by offset; nil beyond their end.
struct FileHead {
    private let bytes: Slice

    init(_ bytes: Slice) { self.bytes = bytes }

    var count: Int { bytes.count }

    func has(_ text: StaticString, at offset: Int) -> Bool {
        let signature = UnsafeBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount)
        return bytes.continues(with: signature, at: bytes.startIndex + offset)
    }

    func has(_ signature: [UInt8], at offset: Int) -> Bool { bytes.continues(with: signature, at: bytes.startIndex + offset) }

    func text(at offset: Int, count: Int) -> String? { window(offset, count).map { String(decoding: $0, as: UTF8.self) } }

    func byte(at offset: Int) -> UInt8? { window(offset, 1)?.first }

    func big(at offset: Int, bytes count: Int) -> Int? { window(offset, count)?.reduce(0) { $0 << 8 | Int($1) } }

    func little(at offset: Int, bytes count: Int) -> Int? { window(offset, count)?.reversed().reduce(0) { $0 << 8 | Int($1) } }

    func offset(of needle: Bytes, from offset: Int, to end: Int) -> Int? {
        let window = bytes.prefix(end)
        return window.firstIndex(of: needle, from: bytes.startIndex + offset).map { $0 - bytes.startIndex }
    }

    private func window(_ offset: Int, _ count: Int) -> Slice? {
        guard offset >= 0, offset + count <= bytes.count else { return nil }
        return bytes[(bytes.startIndex + offset)..<(bytes.startIndex + offset + count)]
    }
}
