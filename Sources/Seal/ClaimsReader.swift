import Jobs
import Wire

/// Reads what `ClaimsWriter` wrote. Every method returns nil if the bytes are too short or invalid.
struct ClaimsReader {
    private var rest: Slice
    private var remembered: [String] = []

    init(_ bytes: Slice) { rest = bytes }

    var isAtEnd: Bool { rest.isEmpty }

    mutating func byte() -> UInt8? { rest.popFirst() }

    mutating func number() -> UInt64? {
        var number: UInt64 = 0
        for shift in stride(from: 0 as UInt64, to: 64, by: 7) {
            guard let byte = byte() else { return nil }
            let bits = UInt64(byte & 0x7F)
            guard (bits << shift) >> shift == bits else { return nil }
            number |= bits << shift
            if byte < 0x80 { return number }
        }
        return nil
    }

    mutating func signed() -> Int64? {
        number().map { Int64(bitPattern: $0 >> 1) ^ -Int64(bitPattern: $0 & 1) }
    }

    mutating func decimal() -> Double? {
        guard let number = number() else { return nil }
        guard number & 7 == ClaimsWriter.rawDouble else { return Double(number >> 3) / ClaimsWriter.powers[Int(number & 7)] }
        return take(8).map { Double(bitPattern: $0.reduce(0) { $0 << 8 | UInt64($1) }) }
    }

    mutating func text(remember: Bool = false) -> String? {
        guard let text = packedText() else { return nil }
        if remember { remembered.append(text) }
        return text
    }

    private mutating func packedText() -> String? {
        var ends: [String] = []
        while true {
            guard let head = number(), let kind = PackedText(rawValue: UInt8(head & 7)) else { return nil }
            let count = Int(head >> 3)
            let start: String?
            switch kind {
            case .below:
                guard let end = earlier(count) else { return nil }
                ends.append(end)
                continue
            case .same: start = earlier(count)
            default: start = kind.size(of: count).flatMap { take($0) }.flatMap { kind.unpack($0, count: count) }
            }
            return start.map { ends.reversed().reduce(into: $0) { $0 += "/" + $1 } }
        }
    }

    private func earlier(_ index: Int) -> String? { remembered.indices.contains(index) ? remembered[index] : nil }

    mutating func ticket() -> Ticket? {
        guard let count = number(), count <= rest.count else { return nil }
        var fields: [String] = []
        for _ in 0..<count {
            guard let field = text() else { return nil }
            fields.append(field)
        }
        return Ticket(fields: fields)
    }

    /// A reader of the content of a numbered field.
    mutating func field() -> ClaimsReader? {
        guard let length = number().flatMap({ Int(exactly: $0) }), let inside = take(length) else { return nil }
        var field = self
        field.rest = inside
        return field
    }

    mutating func operation() -> Operation? {
        switch byte() {
        case 0: return .generate
        case let edge? where edge == 1 || edge == 2:
            if isAtEnd { return .extend(edge == 1 ? .start : .end, context: nil) }
            return decimal().map { .extend(edge == 1 ? .start : .end, context: $0) }
        case 3: return .edit
        case 4: return .remix
        case 5:
            guard let what = byte(), what < 3, let start = decimal() else { return nil }
            return .retake(start: start, replacing: [.audio, .video, .both][Int(what)])
        case 6: return .reframe
        case 7: return .hdr
        default: return nil
        }
    }

    private mutating func take(_ count: Int) -> Slice? {
        guard count <= rest.count else { return nil }
        defer { rest = rest.dropFirst(count) }
        return rest.prefix(count)
    }
}
