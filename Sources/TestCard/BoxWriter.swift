/// Writes the boxes of an MP4 file (ISO/IEC 14496-12): size, type, content, big-endian.
struct BoxWriter: Sendable {
    private(set) var bytes: [UInt8] = []

    mutating func box(_ type: String, _ content: (inout BoxWriter) -> Void) {
        let start = bytes.count
        put32(0)
        text(type)
        content(&self)
        let size = bytes.count - start
        for place in 0..<4 { bytes[start + place] = UInt8(truncatingIfNeeded: size >> (24 - 8 * place)) }
    }

    /// A box with version 0 and flags.
    mutating func full(_ type: String, flags: Int = 0, _ content: (inout BoxWriter) -> Void) {
        box(type) { box in
            box.put32(flags)
            content(&box)
        }
    }

    mutating func put8(_ values: Int...) { for value in values { bytes.append(UInt8(truncatingIfNeeded: value)) } }

    mutating func put16(_ values: Int...) { for value in values { put8(value >> 8, value) } }

    mutating func put32(_ values: Int...) { for value in values { put8(value >> 24, value >> 16, value >> 8, value) } }

    mutating func zeros(_ count: Int) { bytes.append(contentsOf: repeatElement(0, count: count)) }

    mutating func text(_ text: String) { bytes.append(contentsOf: text.utf8) }

    mutating func raw(_ content: [UInt8]) { bytes.append(contentsOf: content) }
}
