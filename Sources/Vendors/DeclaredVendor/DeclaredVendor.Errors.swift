import Jobs
import Wire

extension DeclaredVendor {
    /// What the vendor's refusals mean, by its own codes and by HTTP statuses.
    struct Errors: Sendable {
        /// The words of a file for the kinds of fault.
        enum Category: String, Sendable, CaseIterable {
            case moderated, balance, credentials, model, rate, busy, invalid, unavailable, timeout, expired, failed

            var kind: Fault.Kind {
                switch self {
                case .moderated: .moderated
                case .balance: .vendorBalance
                case .credentials: .vendorCredentials
                case .model: .modelUnavailable
                case .rate: .vendorRateLimited
                case .busy: .vendorBusy
                case .invalid: .vendorRefused
                case .unavailable: .vendorUnavailable
                case .timeout: .vendorTimeout
                case .expired: .vendorExpired
                case .failed: .vendorFailed
                }
            }
        }

        var codes: [JSONPath]
        var messages: [JSONPath]
        /// Codes that mean no error at all, for vendors that answer everything with HTTP 200; empty where the status tells.
        var successCodes: Set<String>
        var kinds: [String: Category]
        /// The same for HTTP statuses, where no code says more.
        var statuses: [Int: Category]
        /// Codes that prove that nothing was accepted and nothing is paid.
        var refusalProofCodes: Set<String>

        func isSuccess(_ reply: Reply) -> Bool {
            guard reply.isSuccess else { return false }
            guard !successCodes.isEmpty, let code = code(of: reply) else { return true }
            return successCodes.contains(code)
        }

        /// A call that was refused.
        func refusal(_ reply: Reply) -> Fault {
            let code = code(of: reply)
            let refusal = VendorError(reply, message: message(of: reply), code: code)
            let word = category(for: reply)
            var fault = refusal.fault
            if let word {
                fault = refusal.fault(word.kind)
            } else if reply.isSuccess {
                fault = refusal.fault(VendorError.looksModerated(refusal.message) ? .moderated : .vendorRefused)
            }
            if let code, refusalProofCodes.contains(code) { fault.sent = .no }
            return fault
        }

        /// A job that ended without a video.
        func failure(_ reply: Reply, _ kind: Fault.Kind) -> Fault {
            let code = code(of: reply).flatMap { successCodes.contains($0) ? nil : $0 }
            let refusal = VendorError(reply, message: message(of: reply), code: code)
            guard kind == .vendorFailed else { return refusal.fault(kind) }
            if let word = code.flatMap({ kinds[$0] }) { return refusal.fault(word.kind) }
            return refusal.fault(VendorError.looksModerated(refusal.message) ? .moderated : .vendorFailed)
        }

        /// Whether the refusal is of this question only, whatever the answer says of the job.
        func isTransient(_ reply: Reply) -> Bool {
            guard !isSuccess(reply) else { return false }
            switch category(for: reply) {
            case .rate, .busy, .credentials, .unavailable, .timeout: return true
            default: return false
            }
        }

        private func category(for reply: Reply) -> Category? { code(of: reply).flatMap { kinds[$0] } ?? statuses[reply.status] }

        private func code(of reply: Reply) -> String? { JSONPath.string(at: codes, in: reply.json) }
        private func message(of reply: Reply) -> String? { JSONPath.string(at: messages, in: reply.json).flatMap { $0.isEmpty ? nil : $0 } }
    }
}
