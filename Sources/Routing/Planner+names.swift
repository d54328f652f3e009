import Catalog
import Jobs
import Wire

extension Planner {
    /// Whether a try of an alias can be served.
    package enum Availability: Sendable, Equatable {
        case available
        /// The model is known, but no configured account may use it.
        case noAccount
        /// No model has that name. `meant` is the probable one.
        case unknown(meant: String?)
        /// An account or vendor has no such model.
        case unknownModel(meant: String?)
    }

    package func availability(of name: String) -> Availability {
        if let plan = try? plan(for: name), !plan.tries.isEmpty, !isSimulated || find(name) != nil { return .available }
        if find(name) != nil { return .noAccount }
        if let slash = name.firstIndex(of: "/") {
            let (head, rest) = (String(name[..<slash]), String(name[name.index(after: slash)...]))
            let vendor = accounts.first { $0.name == head }?.vendor ?? head
            if catalog.vendors.contains(vendor) {
                if catalog.model(rest, of: vendor) != nil { return .noAccount }
                let names = catalog.models(of: vendor).flatMap { [$0.name] + $0.aliases }
                let meant = Suggestion.nearest(to: rest, among: names)
                return .unknownModel(meant: meant.map { head + "/" + $0 })
            }
        }
        return .unknown(meant: typo(of: name))
    }

    /// The known name that the unknown one is almost certainly a typo of.
    func typo(of name: String) -> String? {
        if let slash = name.firstIndex(of: "/") {
            let heads = accounts.map(\.name) + catalog.vendors
            let (head, rest) = (String(name[..<slash]), String(name[name.index(after: slash)...]))
            if heads.contains(head) {
                let vendor = accounts.first { $0.name == head }?.vendor ?? head
                let names = catalog.models(of: vendor).flatMap { [$0.name] + $0.aliases }
                return Suggestion.likelyTypo(of: rest, among: names).map { head + "/" + $0 }
            }
            if let meant = Suggestion.likelyTypo(of: head, among: heads), find(meant + "/" + rest) != nil { return meant + "/" + rest }
        }
        return Suggestion.likelyTypo(of: name, among: aliases.map(\.name) + catalog.vendors.flatMap { catalog.names(of: $0) })
    }

    /// The fault for an unknown name. It suggests only models that an account can serve.
    func unknownModelFault(_ name: String, meant: String? = nil) -> Fault {
        let shown = name.prefix(120)
        let start = "The model '\(shown)' does not exist or no account can serve it."
        let hint = meant.map { " Did you mean '\($0)'?" } ?? hint(for: name)
        return Fault(.unknownModel, start + hint, param: "model", code: "model_not_found")
    }

    private func hint(for name: String) -> String {
        let bare = name.split(separator: "/").last.map(String.init) ?? name
        let served = availableModels()
        var names: [String: String] = [:]
        for (model, _) in served {
            for spelling in [model.name] + model.aliases where names[spelling] == nil { names[spelling] = model.fullName }
            names[model.fullName] = model.fullName
        }
        let usable = aliases.map(\.name).filter { (try? plan(for: $0)) != nil }
        for alias in usable { names[alias] = alias }
        let known = Array(names.keys)
        let nearest = [name, bare].lazy.compactMap { word in
            Suggestion.nearest(to: word, among: known) { given, other in max(1, min(given, other) / 4) }
        }.first
        if let nearest, let full = names[nearest] { return " Did you mean '\(full)'?" }
        let all = usable + served.map(\.model.fullName)
        let near = bare.isEmpty ? [] : all.filter { $0.contains(bare) || bare.contains($0.split(separator: "/").last ?? "\u{0}") }
        let shown = (near.isEmpty ? all : near).prefix(8).map { "'\($0)'" }.joined(separator: ", ")
        return shown.isEmpty ? "" : (near.isEmpty ? " Some that do: \(shown)." : " Near it: \(shown).")
    }
}
