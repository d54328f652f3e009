import Crypto
import Wire

extension Configuration {
    /// Where the results of jobs are kept, and how long.
    package struct Results: Sendable {
        package enum Place: Sendable {
            case folder(String)
            case bucket(S3Bucket)
        }

        /// A bucket of an S3 server.
        package struct S3Bucket: Sendable {
            package var name: String
            /// Empty, or without a slash at either end.
            package var prefix: String
            package var endpoint: BaseURL
            package var region: String
            package var accessKey: String
            package var secretKey: Secret
            /// For temporary credentials.
            package var sessionToken: Secret?
        }

        package var place: Place
        package var keep: Duration = .seconds(30 * 86_400)
        /// In bytes; nil without a bound.
        package var maxSize: Int64?
        /// Whether clients are sent to the bucket by presigned redirects.
        package var redirects = false
    }
}

extension Configuration.Results {
    private static let example = "{ in: ./genlock-results, keep: 30 days, max_size: 200 GiB }"
    private static let placeExpected = "the path of a folder, or s3://bucket/prefix"
    private static let bucketKeys = ["endpoint", "region", "access_key", "secret_key", "session_token"]
    private static let secrets = ["access_key", "secret_key"]

    /// Nil if results cannot be kept: adds an error.
    init?(_ node: YAMLNode, _ decoder: ConfigurationDecoder) {
        let keys = ["in", "keep", "max_size", "redirect"] + Self.bucketKeys
        guard let members = decoder.members(node, Self.example, keys: keys, kept: ["in"] + Self.secrets) else { return nil }
        guard let placeNode = members["in"] else {
            decoder.addError(node.location, "results has no \"in\": expected \(Self.placeExpected)")
            return nil
        }
        guard let text = decoder.text(placeNode, expected: Self.placeExpected) else { return nil }
        guard !text.isEmpty else {
            decoder.addError(placeNode, expected: Self.placeExpected)
            return nil
        }
        if text.hasPrefix("s3:") {
            guard let bucket = S3Bucket(text, placeNode, members: members, decoder: decoder) else { return nil }
            place = .bucket(bucket)
        } else {
            place = .folder(decoder.resolvedPath(text, for: placeNode))
            for name in Self.bucketKeys + ["redirect"] {
                guard let location = members[name]?.location else { continue }
                decoder.addError(location, "\(name) of results needs a bucket: in is a folder, not s3://bucket/prefix")
            }
        }
        if let node = members["keep"] { keep = Self.duration(node, decoder) ?? keep }
        if let node = members["max_size"] {
            maxSize = decoder.value(node, expected: "a size like 200 GiB") { Units.bytes($0).flatMap { $0 > 0 ? Int64($0) : nil } }
        }
        if let node = members["redirect"] { redirects = decoder.boolean(node) ?? false }
    }

    private static func duration(_ node: YAMLNode, _ decoder: ConfigurationDecoder) -> Duration? {
        decoder.value(node, expected: "a time like 30 days, from 1s to 3650 days") { text in
            Units.duration(text).flatMap { $0 >= .seconds(1) && $0 <= .seconds(3650 * 86_400) ? $0 : nil }
        }
    }
}

extension Configuration.Results.S3Bucket {
    fileprivate init?(_ text: String, _ node: YAMLNode, members: [String: YAMLNode], decoder: ConfigurationDecoder) {
        guard let (name, prefix) = Self.parts(of: text) else {
            decoder.addError(node, expected: "s3://bucket/prefix with a bucket of 3 to 63 lower-case letters, digits, \".\" and \"-\"")
            return nil
        }
        let region = members["region"].flatMap { node in
            decoder.value(node, expected: "a region like eu-central-1") { Configuration.isName($0) ? $0 : nil }
        }
        self.region = region ?? "us-east-1"
        let standard = Configuration.BaseURL("https://s3.\(self.region).amazonaws.com")
        let given = members["endpoint"].flatMap { node in
            decoder.value(node, expected: Configuration.BaseURL.expected, Configuration.BaseURL.init)
        }
        guard let endpoint = given ?? standard else { return nil }
        (self.name, self.prefix, self.endpoint) = (name, prefix, endpoint)
        let accessKey = Self.secret("access_key", node, members: members, decoder: decoder)
        let secretKey = Self.secret("secret_key", node, members: members, decoder: decoder)
        guard let accessKey, let secretKey else { return nil }
        (self.accessKey, self.secretKey) = (accessKey, Secret(secretKey))
        sessionToken = members["session_token"].flatMap { decoder.text($0, expected: "a secret as text") }.map { Secret($0) }
    }

    private static func secret(_ name: String, _ place: YAMLNode, members: [String: YAMLNode], decoder: ConfigurationDecoder) -> String? {
        guard let node = members[name] else {
            decoder.addError(place.location, "results in a bucket need \(name), for example \(name): \"${S3_\(name.uppercased())}\"")
            return nil
        }
        guard let text = decoder.text(node, expected: "a secret as text") else { return nil }
        guard !text.isEmpty else {
            decoder.addError(node.location, "the \(name) of results is empty")
            return nil
        }
        return text
    }

    /// Bucket and prefix of `s3://bucket/prefix`.
    private static func parts(of text: String) -> (name: String, prefix: String)? {
        guard text.hasPrefix("s3://") else { return nil }
        let rest = text.dropFirst("s3://".count)
        let name = rest.prefix { $0 != "/" }
        var prefix = rest.dropFirst(name.count + 1)
        while prefix.hasSuffix("/") { prefix = prefix.dropLast() }
        guard (3...63).contains(name.utf8.count), name.utf8.allSatisfy(isNameByte), name.utf8.first != UInt8(ascii: "."),
            prefix.isEmpty || prefix.split(separator: "/", omittingEmptySubsequences: false).allSatisfy(isSegment)
        else { return nil }
        return (String(name), String(prefix))
    }

    private static func isNameByte(_ byte: UInt8) -> Bool {
        (0x61...0x7A).contains(byte) || (0x30...0x39).contains(byte) || ".-".utf8.contains(byte)
    }

    private static func isSegment(_ text: Substring) -> Bool { Configuration.isName(String(text)) && text != "." && text != ".." }
}
