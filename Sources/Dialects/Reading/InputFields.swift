import Jobs
import Wire

/// The members of a request body, JSON or form. Each is taken once, by its name; those that are left are unknown to the dialect.
struct InputFields: Sendable {
    struct Member {
        let name: String
        let input: InputValue
        /// The place in `Parameter.all` of the parameter with this name in any API.
        let parameter: Int?
        var isTaken = false
    }

    /// In the order of the body, without those that are null or blank. A repeated name is kept once.
    var members: [Member] = []
    /// The places of the members, once there are too many to compare their names one by one.
    private var places: [String: Int] = [:]
    /// Two names that are not ASCII can be equal with different bytes: `é` is one scalar or two.
    private var areNamesASCII = true
    private var nulls: Set<String> = []
    private var blanks: Set<String> = []
    /// Names that occur twice in one object, with different values.
    private(set) var repeated: [String] = []
    /// The client's names for the neutral parameters that it sent.
    var clientNames = ClientNames()

    init() {}

    init(_ json: JSON, path: String = "") {
        members.reserveCapacity(json.count)
        json.forEachMember { bytes, value in
            let found = ParameterNames.all.find(bytes)
            let name = found.name ?? String(decoding: bytes, as: UTF8.self)
            put(name, InputValue(value: .json(value), param: path.isEmpty ? name : path + "." + name), parameter: found.parameter)
        }
    }

    init(_ form: [FormTree.Member], path: String = "") {
        for member in form {
            var name = member.name
            let parameter = name.withUTF8 { ParameterNames.all.find($0).parameter }
            put(name, InputValue(value: .form(member.value), param: path.isEmpty ? name : "\(path)[\(name)]"), parameter: parameter)
        }
    }

    /// Whether there is a member of that name that is not null and not taken yet.
    func has(_ name: String) -> Bool { place(of: name).map { !members[$0].isTaken } ?? false }

    /// Takes the member of that name; nil if it is absent, null or taken already.
    mutating func take(_ name: String) -> InputValue? {
        guard let place = place(of: name), !members[place].isTaken else { return nil }
        members[place].isTaken = true
        return members[place].input
    }

    /// Whether the member of that name is null, which some APIs distinguish from its absence.
    func wasNull(_ name: String) -> Bool { nulls.contains(name) }

    /// Whether the member of that name is a blank text, which counts as absent.
    func wasBlank(_ name: String) -> Bool { blanks.contains(name) }

    /// The member of that name, without taking it.
    func peek(_ name: String) -> InputValue? { place(of: name).flatMap { members[$0].isTaken ? nil : members[$0].input } }

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
    var untaken: [(name: String, input: InputValue)] { members.filter { !$0.isTaken }.map { ($0.name, $0.input) } }

    /// Whether a length is requested, by any of its names.
    var hasLength: Bool {
        members.contains { !$0.isTaken && $0.parameter.map { Parameter.all[$0].isDuration } == true }
    }

    /// Merges the members of an object with the others: raw requests nest under `extra_body` what SDKs put at the top level.
    /// - Throws: a fault for a protected name, and for a name that is at the top level too.
    mutating func mergeNested(_ name: String) throws(Fault) {
        guard let input = take(name) else { return }
        guard let inner = input.fields else { throw input.wrongType("an object") }
        // Numbered members are a list, or the bytes of a file.
        guard !inner.untaken.contains(where: { Int($0.name) != nil }) else { throw input.wrongType("an object of parameters") }
        areNamesASCII = areNamesASCII && inner.areNamesASCII
        for member in inner.members where !member.isTaken {
            let (nested, value) = (member.name, member.input)
            guard !InputFields.protectedNames.contains(Parameter.Key(nested)) else {
                throw value.wrongValue("'\(nested)' cannot be set in '\(name)'.")
            }
            guard place(of: nested) == nil else {
                throw value.wrongValue("'\(nested)' stands both in '\(name)' and beside it.")
            }
            put(nested, value, parameter: member.parameter)
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
        (InputFields.promptNames + InputFields.modelNames + Parameter.count.clientNames).map(Parameter.Key.init))

    private mutating func put(_ name: String, _ input: InputValue, parameter: Int?) {
        guard !input.isNull else {
            nulls.insert(name)
            return
        }
        guard !input.isBlank else {
            blanks.insert(name)
            return
        }
        areNamesASCII = areNamesASCII && name.utf8.allSatisfy { $0 < 0x80 }
        if let place = place(of: name) {
            if !input.isSame(as: members[place].input) { repeated.append(input.param) }
            return
        }
        members.append(Member(name: name, input: input, parameter: parameter))
        if members.count > InputFields.maxCompared {
            // The first time, this adds those before it.
            for place in places.count..<members.count { places[members[place].name] = place }
        }
    }

    /// Up to here, comparing a name with all others costs less than hashing it; a longer body from outside must not take quadratic time.
    private static let maxCompared = 32

    private func place(of name: String) -> Int? {
        guard members.count <= InputFields.maxCompared else { return places[name] }
        for place in members.indices {
            let other = members[place].name
            if areNamesASCII ? other.utf8.count == name.utf8.count && other == name : other == name { return place }
        }
        return nil
    }
}
