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
