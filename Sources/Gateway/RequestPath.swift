/// Paths as clients build them from a base URL that has a slash or a version too many: `//v1/videos`, `/v1/v1/videos`, `/v1/videos/`.
enum RequestPath {
    /// The path that was meant: no empty segments, no slash at the end, and a version only once. Nil if it is that already.
    static func corrected(_ path: String) -> String? {
        var segments: [Substring] = []
        for segment in path.split(separator: "/") where !(isVersion(segment) && segments.last == segment) { segments.append(segment) }
        let corrected = "/" + segments.joined(separator: "/")
        return corrected == path ? nil : corrected
    }

    /// What to say where a path that looks like one for videos leads nowhere.
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
