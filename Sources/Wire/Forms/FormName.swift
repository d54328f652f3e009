/// The name of a form field, split into steps: `refs[][url]` is `refs`, any index, `url`.
struct FormName {
    enum Step: Hashable {
        case key(String)
        /// `[]`: the next index of a list.
        case next
    }

    let steps: [Step]

    /// A name with unbalanced brackets, or with text after a closing one, is a single step.
    init(_ name: String) {
        guard let first = name.utf8.firstIndex(of: UInt8(ascii: "[")), first > name.startIndex, name.utf8.last == UInt8(ascii: "]") else {
            steps = [.key(name)]
            return
        }
        let inner = name[name.utf8.index(after: first)...].utf8.dropLast()
        let names = FormName.parts(inner)
        let isPaired = names.allSatisfy { !$0.utf8.contains(UInt8(ascii: "[")) && !$0.utf8.contains(UInt8(ascii: "]")) }
        steps = isPaired ? [.key(String(name[..<first]))] + names.map { $0.isEmpty ? .next : .key($0) } : [.key(name)]
    }

    /// The name that has these steps: `a[b][]`.
    static func text(_ steps: some Sequence<Step>) -> String {
        var text = ""
        for step in steps {
            guard case .key(let name) = step else {
                text += "[]"
                continue
            }
            text += text.isEmpty ? name : "[\(name)]"
        }
        return text
    }

    /// Splits `a][b][` at each `][`.
    private static func parts(_ inner: Substring.UTF8View) -> [String] {
        var parts: [String] = []
        var start = inner.startIndex
        var index = start
        while index < inner.endIndex {
            let next = inner.index(after: index)
            if inner[index] == UInt8(ascii: "]"), next < inner.endIndex, inner[next] == UInt8(ascii: "[") {
                parts.append(String(Substring(inner[start..<index])))
                start = inner.index(after: next)
                index = start
            } else {
                index = next
            }
        }
        parts.append(String(Substring(inner[start...])))
        return parts
    }
}
