import Dialects
import Wire

/// The OpenAPI 3.1 document of all routes, made from the route table and from each dialect's descriptions. It cannot contain a route that
/// is not served.
struct OpenAPIDocument {
    /// Whether requests need a key: bearer or `api-key`.
    let needsKey: Bool
    /// The server's URL; nil if it is not configured: clients then use the URL of the document.
    let publicURL: String?
    private var paths: [(path: String, operations: [(method: String, operation: JSONValue)])] = []
    private var schemas: [(name: String, value: JSONValue)] = []

    /// - Parameters:
    ///   - dialects: those without a mount, the standard one first.
    ///   - mounts: path prefixes and the dialects below them.
    init(dialects: [any Dialect], mounts: [(prefix: String, dialect: any Dialect)], needsKey: Bool, publicURL: String? = nil) {
        (self.needsKey, self.publicURL) = (needsKey, publicURL)
        for dialect in dialects { schemas += dialect.schemas.map { ($0.name, $0.schema) } }
        var claims: [(path: String, method: Method, entries: [RouteClaim])] = []
        for dialect in dialects {
            for route in dialect.routes {
                guard let description = dialect.descriptions[route.action] else { continue }
                let path = OpenAPIDocument.template(route.pattern)
                let claim = RouteClaim(dialect: dialect, route: route, description: description)
                if let place = claims.firstIndex(where: { $0.path == path && $0.method == route.method }) {
                    claims[place].entries.append(claim)
                } else {
                    claims.append((path, route.method, [claim]))
                }
            }
        }
        for (path, method, entries) in claims { add(entries, method, at: path) }
        for (prefix, dialect) in mounts {
            for route in dialect.routes {
                guard let description = dialect.descriptions[route.action] else { continue }
                let claim = RouteClaim(dialect: dialect, route: route, description: description)
                add([claim], route.method, at: prefix + OpenAPIDocument.template(route.pattern))
            }
        }
    }

    var json: JSONValue {
        var components: JSONValue = ["schemas": .object(schemas)]
        if needsKey {
            components["securitySchemes"] = [
                "bearer": ["type": "http", "scheme": "bearer"], "key": ["type": "apiKey", "in": "header", "name": "api-key"],
            ]
        }
        var document: JSONValue = [
            "openapi": "3.1.0",
            "info": [
                "title": "Genlock", "version": "1",
                "description": .string(OpenAPIDocument.introduction),
            ],
            "paths": .object(paths.map { path in (path.path, .object(path.operations.map { ($0.method, $0.operation) })) }),
            "components": components,
        ]
        if let publicURL { document["servers"] = [["url": .string(publicURL)]] }
        return document
    }

    private static let introduction =
        "One router in front of every video model. Each dialect has its own paths where no other dialect uses them, and all below its "
        + "mount; a job is answered in the dialect in which it was created."

    /// One dialect's description of a path and method.
    private struct RouteClaim {
        let dialect: any Dialect
        let route: Route
        let description: Description
    }

    private mutating func add(_ claims: [RouteClaim], _ method: Method, at path: String) {
        guard let first = claims.first else { return }
        // A job is answered in its own dialect, anything else in the first.
        let speakers = first.route.pattern.contains("{id}") ? claims : [first]
        var operation: JSONValue = [
            "tags": .array(speakers.map { .string($0.dialect.name) }), "summary": .string(first.description.summary),
            "operationId": .string(OpenAPIDocument.name(method, path)),
        ]
        let parameters = OpenAPIDocument.parameters(in: path) + first.description.query.map(OpenAPIDocument.parameter)
        if !parameters.isEmpty { operation["parameters"] = .array(parameters) }
        if !first.description.forms.isEmpty {
            let forms = first.description.forms.map { ($0.type.text, OpenAPIDocument.content($0.schema, example: $0.example)) }
            operation["requestBody"] = ["required": true, "content": .object(forms)]
        }
        operation["responses"] = OpenAPIDocument.responses(of: speakers)
        if needsKey { operation["security"] = first.route.isPublic ? [] : [["bearer": []], ["key": []]] }
        let place = paths.firstIndex { $0.path == path }
        let named = (method: method.text.lowercased(), operation: operation)
        if let place { paths[place].operations.append(named) } else { paths.append((path, [named])) }
    }

    private static func responses(of speakers: [RouteClaim]) -> JSONValue {
        var responses: [(String, JSONValue)] = []
        for answer in speakers[0].description.responses {
            let others = speakers.flatMap(\.description.responses).filter { $0.status == answer.status && $0.type == answer.type }
            let schemas = others.compactMap(\.schema)
            let schema = schemas.count > 1 ? ["anyOf": .array(schemas)] : schemas.first
            responses.append((String(answer.status), response("Success.", schema.map { content($0) } ?? [:], type: answer.type.text)))
        }
        let errors = speakers.map(\.dialect.errorSchema)
        let error: JSONValue = errors.count > 1 ? ["anyOf": .array(errors)] : errors[0]
        responses.append(("default", response("An error.", content(error), type: "application/json")))
        return .object(responses)
    }

    private static func response(_ text: String, _ content: JSONValue, type: String) -> JSONValue {
        [
            "description": .string(text), "content": .object([(type, content)]),
            "headers": ["x-request-id": ["schema": ["type": "string"], "required": true]],
        ]
    }

    private static func content(_ schema: JSONValue, example: JSONValue? = nil) -> JSONValue {
        var content: JSONValue = ["schema": schema]
        if let example { content["example"] = example }
        return content
    }

    private static func parameter(_ parameter: Description.Parameter) -> JSONValue {
        ["name": .string(parameter.name), "in": "query", "required": .bool(parameter.isRequired), "schema": parameter.schema]
    }

    private static func parameters(in path: String) -> [JSONValue] {
        path.split(separator: "/").filter { $0.hasPrefix("{") }.map { segment in
            [
                "name": .string(String(segment.dropFirst().dropLast())), "in": "path", "required": true,
                "schema": ["type": "string", "minLength": 1],
            ]
        }
    }

    /// `{model...}` matches the rest of the path. Here it is one parameter, whose slashes may be percent-encoded.
    private static func template(_ pattern: String) -> String {
        pattern.hasSuffix("...}") ? pattern.dropLast(4) + "}" : pattern
    }

    private static func name(_ method: Method, _ path: String) -> String {
        let words = path.split { !$0.isLetter && !$0.isNumber }.joined(separator: "_")
        return method.text.lowercased() + "_" + words + (path.hasSuffix("/") ? "_" : "")
    }
}
