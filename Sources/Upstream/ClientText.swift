import Jobs
import Wire

/// The text that a client put into a job. Vendors quote it in their errors, where it proves nothing: "API key expired" may be a prompt.
struct ClientText {
    private let windows: Set<Slice>
    /// Shorter matches are too common to count as quotes.
    private static let window = 8
    private static let maxBytes = 16_384

    init(of job: Job) {
        var texts = [job.model, job.prompt].compactMap(\.self) + Parameter.scalars.compactMap { $0.text(of: job) }
        for medium in job.media { if case .url(let url) = medium.source { texts.append(url) } }
        for extra in job.extras { texts.append(extra.value.text) }
        var windows: Set<Slice> = []
        var left = ClientText.maxBytes
        for text in texts where left > 0 {
            let bytes = Bytes(text.lowercased().utf8.prefix(left))
            left -= bytes.count
            guard bytes.count >= ClientText.window else { continue }
            for start in 0...(bytes.count - ClientText.window) { windows.insert(bytes[start..<(start + ClientText.window)]) }
        }
        self.windows = windows
    }

    /// The response body with quoted client text replaced by spaces. JSON structure characters stay, so that it still parses.
    func blanked(in body: Slice) -> Slice {
        let bytes = Bytes(body.prefix(ClientText.maxBytes))
        guard bytes.count >= ClientText.window, !windows.isEmpty else { return body }
        let small = bytes.map { (0x41...0x5A).contains($0) ? $0 | 0x20 : $0 }
        var result = bytes
        for start in 0...(bytes.count - ClientText.window) where windows.contains(small[start..<(start + ClientText.window)]) {
            for place in start..<(start + ClientText.window) where !ClientText.structure.contains(bytes[place]) {
                result[place] = UInt8(ascii: " ")
            }
        }
        return result[...]
    }

    private static let structure = Set("\"\\{}[]:,".utf8)
}
