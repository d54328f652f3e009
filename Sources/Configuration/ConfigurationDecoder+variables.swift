import Jobs
import Wire

extension ConfigurationDecoder {
    /// Every variable that the program or one of its commands reads.
    private static let knownVariables = [
        "GENLOCK_ADMIN", "GENLOCK_API_KEY", "GENLOCK_CONFIG", "GENLOCK_KEYS", "GENLOCK_LISTEN", "GENLOCK_LOG", "GENLOCK_PUBLIC_URL",
        "GENLOCK_SEAL_KEYS", "GENLOCK_STATE", "GENLOCK_URL",
    ]

    private static let variablePrefix = "GENLOCK_"

    /// Warns about unknown variables with our prefix, which are probably typos. Variables that the file names (`${GENLOCK_MY_KEY}`) or that
    /// vendors' cards name are known.
    func warnAboutUnknownVariables(_ environment: Environment, text: Bytes) {
        let unknown = environment.names.filter {
            $0.hasPrefix(ConfigurationDecoder.variablePrefix) && !ConfigurationDecoder.knownVariables.contains($0)
        }
        guard !unknown.isEmpty else { return }
        let written = String(decoding: text, as: UTF8.self)
        let cards = vocabulary.cards.flatMap { card in card.secrets.values.flatMap(\.self) + card.settings.flatMap(\.environment) }
        for name in unknown where !written.contains("${" + name) && !cards.contains(name) {
            guard !ConfigurationDecoder.isServiceVariable(name, environment[name] ?? "") else { continue }
            let words = ConfigurationDecoder.knownVariables.map { String($0.dropFirst(ConfigurationDecoder.variablePrefix.count)) }
            let near = Suggestion.nearest(to: String(name.dropFirst(ConfigurationDecoder.variablePrefix.count)), among: words)
            let known = "; known are " + ConfigurationDecoder.knownVariables.joined(separator: ", ")
            let advice = near.map { ", did you mean \"\(ConfigurationDecoder.variablePrefix)\($0)\"?" } ?? known
            addWarning(.named(name), "unknown variable" + advice)
        }
    }

    /// Kubernetes (https://kubernetes.io/docs/concepts/services-networking/service/#environment-variables) sets variables in every
    /// container of a namespace that has a Service called `genlock` or `genlock-…`: `GENLOCK_SERVICE_HOST`, `GENLOCK_PORT=tcp://…`,
    /// `GENLOCK_PORT_8080_TCP_ADDR`.
    private static func isServiceVariable(_ name: String, _ value: String) -> Bool {
        if name.hasSuffix("_SERVICE_HOST") || name.hasSuffix("_SERVICE_PORT") || name.contains("_SERVICE_PORT_") { return true }
        let protocols = ["TCP", "UDP", "SCTP"]
        if name.hasSuffix("_PORT") { return protocols.contains { value.hasPrefix($0.lowercased() + "://") } || isPortVariable(name) }
        return isPortVariable(name)
    }

    /// `…_PORT_8080_TCP`, with or without `_PROTO`, `_PORT` and `_ADDR` at the end.
    private static func isPortVariable(_ name: String) -> Bool {
        var words = name.split(separator: "_")
        if let last = words.last, ["PROTO", "PORT", "ADDR"].contains(last) { words.removeLast() }
        guard words.count >= 4, let last = words.popLast(), ["TCP", "UDP", "SCTP"].contains(last), let port = words.popLast() else {
            return false
        }
        return UInt16(port) != nil && words.last == "PORT"
    }
}
