/// Where a setting comes from: a position in a file, or the name of an environment variable or flag.
package enum SettingLocation: Sendable, Hashable, CustomStringConvertible {
    /// Line and column count from 1; the column counts characters.
    case file(String, line: Int, column: Int)
    case named(String)

    package var description: String {
        switch self {
        case .file(let name, let line, let column): "\(name):\(line):\(column)"
        case .named(let name): name
        }
    }

    /// Line and column, for sorting errors; flags and variables come first.
    var sortKey: (Int, Int) {
        if case .file(_, let line, let column) = self { (line, column) } else { (0, 0) }
    }
}
