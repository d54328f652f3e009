extension ArraySlice<UInt8> {
    /// Where `needle` first stands at or behind `start`, as an index of this slice; nil if it does not. Thirty-two places at a time:
    /// only where the first and the last byte of the needle both fit is the rest compared.
    package func firstIndex(of needle: Bytes, from start: Int) -> Int? {
        guard let first = needle.first, let last = needle.last else { return start }
        let found = withUnsafeBufferPointer { hay in
            needle.withUnsafeBufferPointer { needle in
                ByteSearch(hay: hay, needle: needle, first: first, last: last).run(from: start - startIndex)
            }
        }
        return found.map { $0 + startIndex }
    }

    /// Whether this slice continues with `prefix` at `index`.
    package func continues(with prefix: some Collection<UInt8>, at index: Int) -> Bool {
        index >= startIndex && endIndex - index >= prefix.count && self[index..<(index + prefix.count)].elementsEqual(prefix)
    }
}

private struct ByteSearch {
    let hay: UnsafeBufferPointer<UInt8>
    let needle: UnsafeBufferPointer<UInt8>
    let first: UInt8
    let last: UInt8

    func run(from start: Int) -> Int? {
        let raw = UnsafeRawBufferPointer(hay)
        let span = needle.count - 1
        var place = start
        while place + span + 32 <= hay.count {
            let heads = raw.loadUnaligned(fromByteOffset: place, as: SIMD32<UInt8>.self) .== first
            let tails = raw.loadUnaligned(fromByteOffset: place + span, as: SIMD32<UInt8>.self) .== last
            if any(heads .& tails) {
                for candidate in place..<(place + 32) where matches(at: candidate) { return candidate }
            }
            place += 32
        }
        while place + span < hay.count {
            if matches(at: place) { return place }
            place += 1
        }
        return nil
    }

    private func matches(at place: Int) -> Bool {
        guard hay[place] == first, hay[place + needle.count - 1] == last else { return false }
        for offset in 0..<needle.count where hay[place + offset] != needle[offset] { return false }
        return true
    }
}
