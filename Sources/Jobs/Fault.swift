import Wire

/// Everything that can go wrong, in one type that crosses all rooms. The public sentence is for the client; the detail is for the log
/// and is never rendered. Metrics are labelled by the kind alone.
package struct Fault: Error, Sendable {
    /// Grouped by who must act.
    package enum Kind: String, Sendable, CaseIterable {
        // The caller.
        case malformed  // not JSON, not a form, broken framing
        case missing  // a required field
        case invalid  // a field of the wrong type or outside its range
        case unsupported  // a value or field that this model cannot do
        case unknownModel
        case notFound  // an id that is not the caller's, or not one at all; a path that does not exist
        case methodNotAllowed
        case tooLarge
        case unsupportedMediaType
        case unauthenticated
        case forbidden
        case conflict  // an idempotency key that is in use
        case keyReused  // an idempotency key with another body
        case notReady  // content before the job is done
        case gone  // content that existed and has expired
        case jobFailed  // content of a failed job
        case budget  // the key's money is used up
        case rateLimited  // the key's own limit
        case unreachableInput  // a URL the caller named cannot be fetched
        case moderated
        // The vendor.
        case vendorRefused  // it calls the request wrong although the catalog let it pass
        case vendorRateLimited
        case vendorBusy  // too many jobs at once
        case vendorUnavailable
        case vendorTimeout
        case vendorNonsense
        case vendorFailed  // the job itself failed there
        case vendorCancelled
        case vendorExpired
        case createAmbiguous  // the paid call may have been accepted
        // The operator.
        case modelUnavailable  // the vendor has no such model, or does not open it to this account or region
        case vendorCredentials
        case vendorBalance
        case misconfigured
        // Ourselves.
        case overloaded
        case storage
        case draining
        case notImplemented  // no vendor behind this model can do it
        case internalError
    }

    /// What is known of a paid call that failed.
    package enum Sent: Sendable {
        /// It provably was not accepted: the plan may go on.
        case no
        /// It may have been accepted: never sent again.
        case maybe
    }

    /// What a failure concerns, and so the most that may be kept out of use because of it.
    package enum Scope: String, Sendable, CaseIterable {
        /// This request alone: the next one may be accepted.
        case request
        /// Every request for this model at this account.
        case model
        /// Every request to this account.
        case account
        /// The vendor, whatever it is asked.
        case vendor
        /// This program, its machine or its network.
        case router
    }

    package var kind: Kind
    /// Set where a failure concerns something else than failures of its kind usually do.
    package var specificScope: Scope?
    /// One or two sentences for the client: what is wrong and what would be accepted. Names no vendor secret, no URL with a key.
    package var message: String
    /// The field at fault, as the client spelt it.
    package var param: String?
    /// A finer word than the kind where a contract has one: `invalid_value`, `content_policy_violation`.
    package var code: String?
    /// For the log only.
    package var detail: String?
    package var retryAfter: Duration?
    /// `retryAfter` is what a vendor asked for, and is passed on as it is; a pause of this program's own is kept short.
    package var isVendorRetryAfter = false
    /// Set by the vendor's file or the gateway for failures of a paid call; nil elsewhere.
    package var sent: Sent?
    /// The vendor's own words for a failed job, for clients that show them.
    package var vendorCode: String?

    package init(
        _ kind: Kind, _ message: String, param: String? = nil, code: String? = nil, detail: String? = nil, retryAfter: Duration? = nil,
        sent: Sent? = nil, vendorCode: String? = nil, scope: Scope? = nil
    ) {
        self.kind = kind
        specificScope = scope
        self.message = message
        self.param = param
        self.code = code
        self.detail = detail
        self.retryAfter = retryAfter
        self.sent = sent
        self.vendorCode = vendorCode
    }
}

extension Fault {
    package var scope: Scope { specificScope ?? kind.defaultScope }
}

extension Fault.Kind {
    /// What failures of this kind concern where nothing more is known.
    package var defaultScope: Fault.Scope {
        switch self {
        case .malformed, .missing, .invalid, .unsupported, .unknownModel, .notFound, .methodNotAllowed, .tooLarge, .unsupportedMediaType,
            .unauthenticated, .forbidden, .conflict, .keyReused, .notReady, .gone, .jobFailed, .budget, .rateLimited, .unreachableInput,
            .moderated, .notImplemented, .vendorRefused, .vendorFailed, .vendorCancelled, .vendorExpired:
            .request
        case .modelUnavailable, .misconfigured: .model
        case .vendorCredentials, .vendorBalance, .vendorRateLimited, .vendorBusy: .account
        case .vendorUnavailable, .vendorTimeout, .vendorNonsense, .createAmbiguous: .vendor
        case .overloaded, .storage, .draining, .internalError: .router
        }
    }
}

/// Something that was done differently from what was asked, told with the answer.
package struct Warning: Sendable, Equatable {
    package var param: String
    package var message: String
    /// `seconds 12->8`, for the header; nil where nothing was replaced.
    package var adapted: String?

    package init(param: String, message: String, adapted: String? = nil) {
        self.param = param
        self.message = message
        self.adapted = adapted
    }
}
