/// Paths that clients build from a base URL with an extra slash or version: `//v1/videos`, `/v1/v1/videos`, `/v1/videos/`.
enum RequestPath {
    /// The intended path: without empty segments, trailing slash or repeated version. Nil if the path is correct already.
    static func corrected(_ path: String) -> String? {
        var segments: [Substring] = []
        for segment in path.split(separator: "/") where !(isVersion(segment) && segments.last == segment) { segments.append(segment) }
        let corrected = "/" + segments.joined(separator: "/")
        return corrected == path ? nil : corrected
    }

    /// A hint for an unknown path that looks like one for videos.
    static func hint(_ path: String) -> String {
        guard path.contains("video") else { return "" }
        return " The base URL for OpenAI's clients ends in '/v1', and no path follows it: http://HOST:PORT/v1."
    }

    /// `v1`, `v2`, …
    private static func isVersion(_ segment: Substring) -> Bool {
        let digits = segment.utf8.dropFirst()
        return segment.utf8.first == UInt8(ascii: "v") && !digits.isEmpty && digits.allSatisfy { (0x30...0x39).contains($0) }
    }
}
