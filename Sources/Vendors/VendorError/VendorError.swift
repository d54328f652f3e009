import Jobs
import Wire

/// A vendor's "no", with what it said about it, on the way to becoming a fault.
struct VendorError {
    var status: Int
    /// The vendor's sentence.
    let message: String?
    /// The vendor's word for it.
    var code: String?
    var retryAfter: Duration?
    /// The sentence in small letters, as rules look for words in it.
    let text: String?
    /// Every word in the answer that may be a code: the vendor's own, and those in the usual places.
    let codes: [String]
    /// The answer is a text or a web page: something in front of the vendor's API wrote it.
    let isHTMLPage: Bool

    /// - Parameter message: where the vendor's file knows where it stands; else the usual places of a refusal are looked at.
    init(_ reply: Reply, message: String? = nil, code: String? = nil) {
        let json = reply.json
        status = reply.status
        let usual = reply.isSuccess ? nil : json.flatMap { VendorError.sentence(in: $0) }
        self.message = message.flatMap { VendorError.isSentence($0) ? $0 : nil } ?? usual
        text = self.message.map(VendorError.normalized)
        self.code = code
        retryAfter = VendorError.retryAfter(reply.headers)
        codes = [code].compactMap(\.self) + (reply.isSuccess ? [] : VendorError.codes(in: json))
        isHTMLPage = json == nil && reply.body.contains { !VendorError.isBlank($0) }
    }

    /// What it means by the words and codes that all vendors share, else by the HTTP status (RFC 9110 section 15).
    var fault: Fault { fault(by: []) }

    /// The same, where the vendor's own words and codes are looked for first.
    func fault(by rules: [VendorErrorRule]) -> Fault {
        let rule = rules.first { $0.matches(self) }
        var fault = fault(meaning: rule?.meaning ?? meaning)
        if rule?.provesRefusal == true { fault.sent = .no }
        return fault
    }

    private func fault(meaning: VendorErrorRule.Meaning) -> Fault {
        var fault = fault(meaning.kind)
        if let sentence = meaning.sentence { fault.message = sentence }
        fault.specificScope = meaning.scope
        return fault
    }

    private var meaning: VendorErrorRule.Meaning {
        if isHTMLPage, (400..<500).contains(status), ![402, 407, 408, 429].contains(status) { return .blocked }
        if let rule = VendorErrorRule.common.first(where: { $0.matches(self) }) { return rule.meaning }
        switch status {
        case 401, 407: return .credentials
        case 402: return .balance
        // Nothing says whom it concerns.
        case 403 where message == nil: return .rights
        case 408, 504: return .timeout
        case 429: return .rate
        case 451: return .moderated
        case 400..<500: return .invalid
        default: return .unavailable
        }
    }

    /// A fault of that kind. The client gets the vendor's message if it is about the request, the model or the video; a message about the
    /// account goes to the log only.
    func fault(_ kind: Fault.Kind) -> Fault {
        let said = message.map(VendorError.cleaned)
        let sentence: String
        switch kind {
        case .vendorCredentials: sentence = "The vendor did not accept the credentials of this account."
        case .vendorBalance: sentence = "The vendor account's balance or quota is used up."
        case .vendorRateLimited: sentence = "The vendor's rate limit is reached."
        case .vendorBusy: sentence = "The vendor has too many jobs at once."
        case .vendorTimeout: sentence = "The vendor did not answer in time."
        case .vendorUnavailable: sentence = "The vendor is not available at the moment."
        case .vendorExpired: sentence = "The vendor no longer knows this job."
        case .moderated: sentence = said ?? "The content was refused by the vendor's moderation."
        case .vendorCancelled: sentence = said ?? "The job was cancelled at the vendor."
        case .vendorFailed: sentence = said ?? "The vendor could not make the video."
        case .modelUnavailable:
            let start = "The vendor does not offer this model to this account"
            sentence = said.map { "\(start): \($0)" } ?? start + "."
        default: sentence = said.map { "The vendor refused the request: \($0)" } ?? "The vendor refused the request."
        }
        var fault = Fault(kind, sentence, detail: detail, retryAfter: retryAfter, vendorCode: code)
        fault.isVendorRetryAfter = retryAfter != nil
        return fault
    }

    private var detail: String {
        "HTTP \(status)" + (code.map { " \($0)" } ?? "") + (message.map { ": " + String($0.prefix(VendorError.maxDetailLength)) } ?? "")
            + (isHTMLPage ? ": not JSON" : "")
    }

    private static let maxDetailLength = 1000
}
