/// Replaces `${NAME}`, `${NAME:-default}` and `${file:/run/secrets/x}` in a value. `$${` is `${`; a lone `$` is itself.
/// White space and byte order marks around variables and files are removed.
struct Expansion {
    /// Why a value cannot be expanded. Never contains the value of a variable.
    struct ExpansionError: Error { var message: String }

    let environment: Environment
    let readFile: (String) throws(ConfigurationFile.ReadError) -> String

    func callAsFunction(_ text: String) throws(ExpansionError) -> String {
        guard text.contains("${") else { return text }
        var result = ""
        var rest = text[...]
        while let dollar = rest.firstIndex(of: "$") {
            result += rest[..<dollar]
            rest = rest[dollar...]
            if rest.hasPrefix("$${") {
                result += "${"
                rest = rest.dropFirst(3)
            } else if rest.hasPrefix("${") {
                guard let end = rest.firstIndex(of: "}") else {
                    throw ExpansionError(message: "${ has no closing }; write $${ for a literal ${")
                }
                result += try value(of: String(rest[rest.index(dollar, offsetBy: 2)..<end]))
                rest = rest[rest.index(after: end)...]
            } else {
                result.append(rest.removeFirst())
            }
        }
        return result + rest
    }

    private func value(of expression: String) throws(ExpansionError) -> String {
        if expression.hasPrefix("file:") {
            let path = String(expression.dropFirst("file:".count))
            do throws(ConfigurationFile.ReadError) { return try readFile(path).trimmed } catch {
                throw ExpansionError(message: "cannot read the file \(path): \(error.reason)")
            }
        }
        let (name, fallback) = Expansion.halves(of: expression)
        guard Expansion.isName(name) else {
            throw ExpansionError(message: "${\(expression)} is not ${NAME}, ${NAME:-default} or ${file:/path}")
        }
        if let value = environment[name], !(value.isEmpty && fallback != nil) { return value }
        if let fallback { return fallback }
        throw ExpansionError(message: "the environment variable \(name) is not set; ${\(name):-} would allow that")
    }

    /// The two halves of `NAME:-default`.
    private static func halves(of expression: String) -> (name: String, fallback: String?) {
        var rest = expression[...]
        while let colon = rest.firstIndex(of: ":") {
            let behind = rest[rest.index(after: colon)...]
            if behind.hasPrefix("-") { return (String(expression[..<colon]), String(behind.dropFirst())) }
            rest = behind
        }
        return (expression, nil)
    }

    private static func isName(_ text: String) -> Bool {
        guard let first = text.utf8.first, !(0x30...0x39).contains(first) else { return false }
        return text.utf8.allSatisfy { byte in
            switch byte {
            case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, UInt8(ascii: "_"): true
            default: false
            }
        }
    }
}
