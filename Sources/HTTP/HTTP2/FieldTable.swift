import CNghttp2
import Wire

/// The fields of one head in the form that libnghttp2 needs.
struct FieldTable {
    private var text = Bytes()
    private var ranges: [(name: Range<Int>, value: Range<Int>)] = []

    /// Larger buffers are not kept for the next head.
    private static let maxKeptBytes = 4096

    mutating func removeAll() {
        text.removeAll(keepingCapacity: text.capacity <= FieldTable.maxKeptBytes)
        ranges.removeAll(keepingCapacity: text.capacity <= FieldTable.maxKeptBytes)
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

    /// A request id is different in each response. In the dynamic table of HPACK it would only displace others, and each search would
    /// compare all of them.
    private static func flags(_ name: Span<UInt8>) -> UInt8 {
        UInt8((ASCIIText.isEqual(name, "x-request-id") ? NGHTTP2_NV_FLAG_NO_INDEX : NGHTTP2_NV_FLAG_NONE).rawValue)
    }

    /// Calls `body` with the fields. The library copies them before it returns.
    func withFields(_ body: (UnsafeBufferPointer<nghttp2_nv>) -> Int32) {
        text.withUnsafeBufferPointer { text in
            withUnsafeTemporaryAllocation(of: nghttp2_nv.self, capacity: ranges.count) { table in
                for (index, place) in ranges.enumerated() {
                    let field = nghttp2_nv(
                        name: UnsafeMutablePointer(mutating: text.baseAddress! + place.name.lowerBound),
                        value: UnsafeMutablePointer(mutating: text.baseAddress! + place.value.lowerBound),
                        namelen: place.name.count, valuelen: place.value.count, flags: FieldTable.flags(text.span.extracting(place.name)))
                    table.initializeElement(at: index, to: field)
                }
                _ = body(UnsafeBufferPointer(rebasing: table[..<ranges.count]))
            }
        }
    }
}
