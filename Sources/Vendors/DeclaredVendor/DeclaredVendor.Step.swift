import Jobs
import Wire

extension DeclaredVendor {
    /// One call of the file, with placeholders.
    struct Step: Sendable {
        enum Target: Sendable {
            case path([Template.Piece])
            /// A kept URL out of the vendor's answer.
            case url(Template.Placeholder)
        }

        enum Body: Sendable {
            case none
            case json(Template)
            case form([(name: String, value: Template)])
        }

        var method: Method
        var place: Target
        var query: [(name: String, value: Template)] = []
        var headers: [(name: HeaderName, value: Template)] = []
        var body = Body.none

        /// The name of every placeholder.
        var placeholderNames: Set<String> {
            var placeholders = (query.map(\.value) + headers.map(\.value)).flatMap(\.placeholders)
            switch place {
            case .path(let pieces): placeholders += Template.text(pieces).placeholders
            case .url(let placeholder): placeholders.append(placeholder)
            }
            switch body {
            case .none: break
            case .json(let template): placeholders += template.placeholders
            case .form(let members): placeholders += members.flatMap(\.value.placeholders)
            }
            // Width and height together are the size.
            let names = Set(placeholders.map(\.name))
            return names.isSuperset(of: ["width", "height"]) ? names.union(["size"]) : names
        }

        func call(_ purpose: Call.Purpose, _ words: TemplateValues) -> Call {
            var call: Call
            switch place {
            case .path(let pieces): call = Call(purpose, method, path: Template.joined(pieces, words, encoded: true) ?? "/")
            case .url(let placeholder):
                call = Call(purpose, method, foreign: words.value(of: placeholder).flatMap(TemplateValues.text) ?? "", credentials: true)
            }
            for (name, value) in query { value.filled(words).flatMap(TemplateValues.text).map { call.query.add(name, $0) } }
            for (name, value) in headers { value.filled(words).flatMap(TemplateValues.text).map { call.headers.append((name, $0)) } }
            switch body {
            case .none: break
            case .json(let template): call.body = .json(template.filled(words) ?? .object([]))
            case .form(let members):
                var form = Query()
                for (name, value) in members { value.filled(words).flatMap(TemplateValues.text).map { form.add(name, $0) } }
                call.body = .form(form)
            }
            return call
        }
    }
}

extension Call {
    /// Adds a parameter that a client passed through, unless the vendor's file sets it.
    mutating func add(_ name: String, _ value: JSONValue) {
        switch body {
        case .json(var json):
            if json[name] == nil { json[name] = value }
            body = .json(json)
        case .form(var form):
            if form[name] == nil { form.add(name, TemplateValues.text(value) ?? value.text) }
            body = .form(form)
        case .none, .multipart, .bytes: return
        }
    }
}
