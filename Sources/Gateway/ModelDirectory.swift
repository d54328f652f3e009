import Access
import Catalog
import Dialects
import Jobs
import Routing
import Wire

/// The models that callers see.
final class ModelDirectory {
    private let config: RuntimeConfig
    private let clock: () -> Timestamp

    init(_ dependencies: Dependencies) {
        config = dependencies.config
        clock = dependencies.clock
    }

    /// The models and aliases that the caller may use, aliases first.
    func models(_ query: ModelQuery, for caller: Caller) -> [ModelView] {
        let views = config.modelLists.views(allModels)
        return query.filtered(from: views.filter { caller.mayUse($0.name) })
    }

    /// - Throws: `.unknownModel` for a name that does not exist or that the caller may not use.
    func model(_ name: String, for caller: Caller) throws(Fault) -> ModelView {
        do throws(Fault) {
            try ModelName.check(name)
        } catch {
            // The URL is valid; no model has this name.
            throw Fault(.unknownModel, error.message, param: "model", code: "model_not_found")
        }
        guard let first = try plan(for: name).tries.first, caller.mayUse(name) else {
            throw Fault(.unknownModel, "The model '\(name)' does not exist or you may not use it.", param: "model", code: "model_not_found")
        }
        return ModelView(name: name, model: first.model, isAlias: config.planner.isAlias(name), isAvailable: true)
    }

    private func plan(for name: String) throws(Fault) -> Plan {
        try config.planner.plan(for: name, isRetired: { [now = clock()] in $0.isRetired(at: now) })
    }

    private func allModels() -> [ModelView] {
        var views: [ModelView] = []
        for (name, _) in config.planner.aliases {
            if let first = (try? plan(for: name))?.tries.first {
                views.append(ModelView(name: name, model: first.model, isAlias: true, isAvailable: true))
            }
        }
        if config.planner.isSimulated {
            let own = config.catalog.models(of: Planner.testVendor).filter { !config.planner.isAlias($0.name) }
            views += own.map { ModelView(name: $0.name, model: $0, isAlias: true, isAvailable: true) }
            views += config.catalog.vendors.flatMap { config.catalog.models(of: $0) }.map {
                ModelView(name: $0.fullName, model: $0, isAlias: false, isAvailable: true)
            }
        } else {
            views += config.planner.availableModels().map {
                ModelView(name: $0.model.fullName, model: $0.model, isAlias: false, isAvailable: true)
            }
        }
        return views
    }
}
