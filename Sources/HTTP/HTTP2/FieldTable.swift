import CNghttp2
import Wire

/// The fields of one head in the form that libnghttp2 needs.
struct FieldTable {
    private var text = Bytes()
    private var ranges: [(name: Range<Int>, value: Range<Int>)] = []

    init(capacity: Int) {
        text.reserveCapacity(256)
        ranges.reserveCapacity(capacity)
    }

    mutating func add(_ name: StaticString, _ value: some Sequence<UInt8>) {
        let start = text.count
        text.append(contentsOf: UnsafeBufferPointer(start: name.utf8Start, count: name.utf8CodeUnitCount))
        let middle = text.count
        text.append(contentsOf: value)
        ranges.append((start..<middle, middle..<text.count))
    }

    mutating func add(_ headers: Headers) {
        let start = text.count
        headers.withUnsafeText { text.append(contentsOf: $0) }
        for index in 0..<headers.count {
            let place = headers.place(index)
            ranges.append(
                (
                    (place.name.lowerBound + start)..<(place.name.upperBound + start),
                    (place.value.lowerBound + start)..<(place.value.upperBound + start)
                ))
        }
    }

    /// Calls `body` with the fields. The library copies them before it returns.
    func withFields(_ body: (UnsafeBufferPointer<nghttp2_nv>) -> Int32) {
        text.withUnsafeBufferPointer { text in
            withUnsafeTemporaryAllocation(of: nghttp2_nv.self, capacity: ranges.count) { table in
                for (index, place) in ranges.enumerated() {
                    let field = nghttp2_nv(
                        name: UnsafeMutablePointer(mutating: text.baseAddress! + place.name.lowerBound),
                        value: UnsafeMutablePointer(mutating: text.baseAddress! + place.value.lowerBound),
                        namelen: place.name.count, valuelen: place.value.count, flags: UInt8(NGHTTP2_NV_FLAG_NONE.rawValue))
                    table.initializeElement(at: index, to: field)
                }
                _ = body(UnsafeBufferPointer(rebasing: table[..<ranges.count]))
            }
        }
    }
}
