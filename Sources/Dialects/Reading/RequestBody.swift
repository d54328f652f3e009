import Jobs
import Wire

/// Reads a request body into fields. Clients mislabel bodies, so what a body is counts for more than what it is called: curl sends JSON as
/// `application/x-www-form-urlencoded` when nobody tells it otherwise.
enum RequestBody {
    /// - Throws: `.malformed` for what cannot be read, `.unsupportedMediaType` for what nobody here reads.
    static func fields(of request: Request) throws(Fault) -> Fields {
        let label = request.headers[.contentType]
        let type = label.flatMap(MediaType.init(field:))
        if let coding = request.headers[.contentEncoding], coding.lowercased() != "identity" {
            throw Fault(.unsupportedMediaType, "Send the request body without Content-Encoding '\(coding)'.")
        }
        if type == .multipart { return try multipart(request.body, label ?? "") }
        if isBlank(request.body) { return Fields() }
        if looksLikeJSON(request.body) || type == .json || type == nil { return try json(request.body) }
        if type == .form { return try form(request.body) }
        throw Fault(
            .unsupportedMediaType,
            "The content type '\(type?.text ?? "")' is not read here. Send application/json, multipart/form-data or "
                + "application/x-www-form-urlencoded.")
    }

    private static func json(_ body: Slice) throws(Fault) -> Fields {
        let json: JSON
        do throws(JSON.Malformed) {
            json = try JSON(parsing: body)
        } catch {
            throw Fault(.malformed, "The request body is not JSON: \(error.reason) (byte \(error.offset)).", code: "invalid_json")
        }
        guard json.kind == .object else { throw Fault(.malformed, "The request body must be a JSON object.", code: "invalid_json") }
        return Fields(json)
    }

    private static func multipart(_ body: Slice, _ label: String) throws(Fault) -> Fields {
        let parts: [FormField]
        do throws(Multipart.Malformed) {
            parts = try Multipart.fields(of: body, contentType: label)
        } catch {
            throw Fault(.malformed, error.reason + hint(error), code: "invalid_form")
        }
        return try tree { () throws(FormTree.Malformed) in try FormTree(parts) }
    }

    /// Node's SDK spreads a `Buffer` over one part for each byte.
    private static func hint(_ malformed: Multipart.Malformed) -> String {
        guard case .tooManyParts = malformed else { return "" }
        return " If a Buffer was given as a file, give toFile(buffer, name) instead."
    }

    private static func form(_ body: Slice) throws(Fault) -> Fields {
        try tree { () throws(FormTree.Malformed) in try FormTree(Query(parsing: body)) }
    }

    private static func tree(_ make: () throws(FormTree.Malformed) -> FormTree) throws(Fault) -> Fields {
        do throws(FormTree.Malformed) {
            return Fields(try make().members)
        } catch {
            throw Fault(.malformed, error.reason, code: "invalid_form")
        }
    }

    private static func isBlank(_ body: Slice) -> Bool { !body.contains { $0 > 0x20 } }
    private static func looksLikeJSON(_ body: Slice) -> Bool { body.first { $0 > 0x20 } == UInt8(ascii: "{") }
}
