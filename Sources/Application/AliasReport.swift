import Configuration
import Gateway
import Jobs
import Routing
import Telemetry
import Wire

/// Problems with a configuration's aliases that can be found without calling a vendor.
package struct AliasReport {
    /// Unknown names that resemble known ones. The configuration is refused.
    package private(set) var errors: [String] = []
    /// Tries that can never be used, and models that their vendors have retired.
    package private(set) var warnings: [String] = []

    /// - Parameter now: decides which models are retired.
    package init(_ aliases: [Configuration.Alias], _ planner: Planner, now: Timestamp) {
        for alias in aliases {
            let before = warnings.count
            for attempt in alias.tries { check(attempt, of: alias, planner) }
            guard (try? planner.plan(for: alias.name).tries.first) == nil else { continue }
            warnings.removeSubrange(before...)
            warnings.append("\(alias.location): no account can serve any model of \"\(alias.name)\"")
        }
        warnings += AliasReport.retired(planner, now: now)
    }

    /// Logs the warnings about the configuration in force.
    static func logWarnings(of configuration: Configuration, in shared: SharedState, now: Timestamp) {
        for warning in AliasReport(configuration.aliases, shared.config.planner, now: now).warnings {
            shared.telemetry.log(.warning, "alias", fields: ["detail": warning])
        }
    }

    private mutating func check(_ attempt: Configuration.Alias.Try, of alias: Configuration.Alias, _ planner: Planner) {
        let start = "\(attempt.location): the alias \"\(alias.name)\" names the model \"\(attempt.model)\""
        switch planner.availability(of: attempt.model) {
        case .available: break
        case .noAccount where planner.isSimulated: break
        case .noAccount: warnings.append("\(start), which no configured account can serve: it is never tried")
        case .unknownModel(let meant):
            errors.append("\(start), which does not exist" + (meant.map { ", did you mean \"\($0)\"?" } ?? ""))
        case .unknown(let meant?): errors.append("\(start), which does not exist, did you mean \"\(meant)\"?")
        case .unknown(nil) where planner.isSimulated: break
        case .unknown(nil): warnings.append("\(start), and no account, vendor or model has that name: it is never tried")
        }
    }

    /// One line for each retired model that an account serves.
    private static func retired(_ planner: Planner, now: Timestamp) -> [String] {
        guard !planner.isSimulated else { return [] }
        var aliases: [String: [String]] = [:]
        var days: [String: String] = [:]
        for alias in planner.aliases {
            for attempt in (try? planner.plan(for: alias.name).tries) ?? [] where attempt.model.isRetired(at: now) {
                aliases[attempt.model.fullName, default: []].append(alias.name)
                days[attempt.model.fullName] = attempt.model.retiresOn
            }
        }
        return aliases.sorted { $0.key < $1.key }.map { model, names in
            let list = Set(names).sorted().joined(separator: ", ")
            return "\(model) was retired by its vendor on \(days[model] ?? "?"); it is tried last by: \(list)"
        }
    }
}
