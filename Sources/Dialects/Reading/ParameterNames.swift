import Jobs

/// Finds parameters by the bytes of the names in a request. A hash table over the names in `Parameter.all`, made once; a look-up makes no
/// string and hashes each byte once.
struct ParameterNames: Sendable {
    static let all = ParameterNames()

    /// What is known of a name.
    struct Found {
        /// The name itself, if the table has it in the same spelling: the request's own bytes need not be copied.
        var name: String?
        /// The place of its parameter in `Parameter.all`; nil if it is the name of none.
        var parameter: Int?
    }

    private struct Entry {
        let name: String
        let bytes: [UInt8]
        let parameter: Int?
    }

    private var entries: [Entry] = []
    /// 1 + the place of an entry; 0 is free. A name stands at its hash or in the next free slot after it.
    private var slots: [UInt16]

    private init() {
        slots = Array(repeating: 0, count: ParameterNames.slotCount)
        for (place, parameter) in Parameter.all.enumerated() {
            for name in parameter.clientNames { add(name, parameter: place) }
        }
        for name in InputFields.promptNames + InputFields.modelNames { add(name, parameter: nil) }
    }

    /// Four slots for each name keep the searches short. A power of two.
    private static let slotCount = 2048

    func find(_ name: UnsafeBufferPointer<UInt8>) -> Found {
        guard let hash = ParameterNames.hash(name) else { return find(notASCII: name) }
        // A name in PascalCase is a vendor's own (`Parameter.Key`).
        if let first = name.first, first &- 0x41 < 26 { return Found() }
        var found = Found()
        var slot = hash
        while slots[slot] != 0 {
            let entry = entries[Int(slots[slot]) - 1]
            if ParameterNames.isEqual(entry.bytes, name) { return Found(name: entry.name, parameter: entry.parameter) }
            if found.parameter == nil, ParameterNames.isSameKey(entry.bytes, name) { found.parameter = entry.parameter }
            slot = (slot + 1) % ParameterNames.slotCount
        }
        return found
    }

    /// Some letters beyond ASCII have their small letter in ASCII: U+212A is a `K`.
    private func find(notASCII name: UnsafeBufferPointer<UInt8>) -> Found {
        var key = Parameter.Key(String(decoding: name, as: UTF8.self)).text
        return key.withUTF8 { key in ParameterNames.hash(key) == nil ? Found() : Found(parameter: find(key).parameter) }
    }

    private mutating func add(_ name: String, parameter: Int?) {
        let bytes = Array(name.utf8)
        guard var slot = bytes.withUnsafeBufferPointer(ParameterNames.hash) else { return }
        while slots[slot] != 0 { slot = (slot + 1) % ParameterNames.slotCount }
        entries.append(Entry(name: name, bytes: bytes, parameter: parameter))
        slots[slot] = UInt16(truncatingIfNeeded: entries.count)
    }

    /// The first slot for a name: the same for all spellings of the same words (`image_url`, `imageUrl`, `image-url`). Nil for a name that
    /// is not ASCII. 64-bit FNV-1a; the table is fixed, so a client cannot make it slow.
    private static func hash(_ name: UnsafeBufferPointer<UInt8>) -> Int? {
        var hash: UInt64 = 0xCBF2_9CE4_8422_2325
        for byte in name where !isSeparator(byte) {
            guard byte < 0x80 else { return nil }
            hash = (hash ^ UInt64(lowered(byte))) &* 0x100_0000_01B3
        }
        return Int(truncatingIfNeeded: hash >> 32) & (slotCount - 1)
    }

    private static func isEqual(_ known: [UInt8], _ name: UnsafeBufferPointer<UInt8>) -> Bool {
        guard known.count == name.count else { return false }
        for place in name.indices where known[place] != name[place] { return false }
        return true
    }

    /// Whether two ASCII names are equal but for case and separators.
    private static func isSameKey(_ known: [UInt8], _ name: UnsafeBufferPointer<UInt8>) -> Bool {
        var place = 0
        for byte in name where !isSeparator(byte) {
            while place < known.count, isSeparator(known[place]) { place += 1 }
            guard place < known.count, lowered(known[place]) == lowered(byte) else { return false }
            place += 1
        }
        while place < known.count, isSeparator(known[place]) { place += 1 }
        return place == known.count
    }

    private static func isSeparator(_ byte: UInt8) -> Bool { byte == UInt8(ascii: "_") || byte == UInt8(ascii: "-") }
    private static func lowered(_ byte: UInt8) -> UInt8 { byte &- 0x41 < 26 ? byte | 0x20 : byte }
}
