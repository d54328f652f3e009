import Catalog
import Jobs
import Wire

/// Reads the parts of a vendor's file.
struct TaskQueueReader {
    /// The names of the account's settings: in paths these are left for the account to fill in.
    let settings: [String]

    // MARK: Calls

    func starts(_ spot: Spot) throws(CatalogMistake) -> [TaskQueue.Start] {
        guard spot.json.kind == .array else { return [try start(spot)] }
        var starts: [TaskQueue.Start] = []
        for element in try spot.list() { starts.append(try start(element)) }
        return starts
    }

    private static let operations = ["generate", "extend", "edit", "remix", "retake", "reframe", "hdr"]

    private func start(_ spot: Spot) throws(CatalogMistake) -> TaskQueue.Start {
        let members = try spot.members(known: TaskQueueReader.stepMembers + ["with", "operation"])
        var with: Set<String> = []
        for name in try members["with"]?.texts() ?? [] {
            guard Words.ofJob.contains(name) else {
                throw spot.mistake("'\(name)' in 'with' is no field." + Spelling.hint(name, Words.ofJob))
            }
            with.insert(name)
        }
        var operations: Set<String> = []
        for word in try members["operation"]?.texts() ?? ["generate"] {
            guard TaskQueueReader.operations.contains(word) else {
                let all = TaskQueueReader.operations.joined(separator: ", ")
                throw spot.mistake("'\(word)' is none of \(all)." + Spelling.hint(word, TaskQueueReader.operations))
            }
            operations.insert(word)
        }
        return TaskQueue.Start(with: with, operations: operations, step: try step(spot, members, Words.ofJob, .post))
    }

    private static let stepMembers = ["method", "path", "url", "query", "headers", "body", "form", "note"]

    func step(_ spot: Spot, known: [String], method: Method) throws(CatalogMistake) -> TaskQueue.Step {
        try step(spot, try spot.members(known: TaskQueueReader.stepMembers), known, method)
    }

    private func step(_ spot: Spot, _ members: [String: Spot], _ known: [String], _ usual: Method) throws(CatalogMistake) -> TaskQueue.Step
    {
        var step = TaskQueue.Step(method: try members["method"].map(method) ?? usual, place: try place(spot, members, known))
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

    private func place(_ spot: Spot, _ members: [String: Spot], _ known: [String]) throws(CatalogMistake) -> TaskQueue.Step.Place {
        if let url = members["url"] {
            guard case .gap(let gap) = try Template.read(url, known: known) else {
                throw url.mistake("must be one gap such as {poll}, whose value was kept from the vendor's answer")
            }
            return .url(gap)
        }
        guard let path = members["path"] else { throw spot.mistake("a call needs a 'path'") }
        guard try path.string().hasPrefix("/") else { throw path.mistake("must begin with a slash: it follows the host") }
        return .path(try Template.pieces(path, known: known, left: settings))
    }

    private func method(_ spot: Spot) throws(CatalogMistake) -> Method {
        let known = ["GET": Method.get, "POST": .post, "PUT": .put, "DELETE": .delete, "PATCH": .patch]
        guard let method = known[try spot.string()] else {
            throw spot.mistake("must be one of \(known.keys.sorted().joined(separator: ", "))")
        }
        return method
    }

    func header(_ name: String, _ spot: Spot) throws(CatalogMistake) -> HeaderName {
        guard let header = HeaderName(name) else { throw spot.mistake("'\(name)' is no header name") }
        return header
    }

    // MARK: Answers

    func trails(_ spot: Spot?) throws(CatalogMistake) -> [Trail] {
        guard let spot else { return [] }
        var trails: [Trail] = []
        for text in try spot.texts() {
            guard let trail = Trail(text) else {
                throw spot.mistake("'\(text)' must be a way through the answer such as data.task_id, outputs[].url or videos[0]")
            }
            trails.append(trail)
        }
        return trails
    }

    func accepted(_ spot: Spot) throws(CatalogMistake) -> TaskQueue.Accepted {
        let members = try spot.members(known: ["id", "keep", "note"])
        var accepted = TaskQueue.Accepted(id: try trails(try spot.needed("id", in: members)), kept: [])
        for (name, value) in try members["keep"]?.members() ?? [] {
            guard name != "id", !settings.contains(name) else { throw value.mistake("the name '\(name)' is taken") }
            if value.json.kind == .object {
                let at = try value.needed("at", in: try value.members(known: ["at"]))
                guard let trail = try trails(at).first else { throw at.mistake("names no place") }
                accepted.kept.append((name, .trail(trail)))
            } else {
                accepted.kept.append((name, .template(try Template.pieces(value, known: Words.ofJob))))
            }
        }
        return accepted
    }

    func state(_ spot: Spot) throws(CatalogMistake) -> TaskQueue.State {
        let members = try spot.members(known: ["at", "words", "percent", "whole", "note"])
        var state = TaskQueue.State(
            trails: try trails(try spot.needed("at", in: members)), words: [:], percent: try trails(members["percent"]).first,
            whole: try members["whole"]?.number() ?? 100)
        let told = try spot.needed("words", in: members).members(known: TaskQueue.State.Meaning.allCases.map(\.rawValue))
        for meaning in TaskQueue.State.Meaning.allCases {
            guard let value = told[meaning.rawValue] else { continue }
            for word in try value.plainWords() {
                guard state.words.updateValue(meaning, forKey: word) == nil else {
                    throw value.mistake("the word '\(word)' has two meanings")
                }
            }
        }
        for meaning in [TaskQueue.State.Meaning.done, .failed] where !state.words.values.contains(meaning) {
            throw spot.mistake("no word means '\(meaning.rawValue)': a job would never end")
        }
        return state
    }

    func result(_ spot: Spot, known: [String]) throws(CatalogMistake) -> TaskQueue.Result {
        let members = try spot.members(known: ["call", "videos", "thumbnails", "last_frames", "content", "key", "empty", "note"])
        let result = TaskQueue.Result(
            call: try members["call"].map { (spot) throws(CatalogMistake) in try step(spot, known: known, method: .get) },
            videos: try trails(members["videos"]), thumbnails: try trails(members["thumbnails"]),
            lastFrames: try trails(members["last_frames"]),
            content: try members["content"].map { (spot) throws(CatalogMistake) in try step(spot, known: known, method: .get) },
            needsKey: try members["key"]?.flag() ?? false,
            emptyIsModerated: try members["empty"].map { (spot) throws(CatalogMistake) in try spot.one(of: ["moderated", "failed"]) }
                == "moderated")
        guard !result.videos.isEmpty || result.content != nil else {
            throw spot.mistake("needs 'videos' (where URLs stand) or 'content' (a call)")
        }
        return result
    }

    func errors(_ spot: Spot?) throws(CatalogMistake) -> TaskQueue.Errors {
        let members = try spot?.members(known: ["code", "message", "fine", "kinds", "statuses", "proofs", "note"]) ?? [:]
        var errors = TaskQueue.Errors(
            codes: try trails(members["code"]), messages: try trails(members["message"]),
            fine: Set(try members["fine"]?.plainWords() ?? []),
            kinds: [:], statuses: [:], proofs: Set(try members["proofs"]?.plainWords() ?? []))
        if let fine = members["fine"], errors.codes.isEmpty {
            throw fine.mistake("says which codes are fine, but 'code' does not say where one stands")
        }
        let known = TaskQueue.Errors.Word.allCases.map(\.rawValue)
        for (name, value) in try members["kinds"]?.members(known: known) ?? [:] {
            for code in try value.plainWords() { errors.kinds[code] = TaskQueue.Errors.Word(rawValue: name) }
        }
        for (name, value) in try members["statuses"]?.members(known: known) ?? [:] {
            for code in try value.plainWords() {
                guard let status = Int(code), (300...599).contains(status) else {
                    throw value.mistake("'\(code)' is no HTTP status of a refusal")
                }
                errors.statuses[status] = TaskQueue.Errors.Word(rawValue: name)
            }
        }
        return errors
    }

    func spellings(_ spot: Spot?) throws(CatalogMistake) -> Spellings {
        var spellings = Spellings()
        for (field, words) in try spot?.members() ?? [] {
            guard Words.ofJob.contains(field) else { throw words.mistake("'\(field)' is no field." + Spelling.hint(field, Words.ofJob)) }
            for (value, word) in try words.members() { spellings.add(field, value, .parsed(word.json)) }
        }
        return spellings
    }
}

extension Spot {
    /// Texts, numbers and flags as they are written; one alone is a list of one.
    func plainWords() throws(CatalogMistake) -> [String] {
        if json.kind == .array {
            var words: [String] = []
            for element in try list() { words += try element.plainWords() }
            return words
        }
        guard let word = json.string ?? json.numberText ?? json.bool.map({ String($0) }) else {
            throw mistake("must be a text, a number or a flag")
        }
        return [word]
    }

    func one(of words: [String]) throws(CatalogMistake) -> String {
        let text = try string()
        guard words.contains(text) else {
            throw mistake("'\(text)' is none of \(words.joined(separator: ", "))." + Spelling.hint(text, words))
        }
        return text
    }
}
