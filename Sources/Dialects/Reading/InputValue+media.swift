import Jobs
import Wire

extension InputValue {
    /// The media of a list or of a single value. Of several, the first gets the role `role` and the rest `others`.
    func media(_ role: InputMedia.Role, others: InputMedia.Role, _ kind: InputMedia.Kind) throws(Fault) -> [InputMedia] {
        if let bytes = try bufferOfNode() { return [try medium(role, kind, bytes: bytes, name: nil)] }
        // A list of references may be empty; where one medium belongs, an empty list is a mistake.
        guard role == others || !listOrSelf.isEmpty else { throw wrongValue("'\(param)' is an empty list.") }
        var media: [InputMedia] = []
        for (place, item) in listOrSelf.filter({ !$0.isBlank }).enumerated() {
            media.append(try item.medium(place == 0 ? role : others, kind))
        }
        return media
    }

    /// One image, video or audio: a file of a form, a public URL, a data URI, a vendor's own reference, or an object that holds one of
    /// these.
    func medium(_ role: InputMedia.Role, _ kind: InputMedia.Kind) throws(Fault) -> InputMedia {
        if let file { return try medium(role, kind, bytes: file.content, name: file.filename, label: file.type) }
        if let bytes = try bufferOfNode() { return try medium(role, kind, bytes: bytes, name: nil) }
        if var inner = fields { return try InputValue.wrappedMedium(&inner, role, kind: kind, param: param) }
        let (source, found) = try source(kind)
        return InputMedia(role, found ?? kind, source: source, param: param)
    }

    /// A medium in an object, as several APIs write it: `{"url": …}`, `{"image_url": …}`, `{"image_url": {"url": …}}`.
    private static func wrappedMedium(_ fields: inout InputFields, _ role: InputMedia.Role, kind: InputMedia.Kind, param: String)
        throws(Fault) -> InputMedia
    {
        if let id = fields.take("file_id") {
            let message = "'\(id.param)' names an uploaded file, and none is kept here. Send the file itself, a URL or a data URI."
            throw Fault(.unsupported, message, param: id.param, code: "unsupported_parameter")
        }
        for name in ["url", kind.rawValue + "_url"] + places + [kind.rawValue] {
            guard let inner = fields.take(name) else { continue }
            if let other = fields.untaken.first(where: { $0.input.holdsMedia() })?.input {
                throw other.wrongValue("'\(inner.param)' and '\(other.param.prefix(80))' both hold media; send one of them.")
            }
            return try inner.medium(role, kind)
        }
        throw Fault(.invalid, "'\(param)' has no URL in it.", param: param, code: "invalid_value")
    }

    /// The members in which APIs put the URL or the base64 of a medium. The second line is Google's (Veo and Gemini) and Anthropic's.
    private static let places = [
        "image_url", "video_url", "audio_url", "imageUrl", "videoUrl", "audioUrl", "uri", "b64_json", "base64",
        "bytesBase64Encoded", "imageBytes", "videoBytes", "gcsUri", "fileUri", "file_uri", "inlineData", "inline_data", "data", "source",
    ]

    private func medium(
        _ role: InputMedia.Role, _ kind: InputMedia.Kind, bytes: Slice, name: String?, label: MediaType? = nil
    ) throws(Fault) -> InputMedia {
        guard !bytes.isEmpty else { throw wrongValue("The file '\(param)' is empty.") }
        let label = label == .bytes ? nil : label
        guard let type = Sniff.type(of: bytes) ?? label, let found = InputMedia.Kind(of: type) else {
            throw wrongValue("The file '\(param)' is not an image, video or audio of a known format.")
        }
        return InputMedia(role, found, source: .bytes(type, bytes), fileName: name, param: param)
    }

    /// The medium that a text refers to or holds, and its kind if the text shows it.
    private func source(_ kind: InputMedia.Kind) throws(Fault) -> (InputMedia.Source, InputMedia.Kind?) {
        if let bytes = plainBytes {
            if DataURI.isDataURI(bytes) { return try dataURI(bytes) }
            if let type = MediaValue.base64Type(of: bytes) { return try bareBase64(bytes, type) }
        }
        let text = BlankText.trimmed(try string())
        let bytes = Bytes(text.utf8)
        if DataURI.isDataURI(bytes[...]) { return try dataURI(bytes[...]) }
        if let type = MediaValue.base64Type(of: bytes[...]) { return try bareBase64(bytes[...], type) }
        guard let colon = text.firstRange(of: "://"), bytes.count <= InputValue.maxURLLength, bytes.allSatisfy({ $0 > 0x20 && $0 != 0x7F })
        else {
            throw notMediaFault(kind)
        }
        switch text[..<colon.lowerBound].lowercased() {
        case "http", "https":
            do throws(URLText.ParseError) { _ = try URLText(parsing: text) } catch {
                throw wrongValue("'\(param)' is not a URL that can be fetched. " + error.reason)
            }
            return (.url(text), nil)
        case "", "file", "ftp", "ftps", "javascript": throw notMediaFault(kind)
        case let scheme:
            // A vendor's own reference: asset://…, ltx://uploads/…
            guard scheme.utf8.allSatisfy(InputValue.isSchemeByte) else { throw notMediaFault(kind) }
            return (.reference(text), nil)
        }
    }

    private func dataURI(_ text: Slice) throws(Fault) -> (InputMedia.Source, InputMedia.Kind?) {
        let uri: DataURI
        do throws(DataURI.ParseError) {
            uri = try DataURI(parsing: text)
        } catch {
            throw wrongValue("'\(param)' cannot be read. " + error.reason)
        }
        guard uri.byteCount > 0 else { throw wrongValue("The data URI in '\(param)' is empty.") }
        guard let kind = InputMedia.Kind(of: uri.type) else {
            throw wrongValue("The data URI in '\(param)' contains no image, video or audio of a known format.")
        }
        return (.base64(uri.type, uri.base64), kind)
    }

    /// Base64 without a data URI, as Kling's, Zhipu's and Google's clients send it.
    private func bareBase64(_ text: Slice, _ type: MediaType) throws(Fault) -> (InputMedia.Source, InputMedia.Kind?) {
        try dataURI((Bytes("data:\(type.text);base64,".utf8) + text)[...])
    }

    /// The length that common servers accept.
    private static let maxURLLength = 8192

    private func notMediaFault(_ kind: InputMedia.Kind) -> Fault {
        wrongValue("'\(param)' must be an http(s) URL or a data URI of \(InputValue.phrase(kind)).")
    }

    private var plainBytes: Slice? { if case .json(let json) = value { json.plainString } else { nil } }

    private static func isSchemeByte(_ byte: UInt8) -> Bool {
        (0x61...0x7A).contains(byte | 0x20) || (0x30...0x39).contains(byte) || byte == UInt8(ascii: "-") || byte == UInt8(ascii: "+")
    }

    /// The bytes of a `Buffer` that a Node program passed instead of a file. In a form it arrives as `name[0]=137&name[1]=80…`, in JSON as
    /// `{"type":"Buffer","data":[137,80,…]}`.
    private func bufferOfNode() throws(Fault) -> Slice? {
        switch value {
        case .json(let json):
            guard json["type"]?.string == "Buffer", let data = json["data"] else { return nil }
            return try InputValue.bytes(data.elements.map(\.int), param)
        case .form(.list(let list)):
            guard list.count > 8, list.prefix(8).allSatisfy({ $0.text.flatMap(UInt8.init) != nil }) else { return nil }
            return try InputValue.bytes(list.map { $0.text.flatMap { Int($0) } }, param)
        case .form: return nil
        }
    }

    private static func bytes(_ numbers: [Int?], _ param: String) throws(Fault) -> Slice {
        var bytes = Bytes()
        bytes.reserveCapacity(numbers.count)
        for number in numbers {
            guard let number, let byte = UInt8(exactly: number) else {
                let message = "'\(param)' looks like a Buffer of Node, but not all of its numbers are bytes. Send it as a file of a form."
                throw Fault(.invalid, message, param: param, code: "invalid_value")
            }
            bytes.append(byte)
        }
        return bytes[...]
    }

    private static func phrase(_ kind: InputMedia.Kind) -> String {
        switch kind {
        case .image: "an image"
        case .video: "a video"
        case .audio: "an audio file"
        }
    }
}
