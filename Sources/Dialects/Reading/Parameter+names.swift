import Jobs

extension Parameter {
    /// The parameters by the clients' names for them, in `snake_case`.
    static let byClientName: [String: Parameter] = {
        var parameters: [String: Parameter] = [:]
        for parameter in all {
            for name in parameter.clientNames { parameters[name] = parameter }
        }
        return parameters
    }()

    /// The parameter with that name in any API; nil if no API has it. `camelCase` and `kebab-case` of the same words are the same name.
    static func named(_ name: String) -> Parameter? { byClientName[name] ?? byKey[Key(name)] }

    private static let byKey = Dictionary(byClientName.map { (Key($0.key), $0.value) }) { first, _ in first }

    /// A name without its word separators: `image_url`, `imageUrl` and `image-url` are equal. A name in `PascalCase` is kept as it is, because
    /// it is a vendor's own.
    struct Key: Hashable {
        private let text: String

        init(_ name: String) {
            let isPascalCase = name.utf8.first.map { (0x41...0x5A).contains($0) } ?? false
            text = isPascalCase ? name : name.filter { $0 != "_" && $0 != "-" }.lowercased()
        }

        static func set(_ names: String...) -> Set<Key> { Set(names.map(Key.init)) }
    }
}
