/// A reader of MP4 boxes for the tests, written apart from the writer.
struct BoxTree {
    let type: String
    /// The box's content in the file, without its head.
    let content: Range<Int>
    let children: [BoxTree]

    /// The boxes that fill the range exactly; nil if they do not.
    static func read(_ file: [UInt8], _ range: Range<Int>) -> [BoxTree]? {
        var boxes: [BoxTree] = []
        var place = range.lowerBound
        while place < range.upperBound {
            guard place + 8 <= range.upperBound else { return nil }
            let size = number(file, place)
            let type = String(decoding: file[place + 4..<place + 8], as: UTF8.self)
            guard size >= 8, place + size <= range.upperBound else { return nil }
            let content = place + 8..<place + size
            let skipped = ["stsd": 8, "dref": 8, "avc1": 78, "mp4a": 28, "meta": 4][type] ?? 0
            let nested = ["moov", "trak", "mdia", "minf", "stbl", "dinf", "udta", "ilst"].contains(type) || skipped > 0
            guard nested else {
                boxes.append(BoxTree(type: type, content: content, children: []))
                place += size
                continue
            }
            guard let children = read(file, content.dropFirst(skipped)) else { return nil }
            boxes.append(BoxTree(type: type, content: content, children: children))
            place += size
        }
        return boxes
    }

    /// All boxes of that type below this one.
    func all(_ type: String) -> [BoxTree] { children.flatMap { ($0.type == type ? [$0] : []) + $0.all(type) } }

    /// 32-bit numbers of a table in the content from a place on.
    func numbers(_ file: [UInt8], from place: Int) -> [Int] {
        stride(from: content.lowerBound + place, to: content.upperBound - 3, by: 4).map { Self.number(file, $0) }
    }

    static func number(_ file: [UInt8], _ place: Int) -> Int { file[place..<place + 4].reduce(0) { $0 << 8 | Int($1) } }
}
