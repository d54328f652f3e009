import Catalog
import Jobs
import Wire

/// Reads the parts of a vendor's file.
struct DeclaredVendorReader {
    /// The names of the account's settings: in paths these are left for the account to fill in.
    let settings: [String]

    // MARK: Calls

    func starts(_ node: LocatedJSON) throws(CatalogError) -> [DeclaredVendor.Start] {
        guard node.json.kind == .array else { return [try start(node)] }
        var starts: [DeclaredVendor.Start] = []
        for element in try node.list() { starts.append(try start(element)) }
        return starts
    }

    private static let operations = ["generate", "extend", "edit", "remix", "retake", "reframe", "hdr"]

    private func start(_ node: LocatedJSON) throws(CatalogError) -> DeclaredVendor.Start {
        let members = try node.members(known: DeclaredVendorReader.stepMembers + ["with", "when", "operation", "keep"])
        var with: Set<String> = []
        for name in try members["with"]?.texts() ?? [] {
            guard TemplateValues.jobNames.contains(name) || name.hasPrefix("wire.") else {
                throw node.catalogError("'\(name)' in 'with' is no field." + Suggestion.question(for: name, among: TemplateValues.jobNames))
            }
            with.insert(name)
        }
        var conditions: [String: String] = [:]
        for (name, value) in try members["when"]?.members(known: TemplateValues.jobNames) ?? [:] { conditions[name] = try value.string() }
        var keep: [String: String] = [:]
        for (name, value) in try members["keep"]?.members() ?? [] { keep[name] = try value.string() }
        var operations: Set<String> = []
        for word in try members["operation"]?.texts() ?? ["generate"] {
            guard DeclaredVendorReader.operations.contains(word) else {
                let all = DeclaredVendorReader.operations.joined(separator: ", ")
                throw node.catalogError(
                    "'\(word)' is none of \(all)." + Suggestion.question(for: word, among: DeclaredVendorReader.operations))
            }
            operations.insert(word)
        }
        return DeclaredVendor.Start(
            requiredPlaceholders: with, conditions: conditions, operations: operations, keptFields: keep,
            step: try step(node, members, known: TemplateValues.jobNames + [TemplateValues.fields], usual: .post))
    }

    private static let stepMembers = ["method", "path", "url", "query", "headers", "body", "form", "note"]

    func step(_ node: LocatedJSON, known: [String], method: Method) throws(CatalogError) -> DeclaredVendor.Step {
        try step(node, try node.members(known: DeclaredVendorReader.stepMembers), known: known, usual: method)
    }

    private func step(_ node: LocatedJSON, _ members: [String: LocatedJSON], known: [String], usual: Method) throws(CatalogError)
        -> DeclaredVendor.Step
    {
        var step = DeclaredVendor.Step(method: try members["method"].map(method) ?? usual, place: try place(node, members, known: known))
        for (name, value) in try members["query"]?.members() ?? [] { step.query.append((name, try Template.read(value, known: known))) }
        for (name, value) in try members["headers"]?.members() ?? [] {
            step.headers.append((try header(name, value), try Template.read(value, known: known)))
        }
        if let body = members["body"] { step.body = .json(try Template.read(body, known: known)) }
        if let form = members["form"] {
            var fields: [(name: String, value: Template)] = []
            for (name, value) in try form.members() { fields.append((name, try Template.read(value, known: known))) }
            step.body = .form(fields)
        }
        return step
    }

    private func place(_ node: LocatedJSON, _ members: [String: LocatedJSON], known: [String]) throws(CatalogError)
        -> DeclaredVendor.Step.Target
    {
        if let url = members["url"] {
            guard case .placeholder(let placeholder) = try Template.read(url, known: known) else {
                throw url.catalogError("must be one gap such as {poll}, whose value was kept from the vendor's answer")
            }
            return .url(placeholder)
        }
        guard let path = members["path"] else { throw node.catalogError("a call needs a 'path'") }
        guard try path.string().hasPrefix("/") else { throw path.catalogError("must begin with a slash: it follows the host") }
        return .path(try Template.pieces(path, known: known, left: settings))
    }

    private func method(_ node: LocatedJSON) throws(CatalogError) -> Method {
        let known = ["GET": Method.get, "POST": .post, "PUT": .put, "DELETE": .delete, "PATCH": .patch]
        guard let method = known[try node.string()] else {
            throw node.catalogError("must be one of \(known.keys.sorted().joined(separator: ", "))")
        }
        return method
    }

    func header(_ name: String, _ node: LocatedJSON) throws(CatalogError) -> HeaderName {
        guard let header = HeaderName(name) else { throw node.catalogError("'\(name)' is no header name") }
        return header
    }

    // MARK: Answers

    func paths(_ node: LocatedJSON?) throws(CatalogError) -> [JSONPath] {
        guard let node else { return [] }
        var paths: [JSONPath] = []
        for text in try node.texts() {
            guard let path = JSONPath(text) else {
                throw node.catalogError("'\(text)' must be a way through the answer such as data.task_id, outputs[].url or videos[0]")
            }
            paths.append(path)
        }
        return paths
    }

    func accepted(_ node: LocatedJSON) throws(CatalogError) -> (id: [JSONPath], kept: [DeclaredVendor.KeptField]) {
        let members = try node.members(known: ["id", "keep", "note"])
        var fields: [DeclaredVendor.KeptField] = []
        for (name, value) in try members["keep"]?.members() ?? [] {
            guard name != "id", !settings.contains(name) else { throw value.catalogError("the name '\(name)' is taken") }
            fields.append(DeclaredVendor.KeptField(name: name, source: try source(value)))
        }
        return (try paths(try node.required("id", in: members)), fields)
    }

    private func source(_ node: LocatedJSON) throws(CatalogError) -> DeclaredVendor.KeptField.Source {
        guard node.json.kind == .object else { return .template(try Template.pieces(node, known: TemplateValues.jobNames)) }
        let at = try node.required("at", in: try node.members(known: ["at"]))
        guard let path = try paths(at).first else { throw at.catalogError("names no place") }
        return .path(path)
    }

    func state(_ node: LocatedJSON) throws(CatalogError) -> StateRules {
        let members = try node.members(known: ["at", "words", "percent", "whole", "note"])
        var state = StateRules(
            at: try paths(try node.required("at", in: members)), [:], percent: try paths(members["percent"]),
            of: try members["whole"]?.number() ?? 100)
        let declared = try node.required("words", in: members).members(known: StateRules.Meaning.allCases.map(\.rawValue))
        for meaning in StateRules.Meaning.allCases {
            guard let value = declared[meaning.rawValue] else { continue }
            let words = try value.plainWords()
            for word in words {
                guard state.words.updateValue(meaning, forKey: word) == nil else {
                    throw value.catalogError("the word '\(word)' has two meanings")
                }
            }
            if meaning == .failed { state.reportedWords = Set(words.dropFirst()) }
        }
        for meaning in [StateRules.Meaning.done, .failed] where !state.words.values.contains(meaning) {
            throw node.catalogError("no word means '\(meaning.rawValue)': a job would never end")
        }
        return state
    }

    private static let resultMembers = ["call", "videos", "formats", "thumbnails", "last_frames", "content", "key", "empty", "note"]

    /// The call of that name in `result`; nil if there is none.
    func step(_ name: String, of result: LocatedJSON, known: [String]) throws(CatalogError) -> DeclaredVendor.Step? {
        guard let node = try result.members(known: DeclaredVendorReader.resultMembers)[name] else { return nil }
        return try step(node, known: known, method: .get)
    }

    func result(_ node: LocatedJSON) throws(CatalogError) -> ResultRules {
        let members = try node.members(known: DeclaredVendorReader.resultMembers)
        let result = ResultRules(
            videos: try paths(members["videos"]), formats: try paths(members["formats"]), thumbnails: try paths(members["thumbnails"]),
            lastFrames: try paths(members["last_frames"]), needsKey: try members["key"]?.flag() ?? false,
            empty: try members["empty"].map(empty) ?? .failed)
        guard !result.videos.isEmpty || members["content"] != nil else {
            throw node.catalogError("needs 'videos' (where URLs stand) or 'content' (a call)")
        }
        return result
    }

    /// `"moderated"`, `"failed"`, or where the answer says which: `{"data.has_nsfw_contents[]": true}`.
    private func empty(_ node: LocatedJSON) throws(CatalogError) -> ResultRules.Empty {
        guard node.json.kind == .object else { return try node.one(of: ["moderated", "failed"]) == "moderated" ? .moderated : .failed }
        var places: [(path: JSONPath, value: String)] = []
        for (text, value) in try node.members() {
            guard let path = JSONPath(text) else { throw value.catalogError("'\(text)' is no way through the answer") }
            for word in try value.plainWords() { places.append((path, word)) }
        }
        return .moderatedWhere(places)
    }

    func errors(_ node: LocatedJSON?) throws(CatalogError) -> ErrorRules {
        let known = ["status", "code", "message", "fine", "kinds", "words", "statuses", "proofs", "note"]
        let members = try node?.members(known: known) ?? [:]
        let rules = try rules(members)
        let errors = ErrorRules(
            messages: try paths(members["message"]), codes: try paths(members["code"]), statuses: try paths(members["status"]),
            successCodes: Set(try members["fine"]?.plainWords() ?? []), rules: rules + DeclaredVendorReader.errorsWithSuccess,
            refusalProofCodes: try (members["proofs"]?.plainWords() ?? []).map { $0.lowercased() },
            failures: rules.filter { !$0.codes.isEmpty })
        if let fine = members["fine"], errors.codes.isEmpty {
            throw fine.catalogError("says which codes are fine, but 'code' does not say where one stands")
        }
        if let proofs = members["proofs"], errors.codes.isEmpty {
            throw proofs.catalogError("says which codes prove a refusal, but 'code' does not say where one stands")
        }
        return errors
    }

    /// What an error with a status of success means where nothing else is said about it.
    private static let errorsWithSuccess: [VendorErrorRule] = [
        .words(VendorErrorRule.moderationWords, mean: .moderated, at: Set(200...299)), .status(Set(200...299), means: .invalid),
    ]

    /// Codes decide before words, words before statuses.
    private func rules(_ members: [String: LocatedJSON]) throws(CatalogError) -> [VendorErrorRule] {
        let known = VendorErrorRule.Meaning.allCases.map(\.rawValue)
        var rules: [VendorErrorRule] = []
        for (name, value) in try members["kinds"]?.ordered(known: known) ?? [] {
            rules.append(VendorErrorRule(meaning: name, codes: try value.plainWords().map { $0.lowercased() }))
        }
        for (name, value) in try members["words"]?.ordered(known: known) ?? [] {
            rules.append(VendorErrorRule(meaning: name, words: [try value.texts().map { $0.lowercased() }]))
        }
        for (name, value) in try members["statuses"]?.ordered(known: known) ?? [] {
            var statuses: Set<Int> = []
            for code in try value.plainWords() {
                guard let status = Int(code), (300...599).contains(status) else {
                    throw value.catalogError("'\(code)' is no HTTP status of a refusal")
                }
                statuses.insert(status)
            }
            rules.append(.status(statuses, means: name))
        }
        return rules
    }

    func valueMap(_ node: LocatedJSON?) throws(CatalogError) -> ValueMap {
        var valueMap = ValueMap()
        for (field, words) in try node?.members() ?? [] {
            guard TemplateValues.jobNames.contains(field) else {
                throw words.catalogError("'\(field)' is no field." + Suggestion.question(for: field, among: TemplateValues.jobNames))
            }
            for (value, word) in try words.members() { valueMap.add(field, value, word: .parsed(word.json)) }
        }
        return valueMap
    }
}

extension LocatedJSON {
    /// Texts, numbers and flags as they are written; one alone is a list of one.
    func plainWords() throws(CatalogError) -> [String] {
        if json.kind == .array {
            var words: [String] = []
            for element in try list() { words += try element.plainWords() }
            return words
        }
        guard let word = json.string ?? json.numberText ?? json.bool.map({ String($0) }) else {
            throw catalogError("must be a text, a number or a flag")
        }
        return [word]
    }

    /// The members of an object in the order of the file, by what their names mean.
    fileprivate func ordered(known: [String]) throws(CatalogError) -> [(VendorErrorRule.Meaning, LocatedJSON)] {
        _ = try members(known: known)
        return try members().compactMap { name, value in VendorErrorRule.Meaning(rawValue: name).map { ($0, value) } }
    }

    func one(of words: [String]) throws(CatalogError) -> String {
        let text = try string()
        guard words.contains(text) else {
            throw catalogError("'\(text)' is none of \(words.joined(separator: ", "))." + Suggestion.question(for: text, among: words))
        }
        return text
    }
}
