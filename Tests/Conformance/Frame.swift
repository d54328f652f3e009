/// One HTTP/2 frame, made by hand or taken off the wire (RFC 9113 §4.1), without any library's help.
package struct Frame: Sendable, Equatable {
    package var type: UInt8
    package var flags: UInt8
    package var stream: UInt32
    package var payload: [UInt8]

    package static let (data, headers, priority, reset, settings): (UInt8, UInt8, UInt8, UInt8, UInt8) = (0, 1, 2, 3, 4)
    package static let (promise, ping, goAway, windowUpdate, continuation): (UInt8, UInt8, UInt8, UInt8, UInt8) = (5, 6, 7, 8, 9)
    package static let (ack, endStream, endHeaders, padded, prioritised): (UInt8, UInt8, UInt8, UInt8, UInt8) = (1, 1, 4, 8, 32)

    package init(_ type: UInt8, _ flags: UInt8 = 0, on stream: UInt32 = 0, payload: [UInt8] = []) {
        self.type = type
        self.flags = flags
        self.stream = stream
        self.payload = payload
    }

    package var bytes: [UInt8] {
        let length = payload.count
        return [UInt8(length >> 16 & 255), UInt8(length >> 8 & 255), UInt8(length & 255), type, flags] + Frame.word(stream) + payload
    }

    package static func word(_ value: UInt32) -> [UInt8] { [24, 16, 8, 0].map { UInt8(value >> $0 & 255) } }

    /// The whole frames at the start of the bytes, which are taken away.
    package static func take(from bytes: inout [UInt8]) -> [Frame] {
        var frames: [Frame] = []
        var start = 0
        while bytes.count - start >= 9 {
            let length = Int(bytes[start]) << 16 | Int(bytes[start + 1]) << 8 | Int(bytes[start + 2])
            guard bytes.count - start >= 9 + length else { break }
            let stream = bytes[(start + 5)..<(start + 9)].reduce(0) { $0 << 8 | UInt32($1) }
            frames.append(Frame(bytes[start + 3], bytes[start + 4], on: stream, payload: Array(bytes[(start + 9)..<(start + 9 + length)])))
            start += 9 + length
        }
        bytes.removeFirst(start)
        return frames
    }

    // MARK: Frames of a client

    /// What every client says first, with empty settings.
    package static let preface = Array("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".utf8) + Frame(settings).bytes

    /// A request head in one frame.
    package static func request(_ stream: UInt32, _ fields: [(String, String)], ends: Bool = true) -> Frame {
        Frame(headers, endHeaders | (ends ? endStream : 0), on: stream, payload: block(fields))
    }

    package static let get = [(":method", "GET"), (":scheme", "http"), (":path", "/"), (":authority", "a")]
    package static let post = [(":method", "POST"), (":scheme", "http"), (":path", "/"), (":authority", "a")]

    /// A field block of literals (RFC 7541 §6.2.2).
    package static func block(_ fields: [(String, String)]) -> [UInt8] { fields.flatMap { [0] + text($0.0) + text($0.1) } }

    private static func text(_ text: String) -> [UInt8] {
        let bytes = Array(text.utf8)
        guard bytes.count >= 127 else { return [UInt8(bytes.count)] + bytes }
        var (length, rest): ([UInt8], Int) = ([127], bytes.count - 127)
        while rest >= 128 {
            length.append(UInt8(rest & 127 | 128))
            rest >>= 7
        }
        return length + [UInt8(rest)] + bytes
    }

    // MARK: Frames of a server

    /// The status in the field block of an answer that is the first on its connection.
    package var status: Int? {
        guard type == Frame.headers else { return nil }
        let block = payload.drop { $0 & 0xE0 == 0x20 }  // Changes of the table's size.
        guard let first = block.first else { return nil }
        let indexed: [UInt8: Int] = [0x88: 200, 0x89: 204, 0x8A: 206, 0x8B: 304, 0x8C: 400, 0x8D: 404, 0x8E: 500]
        if let status = indexed[first] { return status }
        guard first & 0x0F == 8, let length = block.dropFirst().first else { return nil }
        let value = block.dropFirst(2).prefix(Int(length & 127))
        return Int(length & 128 == 0 ? String(decoding: value, as: UTF8.self) : Frame.digits(value))
    }

    /// Three digits in Huffman's code of RFC 7541 appendix B: 0 to 2 have five bits, 3 to 9 have six.
    private static func digits(_ bytes: some Sequence<UInt8>) -> String {
        var bits = bytes.flatMap { byte in (0..<8).map { byte >> (7 - $0) & 1 } }[...]
        var text = ""
        while text.count < 3, bits.count >= 5 {
            let five = bits.prefix(5).reduce(0) { $0 << 1 | Int($1) }
            if five < 3 {
                text += "\(five)"
                bits = bits.dropFirst(5)
            } else {
                text += "\(bits.prefix(6).reduce(0) { $0 << 1 | Int($1) } - 0x19 + 3)"
                bits = bits.dropFirst(6)
            }
        }
        return text
    }
}
