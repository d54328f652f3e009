import Jobs
import Wire

/// The members of a request body, JSON or form. Each is taken once, by its name; those that are left are unknown to the dialect.
struct InputFields: Sendable {
    private struct Member {
        let name: String
        let input: InputValue
        var isTaken = false
    }

    private var entries: [Member] = []
    private var places: [String: Int] = [:]
    private var nulls: Set<String> = []
    private var blanks: Set<String> = []
    /// Names that occur twice in one object, with different values.
    private(set) var repeated: [String] = []
    /// The client's names for the neutral parameters that it sent.
    var clientNames: [String: String] = [:]

    init() {}

    init(_ json: JSON, path: String = "") {
        let members = json.members
        entries.reserveCapacity(members.count)
        places.reserveCapacity(members.count)
        for (name, value) in members {
            put(name, InputValue(value: .json(value), param: path.isEmpty ? name : path + "." + name))
        }
    }

    init(_ members: [FormTree.Member], path: String = "") {
        for member in members {
            put(member.name, InputValue(value: .form(member.value), param: path.isEmpty ? member.name : "\(path)[\(member.name)]"))
        }
    }

    /// Whether there is a member of that name that is not null and not taken yet.
    func has(_ name: String) -> Bool { places[name].map { !entries[$0].isTaken } ?? false }

    /// Takes the member of that name; nil if it is absent, null or taken already.
    mutating func take(_ name: String) -> InputValue? {
        guard let place = places[name], !entries[place].isTaken else { return nil }
        entries[place].isTaken = true
        return entries[place].input
    }

    /// Whether the member of that name is null, which some APIs distinguish from its absence.
    func wasNull(_ name: String) -> Bool { nulls.contains(name) }

    /// Whether the member of that name is a blank text, which counts as absent.
    func wasBlank(_ name: String) -> Bool { blanks.contains(name) }

    /// The member of that name, without taking it.
    func peek(_ name: String) -> InputValue? { places[name].flatMap { entries[$0].isTaken ? nil : entries[$0].input } }

    mutating func string(_ name: String) throws(Fault) -> String? { try take(name)?.string() }
    mutating func integer(_ name: String) throws(Fault) -> Int? { try take(name)?.integer() }
    mutating func number(_ name: String) throws(Fault) -> Double? { try take(name)?.number() }
    mutating func flag(_ name: String) throws(Fault) -> Bool? { try take(name)?.flag() }

    mutating func required(_ name: String) throws(Fault) -> InputValue {
        guard let input = take(name) else { throw InputFields.missing(name) }
        return input
    }

    /// One of a list of words.
    /// - Throws: a fault that names the list.
    mutating func word(_ name: String, of words: [String]) throws(Fault) -> String? {
        guard let input = take(name) else { return nil }
        let text = try input.word()
        guard words.contains(text) else { throw input.wrongValue(InputFields.unsupported(text, words, for: input.param)) }
        return text
    }

    /// The members that have not been taken, in the order of the body.
    var untaken: [(name: String, input: InputValue)] { entries.filter { !$0.isTaken }.map { ($0.name, $0.input) } }

    /// Whether a length is requested, by any of its names.
    var hasLength: Bool { untaken.contains { Parameter.named($0.name)?.isDuration == true } }

    /// Merges the members of an object with the others: raw requests nest under `extra_body` what SDKs put at the top level.
    /// - Throws: a fault for a protected name, and for a name that is at the top level too.
    mutating func mergeNested(_ name: String) throws(Fault) {
        guard let input = take(name) else { return }
        guard let inner = input.fields else { throw input.wrongType("an object") }
        // Numbered members are a list, or the bytes of a file.
        guard !inner.untaken.contains(where: { Int($0.name) != nil }) else { throw input.wrongType("an object of parameters") }
        for (member, value) in inner.untaken {
            guard !InputFields.protectedNames.contains(Parameter.Key(member)) else {
                throw value.wrongValue("'\(member)' cannot be set in '\(name)'.")
            }
            guard places[member] == nil else {
                throw value.wrongValue("'\(member)' stands both in '\(name)' and beside it.")
            }
            put(member, value)
        }
    }

    static func missing(_ name: String) -> Fault {
        Fault(.missing, "The parameter '\(name)' is missing.", param: name, code: "missing_required_parameter")
    }

    /// `Invalid value: '5'. Supported values are: '4', '8', and '12'.`, which clients match on, followed by the name.
    static func unsupported(_ text: String, _ words: [String], for param: String) -> String {
        let shown = text.utf8.count <= 80 ? text : String(text.prefix(80)) + "…"
        var list = words.dropLast().map { "'\($0)'" }.joined(separator: ", ")
        if words.count > 1 { list += words.count > 2 ? ", and " : " and " }
        list += "'\(words.last ?? "")'"
        return "Invalid value: '\(shown)'. Supported \(words.count == 1 ? "value is" : "values are"): \(list). The parameter is '\(param)'."
    }

    /// Names that choose the model, the price or the caller.
    private static let protectedNames = Parameter.Key.set(
        "api_key", "api_base", "base_url", "organization", "extra_body"
    ).union(
        (InputFields.promptNames + InputFields.modelNames + Parameter.byClientName.filter { $0.value.isCount }.keys).map(
            Parameter.Key.init))

    private mutating func put(_ name: String, _ input: InputValue) {
        guard !input.isNull else {
            nulls.insert(name)
            return
        }
        guard !input.isBlank else {
            blanks.insert(name)
            return
        }
        if let place = places[name] {
            if !input.isSame(as: entries[place].input) { repeated.append(input.param) }
        } else {
            places[name] = entries.count
            entries.append(Member(name: name, input: input))
        }
    }
}
