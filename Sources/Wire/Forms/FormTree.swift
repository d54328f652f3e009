/// The fields of a form, nested as their names say: `video[id]` is a member, `tags[]` an element, `refs[][url]` a member of an
/// element. Two fields of one name make a list.
package struct FormTree: Sendable, Equatable {
    package indirect enum Value: Sendable, Equatable {
        case text(String)
        case file(FormField)
        case list([Value])
        case object([Member])
        /// The members of several elements that the client sorted by name, so that it is unknown which belong together: each name with
        /// the list of its values. A reader that knows the field should refuse it and ask for JSON.
        case columns([Member])
    }

    package struct Member: Sendable, Equatable {
        package var name: String
        package var value: Value

        package init(name: String, value: Value) {
            self.name = name
            self.value = value
        }
    }

    /// Why the fields do not form a tree. `name` is the field's name or its beginning.
    package enum ParseError: Error, Equatable {
        /// `a=1` and `a[b]=2`.
        case conflict(name: String)
        case tooDeep(name: String, limit: Int)
        case tooManyFields(limit: Int)
        /// The offset is that of the first such byte in the field's content.
        case notUTF8(name: String, offset: Int)
    }

    /// In the order of the first field of each name; names are unique.
    package let members: [Member]

    package init(_ fields: [FormField], limits: Limits = Limits()) throws(ParseError) {
        var leaves: [(name: String, value: Value)] = []
        for field in fields {
            if field.isFile {
                leaves.append((field.name, .file(field)))
            } else {
                guard let text = field.text else {
                    throw .notUTF8(name: field.name, offset: JSONScan.firstNotUTF8(Bytes(field.content)) ?? 0)
                }
                leaves.append((field.name, .text(text)))
            }
        }
        members = try FormTree.members(leaves, limits)
    }

    package init(_ query: Query, limits: Limits = Limits()) throws(ParseError) {
        members = try FormTree.members(query.items.map { ($0.name, .text($0.value)) }, limits)
    }

    package subscript(name: String) -> Value? { members.first { $0.name == name }?.value }

    private static func members(_ leaves: [(name: String, value: Value)], _ limits: Limits) throws(ParseError) -> [Member] {
        guard leaves.count <= limits.maxFormFields else { throw .tooManyFields(limit: limits.maxFormFields) }
        var items: [FormTreeBuilder.Item] = []
        for leaf in leaves {
            let steps = FormName(leaf.name).steps
            guard steps.count <= limits.maxFormDepth + 1 else { throw .tooDeep(name: leaf.name, limit: limits.maxFormDepth) }
            items.append(FormTreeBuilder.Item(steps: steps[...], value: leaf.value))
        }
        return try FormTreeBuilder.members(items, under: "")
    }
}

extension FormTree.Value {
    /// The text of a field; nil for everything else.
    package var text: String? { if case .text(let text) = self { text } else { nil } }

    package var file: FormField? { if case .file(let file) = self { file } else { nil } }

    /// The elements of a list. A single value is a list of one, because a form does not distinguish the two.
    package var elements: [FormTree.Value] { if case .list(let elements) = self { elements } else { [self] } }

    package var members: [FormTree.Member] { if case .object(let members) = self { members } else { [] } }

    package subscript(name: String) -> FormTree.Value? { members.first { $0.name == name }?.value }
}

extension FormTree.ParseError {
    /// One sentence for the client.
    package var reason: String {
        switch self {
        case .conflict(let name): "The form gives '\(name)' both a value and parts."
        case .tooDeep(let name, let limit): "The field '\(String(name.prefix(80)))' has more than \(limit) brackets."
        case .tooManyFields(let limit): "The form has more than \(limit) fields."
        case .notUTF8(let name, let offset): "The field '\(name.prefix(80))' is not UTF-8 text (byte \(offset) of its content)."
        }
    }
}
