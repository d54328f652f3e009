import Jobs

extension Job {
    /// The fields of the job beyond prompt, length, frame and media, by the neutral names.
    var requestedFields: [String] {
        Parameter.scalarValues(of: self).map(\.parameter.name) + (previous == nil ? [] : ["previous"])
    }

    /// For parts of a vendor without a place for parameters that its other parts take.
    func rejectExtras(_ names: Set<String>) throws(Fault) {
        guard let name = extras.first(where: { names.contains($0.name) })?.name else { return }
        throw Fault(.unsupported, "This model takes no '\(name)' here.", param: name, code: "unsupported", sent: .no)
    }

    /// For models that the catalog does not check: a parameter that has no field at the vendor is refused, not omitted.
    func rejectFields(beyond known: (String) -> Bool) throws(Fault) {
        guard let name = requestedFields.first(where: { !known($0) }) else { return }
        throw Fault(.unsupported, "This model takes no \(name).", param: name, code: "unsupported", sent: .no)
    }
}
