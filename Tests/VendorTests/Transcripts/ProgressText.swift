import Jobs
import Wire

/// States and faults as the lines that a transcript has for them.
enum ProgressText {
    static func lines(of progress: Progress) -> [String] {
        switch progress {
        case .queued: ["queued"]
        case .running(let percent): [percent.map { "running \($0)" } ?? "running"]
        case .unknown(let word): ["unknown \(word)"]
        case .failed(let fault): ["failed"] + lines(of: fault)
        case .done(let assets): ["done"] + assets.map(line)
        }
    }

    /// Every line that a transcript may have for the fault.
    static func lines(of fault: Fault) -> [String] {
        var lines = ["kind: \(fault.kind.rawValue)", "message: \(fault.message)"]
        if let sent = fault.sent { lines.append("sent: \(sent == .no ? "no" : "maybe")") }
        if let param = fault.param { lines.append("param: \(param)") }
        if let code = fault.code { lines.append("code: \(code)") }
        if let code = fault.vendorCode { lines.append("vendor_code: \(code)") }
        if let pause = fault.retryAfter { lines.append("retry_after: \(pause.components.seconds)") }
        return lines
    }

    private static func line(_ asset: Asset) -> String {
        var words = [asset.kind.rawValue]
        switch asset.place {
        case .url(let url, let credentials): words += [credentials ? "key-url" : "url", url]
        case .call: words.append("call")
        case .inline(_, let string): words += ["inline", String(string)]
        case .bytes(let bytes): words += ["bytes", Base64.standard.text(bytes)]
        case .kept: words.append("kept")
        }
        if let type = asset.type { words.append("type=\(type)") }
        if let bytes = asset.bytes { words.append("bytes=\(bytes)") }
        return words.joined(separator: " ")
    }
}
