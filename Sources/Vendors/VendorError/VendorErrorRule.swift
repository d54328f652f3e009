import Jobs

/// Words and codes by which a vendor says what its refusal means, as data. `VendorErrorRule.common` holds those that all vendors share; a
/// vendor's file adds its own, which come first.
struct VendorErrorRule: Sendable {
    /// What a refusal means: what it concerns, and who must act.
    enum Meaning: String, Sendable, CaseIterable {
        /// Content rules.
        case moderated
        /// Anything else that is wrong with this request.
        case invalid
        /// The model does not exist there, or is not open to this account or region.
        case model
        /// The account has no money or quota left.
        case balance
        /// It has not enough for this one request.
        case balanceTooLow = "balance_too_low"
        /// Its quota of this model is used up.
        case modelQuota = "model_quota"
        /// The key is wrong, expired or disabled, or the account is.
        case credentials
        /// The account's rights do not cover this request. Proves nothing about the next one.
        case rights
        /// The operator must set something up at the vendor.
        case setup
        case rate
        /// Too many running jobs.
        case busy
        case unavailable
        /// This model alone is overloaded.
        case overloaded
        case timeout
        /// A firewall or proxy in front of the vendor turned the request away.
        case blocked
        /// The job is no longer known.
        case expired
        /// The job failed.
        case failed
        /// The job was cancelled.
        case cancelled

        var kind: Fault.Kind {
            switch self {
            case .moderated: .moderated
            case .invalid: .vendorRefused
            case .model: .modelUnavailable
            case .balance, .balanceTooLow, .modelQuota: .vendorBalance
            case .credentials, .rights: .vendorCredentials
            case .setup: .misconfigured
            case .rate: .vendorRateLimited
            case .busy: .vendorBusy
            case .unavailable, .overloaded, .blocked: .vendorUnavailable
            case .timeout: .vendorTimeout
            case .expired: .vendorExpired
            case .failed: .vendorFailed
            case .cancelled: .vendorCancelled
            }
        }

        /// Where it is not that of its kind.
        var scope: Fault.Scope? {
            switch self {
            case .balanceTooLow, .rights: .request
            case .overloaded, .modelQuota: .model
            default: nil
            }
        }

        /// Where it is not that of its kind.
        var sentence: String? {
            switch self {
            case .balanceTooLow: "The vendor account's balance does not cover this job."
            case .rights: "This account's rights at the vendor do not cover the request."
            case .setup: "The vendor account is not set up for this request."
            case .blocked: "The vendor's network turned the request away before it reached the API."
            default: nil
            }
        }
    }

    var meaning: Meaning
    /// HTTP statuses that it holds for; empty means any.
    var statuses: Set<Int> = []
    /// Whole codes, in small letters; with a `*` at the beginning or the end, a part of one.
    var codes: [String] = []
    /// Of each group at least one must be part of the sentence, in small letters.
    var words: [[String]] = []
    /// None of these may.
    var exceptions: [String] = []
    /// Whether it proves that a paid call was refused, whatever the HTTP status says.
    var provesRefusal = false

    static func codes(_ codes: String..., mean meaning: Meaning, at statuses: Set<Int> = [], proven: Bool = false) -> VendorErrorRule {
        VendorErrorRule(meaning: meaning, statuses: statuses, codes: codes.map { $0.lowercased() }, provesRefusal: proven)
    }

    static func words(
        _ words: [String]..., besides exceptions: [String] = [], mean meaning: Meaning, at statuses: Set<Int> = []
    ) -> VendorErrorRule {
        VendorErrorRule(meaning: meaning, statuses: statuses, words: words, exceptions: exceptions)
    }

    static func status(_ statuses: Set<Int>, means meaning: Meaning) -> VendorErrorRule {
        VendorErrorRule(meaning: meaning, statuses: statuses)
    }

    /// Whether neither a code nor a word decides.
    var isStatusAlone: Bool { codes.isEmpty && words.isEmpty }

    func matches(_ refusal: VendorError) -> Bool {
        guard statuses.isEmpty || statuses.contains(refusal.status) else { return false }
        guard codes.isEmpty || refusal.codes.contains(where: hasCode) else { return false }
        guard !words.isEmpty else { return true }
        guard let text = refusal.text else { return false }
        return words.allSatisfy { group in group.contains { text.contains($0) } } && !exceptions.contains { text.contains($0) }
    }

    private func hasCode(_ code: String) -> Bool {
        let code = code.lowercased()
        return codes.contains { VendorErrorRule.isMatch(code, $0) }
    }

    /// Whether a code fits a pattern; both in small letters.
    static func isMatch(_ code: String, _ pattern: String) -> Bool {
        switch (pattern.hasPrefix("*"), pattern.hasSuffix("*")) {
        case (true, true): code.contains(pattern.dropFirst().dropLast())
        case (true, false): code.hasSuffix(pattern.dropFirst())
        case (false, true): code.hasPrefix(pattern.dropLast())
        case (false, false): code == pattern
        }
    }
}
