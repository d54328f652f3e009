extension ArraySlice<UInt8> {
    /// The index of the first `needle` at or after `start`; nil if there is none. Searches by blocks: compares the rest only where the
    /// first and the last byte of the needle match.
    package func firstIndex(of needle: Bytes, from start: Int) -> Int? {
        guard let first = needle.first, let last = needle.last else { return start }
        let found = withUnsafeBufferPointer { hay in
            needle.withUnsafeBufferPointer { needle in
                ByteSearch(hay: hay, needle: needle, first: first, last: last).run(from: start - startIndex)
            }
        }
        return found.map { $0 + startIndex }
    }

    /// Whether any byte is a space or a control character.
    var hasSpace: Bool {
        withUnsafeBufferPointer { bytes in
            let raw = UnsafeRawBufferPointer(bytes)
            var place = 0
            while place + Block.count <= bytes.count {
                guard (Block(raw, at: place) .< .all(0x21)).isEmpty else { return true }
                place += Block.count
            }
            return bytes[place...].contains { $0 < 0x21 }
        }
    }

    /// Whether this slice continues with `prefix` at `index`.
    package func continues(with prefix: some Collection<UInt8>, at index: Int) -> Bool {
        index >= startIndex && endIndex - index >= prefix.count && self[index..<(index + prefix.count)].elementsEqual(prefix)
    }
}

extension UnsafeBufferPointer<UInt8> {
    /// The place of the first such byte at or after `start`; nil if there is none. Searches by blocks.
    package func firstPlace(of byte: UInt8, from start: Int) -> Int? {
        let raw = UnsafeRawBufferPointer(self)
        var place = start
        while place + Block.count <= count {
            if let found = (Block(raw, at: place) .== .all(byte)).marks.firstMarked { return place + found }
            place += Block.count
        }
        while place < count {
            if self[place] == byte { return place }
            place += 1
        }
        return nil
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
        while place + span + Block.count <= hay.count {
            let isCandidate = (Block(raw, at: place) .== .all(first)) .& (Block(raw, at: place + span) .== .all(last))
            if !isCandidate.isEmpty {
                for candidate in place..<(place + Block.count) where matches(at: candidate) { return candidate }
            }
            place += Block.count
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
