import Jobs
import Wire

extension DeclaredVendor {
    /// What the vendor's errors mean: by its own codes, by words of its sentences, by status.
    struct Errors: Sendable {
        /// The place of a number that replaces the HTTP status, for vendors that answer errors with HTTP 200.
        var statuses: [JSONPath]
        var codes: [JSONPath]
        var messages: [JSONPath]
        /// Codes that mean no error; empty where the status decides.
        var successCodes: Set<String>
        /// The first that matches decides; what none matches has the meaning that all vendors share.
        var rules: [VendorErrorRule]
        /// Patterns of codes that prove that nothing was accepted and nothing is paid.
        var refusalProofCodes: [String]

        /// What an error with a status of success means where nothing else is said about it.
        private static let errorsWithSuccess: [VendorErrorRule] = [
            .words(VendorErrorRule.moderationWords, mean: .moderated, at: Set(200...299)), .status(Set(200...299), means: .invalid),
        ]

        /// The status in the answer's body where there is one, else the HTTP status.
        func status(of reply: Reply) -> Int { bodyStatus(of: reply).flatMap { (100...599).contains($0) ? $0 : nil } ?? reply.status }

        private func bodyStatus(of reply: Reply) -> Int? {
            statuses.lazy.flatMap { $0.values(in: reply.json) }.compactMap(\.int).first
        }

        func isSuccess(_ reply: Reply) -> Bool {
            if let status = bodyStatus(of: reply) { return (200...299).contains(status) }
            guard reply.isSuccess else { return false }
            guard !successCodes.isEmpty, let code = code(of: reply) else { return true }
            return successCodes.contains(code)
        }

        /// The fault that a refused call means.
        func refusal(_ reply: Reply) -> Fault {
            let code = code(of: reply)
            var fault = error(reply, code).fault(by: rules + Errors.errorsWithSuccess)
            if let code = code?.lowercased(), refusalProofCodes.contains(where: { VendorErrorRule.isMatch(code, $0) }) { fault.sent = .no }
            return fault
        }

        /// The fault of a job that ended without a video.
        /// - Parameter word: the word for the state, where it is more specific than that.
        func failure(_ reply: Reply, _ kind: Fault.Kind, word: String? = nil) -> Fault {
            let code = code(of: reply).flatMap { isSuccessCode($0) ? nil : $0 } ?? word
            let error = error(reply, code)
            guard kind == .vendorFailed else { return error.fault(kind) }
            if code != nil, let rule = rules.first(where: { !$0.codes.isEmpty && $0.matches(error) }) {
                return error.fault(rule.meaning.kind)
            }
            let isModerated = VendorError.looksModerated(error.message) || VendorError.looksModerated(code)
            return error.fault(isModerated ? .moderated : .vendorFailed)
        }

        /// Whether the refusal is about this status call only, whatever the answer contains about the job.
        func isTransient(_ reply: Reply) -> Bool {
            guard !isSuccess(reply) else { return false }
            let error = error(reply, code(of: reply))
            switch rules.first(where: { $0.matches(error) })?.meaning {
            case .rate, .busy, .credentials, .unavailable, .overloaded, .timeout: return true
            default: return false
            }
        }

        private func error(_ reply: Reply, _ code: String?) -> VendorError {
            var error = VendorError(reply, message: JSONPath.string(at: messages, in: reply.json), code: code)
            error.status = status(of: reply)
            return error
        }

        private func isSuccessCode(_ code: String) -> Bool {
            successCodes.contains(code) || !statuses.isEmpty && (Int(code).map { (200...299).contains($0) } ?? false)
        }

        private func code(of reply: Reply) -> String? { JSONPath.string(at: codes, in: reply.json) }
    }
}
