import Jobs
import Wire

/// What a vendor's errors mean: by its own codes, by words of its sentences, by status.
struct ErrorRules: Sendable {
    /// The places of the vendor's sentence. Without one, the usual places of a refused call are read.
    var messages: [JSONPath] = []
    var codes: [JSONPath] = []
    /// A header that has the code, up to a colon.
    var codeHeader: HeaderName?
    /// The place of a number that replaces the HTTP status, for vendors that answer errors with HTTP 200.
    var statuses: [JSONPath] = []
    /// A member that only the reply to a refused call has.
    var refusalMember: JSONPath?
    /// Codes that mean no error; empty where the status decides.
    var successCodes: Set<String> = []
    /// The first that matches decides; what none matches has the meaning that all vendors share.
    var rules: [VendorErrorRule] = []
    /// Patterns of codes that prove that nothing was accepted and nothing is paid.
    var refusalProofCodes: [String] = []
    /// What the code of a failed job means; nil for the codes of `rules` that mean moderation.
    var failures: [VendorErrorRule]?
    /// Errors of a status call that mean that the vendor no longer knows the job.
    var expiry = [notFound]
    /// Whether words of content rules make a failed job a moderated one. Not where a code says so each time.
    var readsModerationWords = true

    static let notFound = VendorErrorRule.status([404, 410], means: .expired)

    // MARK: Success

    /// The status in the body where there is one, else the HTTP status.
    func status(of reply: Reply) -> Int { bodyStatus(of: reply).flatMap { (100...599).contains($0) ? $0 : nil } ?? reply.status }

    private func bodyStatus(of reply: Reply) -> Int? {
        statuses.lazy.flatMap { $0.values(in: reply.json) }.compactMap(\.int).first
    }

    func isSuccess(_ reply: Reply) -> Bool {
        if let status = bodyStatus(of: reply) { return (200...299).contains(status) }
        guard reply.isSuccess else { return false }
        if let refusalMember, !refusalMember.values(in: reply.json).isEmpty { return false }
        guard !successCodes.isEmpty, let code = code(in: reply.json, reply) else { return true }
        return successCodes.contains(code)
    }

    // MARK: Faults

    /// The fault that a refused call means.
    func refusal(_ reply: Reply) -> Fault { refusal(error(reply)) }

    func refusal(_ error: VendorError) -> Fault {
        var fault = error.fault(by: rules)
        let isProof = error.code.map { code in refusalProofCodes.contains { VendorErrorRule.isMatch(code.lowercased(), $0) } }
        if isProof == true { fault.sent = .no }
        return fault
    }

    /// A refused call as the vendor describes it.
    func error(_ reply: Reply) -> VendorError {
        let json = reply.json
        return error(json, reply, code: code(in: json, reply))
    }

    /// The fault of a job that ended without a video.
    /// - Parameters:
    ///   - task: the part of the reply that is about the job.
    ///   - word: the word for its state, where that is the vendor's code for the end.
    func failure(_ kind: Fault.Kind, of task: JSON?, in reply: Reply, word: String? = nil) -> Fault {
        let code = code(in: task, reply).flatMap { isSuccessCode($0) ? nil : $0 } ?? word
        let error = error(task, reply, code: code)
        guard kind == .vendorFailed else { return error.fault(kind) }
        let rules = failures ?? rules.filter { $0.meaning == .moderated && !$0.codes.isEmpty }
        if code != nil, let rule = rules.first(where: { $0.matches(error) }) { return error.fault(rule.meaning.kind) }
        let isModerated = readsModerationWords && (VendorError.looksModerated(error.message) || VendorError.looksModerated(code))
        return error.fault(isModerated ? .moderated : .vendorFailed)
    }

    /// Whether a refused status call is about that call only, whatever the reply contains about the job.
    func isTransient(_ reply: Reply) -> Bool {
        guard !isSuccess(reply) else { return false }
        let error = error(reply)
        // A code of the end of a job may look like one of an outage to the rules.
        guard !expiry.contains(where: { !$0.isStatusAlone && $0.matches(error) }) else { return false }
        switch rules.first(where: { $0.matches(error) })?.meaning {
        case .rate, .busy, .credentials, .unavailable, .overloaded, .timeout: return true
        default: return false
        }
    }

    /// Whether a refused status call means that the vendor no longer knows the job. What is about the account says nothing about the job.
    func isExpiry(_ reply: Reply) -> Bool {
        let error = error(reply)
        return expiry.contains { $0.matches(error) } && refusal(error).scope != .account
    }

    private func error(_ json: JSON?, _ reply: Reply, code: String?) -> VendorError {
        var error = VendorError(reply, message: JSONPath.string(at: messages, in: json), code: code)
        error.status = status(of: reply)
        return error
    }

    private func isSuccessCode(_ code: String) -> Bool {
        successCodes.contains(code) || !statuses.isEmpty && (Int(code).map { (200...299).contains($0) } ?? false)
    }

    private func code(in json: JSON?, _ reply: Reply) -> String? {
        let header = codeHeader.flatMap { reply.headers[$0] }.map { String($0.prefix { $0 != ":" }) }
        return header ?? JSONPath.string(at: codes, in: json)
    }
}
