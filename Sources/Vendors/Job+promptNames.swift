import Jobs

extension Job {
    /// The names that the prompt has for its references, in order: `@hero walks past @car`. They become the ids of the references.
    var promptNames: [String] {
        var names: [String] = []
        for piece in (prompt ?? "").split(separator: "@", omittingEmptySubsequences: false).dropFirst() {
            let name = String(piece.prefix { $0.isLetter || $0.isNumber || $0 == "_" })
            if !name.isEmpty && !names.contains(name) { names.append(name) }
        }
        return names
    }
}
