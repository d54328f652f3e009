extension Sniff {
    /// Width and height of a PNG, JPEG, WebP, GIF or BMP; nil for other files, and if the header is not in `bytes`. A JPEG has it
    /// after its metadata, possibly some hundred kilobytes from its beginning.
    package static func size(of bytes: Slice) -> PixelSize? {
        let head = FileHead(bytes)
        switch type(of: bytes) {
        case .png: return png(head)
        case .jpeg: return jpeg(head)
        case .webp: return webp(head)
        case .gif: return size(head.little(at: 6, bytes: 2), head.little(at: 8, bytes: 2))
        case .bmp: return bitmap(head)
        default: return nil
        }
    }

    private static func size(_ width: Int?, _ height: Int?) -> PixelSize? {
        guard let width, let height else { return nil }
        return PixelSize(width: width, height: height)
    }

    private static func png(_ head: FileHead) -> PixelSize? {
        guard head.has("IHDR", at: 12) else { return nil }
        return size(head.big(at: 16, bytes: 4), head.big(at: 20, bytes: 4))
    }

    /// Old headers have 16 bits for each side; in newer ones a negative height means that the rows run downwards.
    private static func bitmap(_ head: FileHead) -> PixelSize? {
        guard let headerSize = head.little(at: 14, bytes: 4), headerSize > 16 else {
            return size(head.little(at: 18, bytes: 2), head.little(at: 20, bytes: 2))
        }
        guard let width = head.little(at: 18, bytes: 4), let height = head.little(at: 22, bytes: 4) else { return nil }
        let rows = Int(Int32(truncatingIfNeeded: height).magnitude)
        return PixelSize(width: Int(Int32(truncatingIfNeeded: width)), height: rows)
    }

    /// Lossy (RFC 6386 §9.1), lossless and extended WebP (RFC 9649 §2.7 and §3.4).
    private static func webp(_ head: FileHead) -> PixelSize? {
        switch head.text(at: 12, count: 4) {
        case "VP8 ":
            guard head.has([0x9D, 0x01, 0x2A], at: 23) else { return nil }
            return size(head.little(at: 26, bytes: 2).map { $0 & 0x3FFF }, head.little(at: 28, bytes: 2).map { $0 & 0x3FFF })
        case "VP8L":
            guard head.byte(at: 20) == 0x2F, let bits = head.little(at: 21, bytes: 4) else { return nil }
            return PixelSize(width: bits & 0x3FFF + 1, height: bits >> 14 & 0x3FFF + 1)
        case "VP8X":
            return size(head.little(at: 24, bytes: 3).map { $0 + 1 }, head.little(at: 27, bytes: 3).map { $0 + 1 })
        default:
            return nil
        }
    }

    /// Follows the markers up to the frame header (ITU-T T.81 §B.1.1), at most a thousand of them.
    private static func jpeg(_ head: FileHead) -> PixelSize? {
        var place = 2
        for _ in 0..<1000 {
            guard head.byte(at: place) == 0xFF, let marker = head.byte(at: place + 1) else { return nil }
            switch marker {
            case 0xFF:
                place += 1
            case 0x01, 0xD0...0xD7:
                place += 2
            case 0xC0...0xC3, 0xC5...0xC7, 0xC9...0xCB, 0xCD...0xCF:
                return size(head.big(at: place + 7, bytes: 2), head.big(at: place + 5, bytes: 2))
            case 0xD9, 0xDA:
                return nil
            default:
                guard let length = head.big(at: place + 2, bytes: 2) else { return nil }
                place += 2 + length
            }
        }
        return nil
    }
}

/// The stored width and height of an image, before any rotation in its metadata.
package struct PixelSize: Sendable, Hashable, CustomStringConvertible {
    package let width: Int
    package let height: Int

    /// Nil unless both are positive.
    package init?(width: Int, height: Int) {
        guard width > 0, height > 0 else { return nil }
        self.width = width
        self.height = height
    }

    package var description: String { "\(width)x\(height)" }
}
