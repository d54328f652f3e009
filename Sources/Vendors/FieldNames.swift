import Wire

/// What a vendor calls the neutral fields, out of a model's `wire` facts. A name that is `null` there means that the model has no
/// such field.
struct FieldNames {
    private let wire: JSON?

    init(_ wire: JSON?) { self.wire = wire }

    /// The vendor's name for a neutral field, or any other fact that is a text.
    subscript(field: String) -> String? { wire?[field]?.string }

    /// A fact that is more than a text.
    func object(_ field: String) -> JSON? { wire?[field].flatMap { $0.isNull ? nil : $0 } }
}

extension JSONValue {
    /// A member whose name may be missing: then there is none, and setting does nothing.
    subscript(name: String?) -> JSONValue? {
        get { name.flatMap { self[$0] } }
        set { if let name, let newValue { self[name] = newValue } }
    }
}
