/// Groups fields recursively by the first step of their names until only values are left.
enum FormTreeBuilder {
    struct Item {
        var steps: ArraySlice<FormName.Step>
        var value: FormTree.Value

        /// The same field without its first step.
        var below: Item { Item(steps: steps.dropFirst(), value: value) }
    }

    static func members(_ items: [Item], under path: String) throws(FormTree.ParseError) -> [FormTree.Member] {
        var names: [String] = []
        var groups: [String: [Item]] = [:]
        for item in items {
            guard case .key(let name) = item.steps.first else { throw .conflict(name: path) }
            if groups[name] == nil { names.append(name) }
            groups[name, default: []].append(item.below)
        }
        var members: [FormTree.Member] = []
        for name in names {
            let value = try value(groups[name] ?? [], at: path.isEmpty ? name : "\(path)[\(name)]")
            members.append(FormTree.Member(name: name, value: value))
        }
        return members
    }

    private static func value(_ items: [Item], at path: String) throws(FormTree.ParseError) -> FormTree.Value {
        if items.count == 1, items[0].steps.isEmpty { return items[0].value }
        let isList = items.allSatisfy { $0.steps.first == nil || $0.steps.first == .next }
        if isList { return try list(items, at: path) }
        return numbered(try members(items, under: path))
    }

    /// `a[0]`, `a[1]`, … in any order are a list; with a gap they stay members, so that no value changes its index.
    private static func numbered(_ members: [FormTree.Member]) -> FormTree.Value {
        var places = [FormTree.Value?](repeating: nil, count: members.count)
        for member in members {
            guard let place = Int(member.name), String(place) == member.name, places.indices.contains(place) else {
                return .object(members)
            }
            places[place] = member.value
        }
        return .list(places.compactMap { $0 })
    }

    private static func list(_ items: [Item], at path: String) throws(FormTree.ParseError) -> FormTree.Value {
        let rows = items.map { $0.steps.isEmpty ? $0 : $0.below }
        let columns = runs(rows)
        guard let groups = regrouped(rows, columns) else { return .columns(columns.map(column)) }
        var elements: [FormTree.Value] = []
        for group in groups {
            elements.append(try value(group, at: path + "[]"))
        }
        return .list(elements)
    }

    private static func column(_ items: [Item]) -> FormTree.Member {
        FormTree.Member(name: FormName.text(items[0].steps), value: .list(items.map(\.value)))
    }

    /// Which fields form one element. Most clients send elements one after the other: a repeated name begins the next. Python's SDK sends
    /// all `refs[][url]`, then all `refs[][w]`: with equal numbers they are paired by position; otherwise the grouping is unknown and the
    /// result is nil.
    private static func regrouped(_ rows: [Item], _ columns: [[Item]]) -> [[Item]]? {
        let isRegrouped = columns.count > 1 && columns.contains { $0.count > 1 } && Set(columns.map { $0[0].steps }).count == columns.count
        guard isRegrouped else { return inOrder(rows) }
        let isOneElement = columns.allSatisfy { $0.count == 1 || $0[0].steps.contains(.next) }
        if isOneElement { return [rows] }
        let height = columns[0].count
        let isTable = columns.allSatisfy { $0.count == height && !$0[0].steps.isEmpty && !$0[0].steps.contains(.next) }
        return isTable ? (0..<height).map { row in columns.map { $0[row] } } : nil
    }

    /// Runs of adjacent fields with one name.
    private static func runs(_ rows: [Item]) -> [[Item]] {
        var runs: [[Item]] = []
        for row in rows {
            if runs.last?[0].steps == row.steps { runs[runs.count - 1].append(row) } else { runs.append([row]) }
        }
        return runs
    }

    private static func inOrder(_ rows: [Item]) -> [[Item]] {
        var elements: [[Item]] = []
        var seen: Set<ArraySlice<FormName.Step>> = []
        for row in rows {
            let repeats = !seen.insert(row.steps).inserted && !row.steps.contains(.next)
            if elements.isEmpty || repeats || row.steps.isEmpty || elements[elements.count - 1][0].steps.isEmpty {
                elements.append([])
                seen = [row.steps]
            }
            elements[elements.count - 1].append(row)
        }
        return elements
    }
}
