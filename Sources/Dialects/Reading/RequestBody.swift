import Jobs
import Wire

/// Reads a request body into fields. Clients mislabel bodies, so the content counts more than the Content-Type: by default curl sends
/// JSON as `application/x-www-form-urlencoded`.
enum RequestBody {
    /// - Throws: `.malformed` for a body that cannot be parsed, `.unsupportedMediaType` for another type, charset or coding.
    static func fields(of request: Request) throws(Fault) -> InputFields {
        if isPlainJSON(request) { return try json(request.body) }
        let label = request.headers[.contentType]
        let type = label.flatMap(MediaType.init(field:))
        if let coding = request.headers[.contentEncoding], coding.lowercased() != "identity" {
            throw Fault(.unsupportedMediaType, "Send the request body without Content-Encoding '\(coding)'.")
        }
        try rejectOtherCharset(label)
        try rejectParameters(in: request.query)
        if type == .multipart { return try multipart(request.body, label ?? "") }
        let body = withoutByteOrderMark(request.body)
        if isBlank(body) { return InputFields() }
        if looksLikeJSON(body) || type == .json || type == nil { return try json(body) }
        if type == .form { return try form(body) }
        throw Fault(
            .unsupportedMediaType,
            "The content type '\(type?.text ?? "")' is not read here. Send application/json, multipart/form-data or "
                + "application/x-www-form-urlencoded.")
    }

    /// Whether this is what nearly every client sends, so that there is nothing to decide or to refuse before the body is parsed.
    private static func isPlainJSON(_ request: Request) -> Bool {
        request.headers.bytes(.contentType)?.elementsEqual(jsonLabel) == true && request.query.isEmpty
            && !request.headers.has(.contentEncoding) && request.body.first == UInt8(ascii: "{")
    }

    private static let jsonLabel = Bytes("application/json".utf8)

    /// Text is UTF-8 in all of these APIs. Reading another charset as UTF-8 would change the prompt.
    private static func rejectOtherCharset(_ label: String?) throws(Fault) {
        guard let label, let charset = ParameterField(parsing: label)?["charset"] else { return }
        try rejectionFault(charset: charset)
    }

    private static func rejectionFault(charset: String) throws(Fault) {
        guard !MediaType.isUTF8(charset: charset) else { return }
        throw Fault(
            .unsupportedMediaType, "The charset '\(charset.prefix(40))' is not read here. Send the body in UTF-8.",
            param: nil, code: "unsupported_charset")
    }

    /// Refuses parameters in the query, where they would be ignored silently.
    private static func rejectParameters(in query: Query) throws(Fault) {
        for (name, value) in query.items where !BlankText.isBlank(value) {
            let isRead =
                InputFields.promptNames.contains(name) || InputFields.modelNames.contains(name) || Parameter.named(name) != nil
            guard isRead || MediaValue.isPresent(in: Bytes(value.utf8)[...]) else { continue }
            throw Fault(
                .invalid, "'\(name.prefix(80))' stands in the query of the URL. Send it in the body of the request.",
                param: String(name.prefix(80)), code: "invalid_value")
        }
    }

    /// PowerShell, Excel and .NET write a byte order mark before UTF-8.
    private static func withoutByteOrderMark(_ body: Slice) -> Slice {
        body.starts(with: [0xEF, 0xBB, 0xBF]) ? body.dropFirst(3) : body
    }

    private static func json(_ body: Slice) throws(Fault) -> InputFields {
        let json: JSON
        do throws(JSON.ParseError) {
            json = try JSON(parsing: body)
        } catch {
            throw Fault(.malformed, "The request body is not JSON: \(error.reason) (byte \(error.offset)).", code: "invalid_json")
        }
        guard json.kind == .object else { throw Fault(.malformed, "The request body must be a JSON object.", code: "invalid_json") }
        let fields = InputFields(json)
        if let name = fields.repeated.first {
            throw Fault(
                .malformed, "'\(name.prefix(80))' stands twice in the request body, with different values.",
                param: String(name.prefix(80)), code: "invalid_json")
        }
        return fields
    }

    private static func multipart(_ body: Slice, _ label: String) throws(Fault) -> InputFields {
        let parts: [FormField]
        do throws(Multipart.ParseError) {
            parts = try Multipart.fields(of: body, contentType: label)
        } catch {
            throw Fault(.malformed, error.reason + hint(error), code: "invalid_form")
        }
        return try tree { () throws(FormTree.ParseError) in try FormTree(parts) }
    }

    /// Node's SDK sends a `Buffer` as one part for each byte.
    private static func hint(_ error: Multipart.ParseError) -> String {
        guard case .tooManyParts = error else { return "" }
        return " If a Buffer was given as a file, give toFile(buffer, name) instead."
    }

    private static func form(_ body: Slice) throws(Fault) -> InputFields {
        let query: Query
        do throws(Query.EncodingError) {
            query = try Query(validating: body)
        } catch {
            throw Fault(
                .malformed, "The field '\(error.name)' is not UTF-8 text (byte \(error.offset) of the body).", param: error.name,
                code: "invalid_form")
        }
        return try tree { () throws(FormTree.ParseError) in try FormTree(query) }
    }

    private static func tree(_ make: () throws(FormTree.ParseError) -> FormTree) throws(Fault) -> InputFields {
        var fields: InputFields
        do throws(FormTree.ParseError) {
            fields = InputFields(try make().members)
        } catch {
            throw Fault(.malformed, error.reason, code: "invalid_form")
        }
        // Browsers send the charset of a form in this field (WHATWG HTML §4.10.21.6).
        if let charset = fields.take("_charset_")?.trimmed { try rejectionFault(charset: charset) }
        return fields
    }

    private static func isBlank(_ body: Slice) -> Bool { !body.contains { $0 > 0x20 } }
    private static func looksLikeJSON(_ body: Slice) -> Bool { body.first { $0 > 0x20 } == UInt8(ascii: "{") }
}
