import Wire

/// Short spellings for tests.
extension Slice {
    init(_ text: String) { self = Bytes(text.utf8)[...] }
    var text: String { String(decoding: self, as: UTF8.self) }
}
