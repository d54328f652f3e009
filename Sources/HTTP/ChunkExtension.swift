import Wire

/// The grammar of chunk extensions (RFC 9112 §7.1.1): `*( BWS ";" BWS name [ BWS "=" BWS ( token / quoted-string ) ] )`.
enum ChunkExtension {
    static func isLegal(_ text: Span<UInt8>) -> Bool {
        var place = skipBlanks(text, 0)
        while place < text.count {
            guard text[place] == 0x3B else { return false }
            let name = skipBlanks(text, place + 1)
            place = skipToken(text, name)
            guard place > name else { return false }
            let equals = skipBlanks(text, place)
            if equals < text.count, text[equals] == 0x3D {
                guard let end = skipValue(text, skipBlanks(text, equals + 1)) else { return false }
                place = end
            }
            let end = place
            place = skipBlanks(text, place)
            if place == text.count { return place == end }
        }
        return true
    }

    /// The end of a token or quoted string; nil if there is neither.
    private static func skipValue(_ text: Span<UInt8>, _ start: Int) -> Int? {
        guard start < text.count, text[start] == 0x22 else {
            let end = skipToken(text, start)
            return end > start ? end : nil
        }
        var place = start + 1
        while place < text.count, text[place] != 0x22 { place += text[place] == 0x5C ? 2 : 1 }
        return place < text.count ? place + 1 : nil
    }

    private static func skipToken(_ text: Span<UInt8>, _ start: Int) -> Int {
        var place = start
        while place < text.count, Headers.isTokenByte(text[place]) { place += 1 }
        return place
    }

    private static func skipBlanks(_ text: Span<UInt8>, _ start: Int) -> Int {
        var place = start
        while place < text.count, text[place] == 0x20 || text[place] == 0x09 { place += 1 }
        return place
    }
}
