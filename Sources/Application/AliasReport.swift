import Configuration
import Gateway
import Jobs
import Routing
import Telemetry
import Wire

extension SharedState {
    /// Logs what is wrong with the aliases of the configuration in force.
    func logAliasWarnings(of configuration: Configuration, now: Timestamp) {
        for warning in AliasReport(configuration.aliases, config.planner, now: now).warnings {
            telemetry.log(.warning, "alias", fields: ["detail": warning])
        }
    }
}

/// What is wrong with a configuration's aliases, as far as it shows before anything is asked.
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
            warnings.append("\(alias.location): no account can play any model of \"\(alias.name)\"")
        }
        warnings += AliasReport.retired(planner, now: now)
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
