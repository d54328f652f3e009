import Jobs
import Wire

/// One value of a request body, JSON or form, with the client's name for it. Forms have only texts and files, so numbers and flags are also
/// read from texts.
struct InputValue: Sendable {
    enum Value: Sendable {
        case json(JSON)
        case form(FormTree.Value)
    }

    let value: Value
    /// The client's name: `video.id` in JSON, `video[id]` in a form.
    let param: String

    /// The text; nil if it is none.
    var text: String? {
        switch value {
        case .json(let json): json.string
        case .form(let form): form.text
        }
    }

    /// The text without blank characters at its ends.
    var trimmed: String? { text.map(BlankText.trimmed) }

    /// Whether it is a blank text, or the part that a browser sends for a file input without a file.
    var isBlank: Bool {
        if let file { return file.content.isEmpty && (file.filename ?? "").isEmpty }
        if case .json(let json) = value {
            guard json.kind == .string else { return false }
            // Checked before the text is copied, which may be an image of ten megabytes.
            if let first = json.plainString?.first, (0x21...0x7E).contains(first) { return false }
        }
        return text.map(BlankText.isBlank) ?? false
    }

    /// Whether it holds an image, video or audio, or refers to one.
    func holdsMedia(_ scope: MediaValue.Scope = .anyLink) -> Bool {
        switch value {
        case .json(let json): MediaValue.isPresent(in: json, scope)
        case .form: MediaValue.isPresent(in: jsonValue, scope)
        }
    }

    var file: FormField? { if case .form(let form) = value { form.file } else { nil } }

    var isNull: Bool { if case .json(let json) = value { json.isNull } else { false } }

    func string() throws(Fault) -> String {
        guard let text else { throw wrongType("a string") }
        // In JSON, both of what is refused below can only come from an escape.
        if case .json(let json) = value, json.plainString != nil { return text }
        guard !text.utf8.contains(0) else { throw wrongValue("'\(param)' must not contain the character U+0000.") }
        guard !hasLoneSurrogate(text) else {
            throw wrongValue("'\(param)' has half of a surrogate pair (\\uD800 to \\uDFFF) in it, which is no character.")
        }
        return text
    }

    /// JavaScript that cuts an emoji in two escapes half of a surrogate pair; the JSON reader makes U+FFFD of it.
    private func hasLoneSurrogate(_ text: String) -> Bool {
        guard case .json(let json) = value, text.unicodeScalars.contains("\u{FFFD}") else { return false }
        let raw = Bytes(json.raw)[...]
        let written = [Bytes("\u{FFFD}".utf8), Bytes("\\ufffd".utf8), Bytes("\\uFFFD".utf8)]
        return !written.contains { raw.firstIndex(of: $0, from: raw.startIndex) != nil }
    }

    /// A text that is a name. A link or a file is refused, since it would be lost if the parameter is dropped.
    func word() throws(Fault) -> String {
        let text = BlankText.trimmed(try string())
        guard !holdsMedia() else { throw wrongValue("'\(param)' takes a word, not an image, video or audio.") }
        return text
    }

    func integer() throws(Fault) -> Int {
        guard let whole = exactInteger ?? numberWithUnit.flatMap({ Int(exactly: $0) }) else { throw wrongType("a whole number") }
        return whole
    }

    func number() throws(Fault) -> Double {
        guard let numberWithUnit else { throw wrongType("a number") }
        return numberWithUnit
    }

    func flag() throws(Fault) -> Bool {
        guard let bool else { throw wrongType("true or false") }
        return bool
    }

    /// True or false, also as a text; nil for everything else.
    var bool: Bool? {
        if case .json(let json) = value, let bool = json.bool { return bool }
        switch trimmed {
        case "true", "True", "1": return true
        case "false", "False", "0": return false
        default: return nil
        }
    }

    /// The elements of a list; nil if it is not a list.
    var elements: [InputValue]? {
        switch value {
        case .json(let json) where json.kind == .array:
            json.elements.enumerated().map { InputValue(value: .json($1), param: "\(param)[\($0)]") }
        case .form(.list(let list)):
            list.enumerated().map { InputValue(value: .form($1), param: "\(param)[\($0)]") }
        default: nil
        }
    }

    /// The elements of a list; a single value is a list of one.
    var listOrSelf: [InputValue] { elements ?? [self] }

    /// The members of an object, also of one that is JSON in a text, as some SDKs send it in a form. Nil if it is not an object.
    var fields: InputFields? {
        switch value {
        case .json(let json) where json.kind == .object: InputFields(json, path: param)
        case .form(.object(let members)): InputFields(members, path: param)
        default: embedded
        }
    }

    /// The value for `Job.extras`. A text of a form that looks like a number or a flag becomes one, since a form cannot distinguish them.
    var jsonValue: JSONValue {
        switch value {
        case .json(let json): .parsed(json)
        case .form(let form): InputValue.jsonValue(of: form)
        }
    }

    /// Whether both are the same JSON text. Two fields of a form with one name are a list, never two values.
    func isSame(as other: InputValue) -> Bool {
        guard case .json(let mine) = value, case .json(let theirs) = other.value else { return false }
        return mine.raw == theirs.raw
    }

    func wrongType(_ wanted: String) -> Fault {
        Fault(.invalid, "'\(param)' must be \(wanted), not \(shown).", param: param, code: "invalid_type")
    }

    func wrongValue(_ message: String) -> Fault { Fault(.invalid, message, param: param, code: "invalid_value") }

    /// A description for messages: a short text itself, otherwise its type.
    var shown: String {
        if let text { return text.utf8.count <= 40 ? "'\(text)'" : "a text" }
        switch value {
        case .json(let json):
            switch json.kind {
            case .null: return "null"
            case .bool: return json.bool == true ? "true" : "false"
            case .number: return json.numberText.map { $0.utf8.count <= 40 ? $0 : "that number" } ?? "a number"
            case .string: return "a text"
            case .array: return "a list"
            case .object: return "an object"
            }
        case .form(let form):
            switch form {
            case .text: return "a text"
            case .file: return "a file"
            case .list: return "a list"
            case .object: return "an object"
            case .columns: return "parts that could belong to either element: number them ('\(param)[0][…]') or send JSON"
            }
        }
    }

    /// The value of a text of at most nine digits, as forms and many SDKs send whole numbers; nil for every other value.
    var digits: Int? {
        guard let text, 1...9 ~= text.utf8.count else { return nil }
        var whole = 0
        for byte in text.utf8 {
            guard (0x30...0x39).contains(byte) else { return nil }
            whole = whole * 10 + Int(byte - 0x30)
        }
        return whole
    }

    private var numberWithUnit: Double? {
        if case .json(let json) = value, json.kind == .number { return json.double.flatMap { $0.isFinite ? $0 : nil } }
        guard let text = trimmed, !text.isEmpty, text.utf8.allSatisfy(InputValue.isNumberByte) else { return nil }
        return Double(text).flatMap { $0.isFinite ? $0 : nil }
    }

    /// Whole numbers beyond 2^53, which a `Double` would round.
    private var exactInteger: Int? {
        if case .json(let json) = value { if let int = json.int { return int } }
        return trimmed.flatMap { Int($0) }
    }

    private var embedded: InputFields? {
        guard beginsLikeObject, let text, text.utf8.first(where: { $0 > 0x20 }) == UInt8(ascii: "{"),
            let json = try? JSON(parsing: text)
        else { return nil }
        return json.kind == .object ? InputFields(json, path: param) : nil
    }

    /// Checked before the text is copied, which may be an image of ten megabytes.
    private var beginsLikeObject: Bool {
        guard case .json(let json) = value else { return true }
        let first = json.raw.dropFirst().first { $0 > 0x20 }
        return first == UInt8(ascii: "{") || first == UInt8(ascii: "\\")
    }

    /// `Double.init` reads `inf`, `nan` and hexadecimal as well.
    private static func isNumberByte(_ byte: UInt8) -> Bool {
        (0x30...0x39).contains(byte) || byte == UInt8(ascii: ".") || byte == UInt8(ascii: "-") || byte | 0x20 == UInt8(ascii: "e")
            || byte == UInt8(ascii: "+")
    }

    private static func jsonValue(of form: FormTree.Value) -> JSONValue {
        switch form {
        case .text(let text):
            guard let json = try? JSON(parsing: text), json.kind == .number || json.kind == .bool else { return .string(text) }
            return .parsed(json)
        case .file(let file): return .base64(file.content)
        case .list(let elements): return .array(elements.map(jsonValue))
        case .object(let members), .columns(let members): return .object(members.map { ($0.name, jsonValue(of: $0.value)) })
        }
    }
}
