import Wire

/// Everything that can go wrong, in the one error type that crosses modules. `message` is for the client; `detail` is for the log and never
/// rendered. Metrics are labelled by the kind alone.
package struct Fault: Error, Sendable {
    /// What went wrong, grouped by who must act. Raw values are metric labels and stand in the journal.
    package enum Kind: String, Sendable, CaseIterable {
        // The caller.
        case malformed  // not JSON, not a form, broken framing
        case missing  // a required field
        case invalid  // a field of the wrong type or outside its range
        case unsupported  // a value or field that this model does not support
        case unknownModel
        case notFound  // an id that is not the caller's or not an id at all; a path that does not exist
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
        case budget  // the key's budget is used up
        case rateLimited  // the key's own limit
        case unreachableInput  // a URL from the caller cannot be fetched
        case moderated
        // The vendor.
        case vendorRefused  // it rejects a request that the catalog accepted
        case vendorRateLimited
        case vendorBusy  // too many jobs at once
        case vendorUnavailable
        case vendorTimeout
        case vendorNonsense  // an answer that cannot be read
        case vendorFailed  // the job itself failed there
        case vendorCancelled
        case vendorExpired
        case createAmbiguous  // the paid call may have been accepted
        // The operator.
        case modelUnavailable  // the vendor has no such model, or does not offer it to this account or region
        case vendorCredentials
        case vendorBalance
        case misconfigured
        // Ourselves.
        case overloaded
        case storage
        case storageFull
        case draining
        case notImplemented  // no vendor of this model can do it
        case internalError
    }

    /// What is known about a paid call that failed.
    package enum Sent: Sendable {
        /// It provably was not accepted: the next try may be made.
        case no
        /// It may have been accepted: it is never sent again.
        case maybe
    }

    /// What a failure concerns, which bounds what a circuit breaker may close because of it.
    package enum Scope: String, Sendable, CaseIterable {
        /// This request alone: the next one may be accepted.
        case request
        /// Every request for this model at this account.
        case model
        /// Every request to this account.
        case account
        /// Every request to the vendor.
        case vendor
        /// This program, its machine or its network.
        case router
    }

    /// A cause that the program itself acts on, where the kind alone does not decide.
    package enum Cause: Sendable {
        /// The client went away before the vendor was asked.
        case clientDisconnected
        /// A URL from the caller could not be fetched, though its address is allowed.
        case urlNotFetched
        /// The body of the request has a content coding that the server does not decode.
        case unknownContentCoding
        /// The bytes that a vendor sent are not the result that they should be.
        case flawedResult
        /// The key has a budget, and what the job costs is not known.
        case priceUnknown
    }

    private struct Contents: Sendable {
        var kind: Kind
        var cause: Cause?
        var specificScope: Scope?
        var message: String
        var param: String?
        var messageOmitsParam = false
        var code: String?
        var detail: String?
        var retryAfter: Duration?
        var isVendorRetryAfter = false
        var sent: Sent?
        var vendorCode: String?
    }

    private final class Box: Sendable {
        let contents: Contents
        init(_ contents: Contents) { self.contents = contents }
    }

    /// The contents are behind a reference: a typed `throws` reserves room for the whole error at each call, and faults are rare.
    private var box: Box
    private var contents: Contents {
        get { box.contents }
        set { box = Box(newValue) }
    }

    package var kind: Kind {
        get { box.contents.kind }
        set { contents.kind = newValue }
    }
    package var cause: Cause? {
        get { box.contents.cause }
        set { contents.cause = newValue }
    }
    /// Set if a failure concerns something else than failures of its kind usually do.
    package var specificScope: Scope? {
        get { box.contents.specificScope }
        set { contents.specificScope = newValue }
    }
    /// One or two sentences for the client: what is wrong and what would be accepted. Holds no secret and no URL with a key.
    package var message: String {
        get { box.contents.message }
        set { contents.message = newValue }
    }
    /// The parameter at fault, by the client's name for it.
    package var param: String? {
        get { box.contents.param }
        set { contents.param = newValue }
    }
    /// Whether `message` names the value but not the parameter, as OpenAI's sentence about unsupported values does. The client's name of
    /// the parameter is then added to the message once it is known (`CreateCommand.withClientNames`).
    package var messageOmitsParam: Bool {
        get { box.contents.messageOmitsParam }
        set { contents.messageOmitsParam = newValue }
    }
    /// A more specific code than the kind's, where an API has one: `invalid_value`, `content_policy_violation`.
    package var code: String? {
        get { box.contents.code }
        set { contents.code = newValue }
    }
    /// For the log only.
    package var detail: String? {
        get { box.contents.detail }
        set { contents.detail = newValue }
    }
    package var retryAfter: Duration? {
        get { box.contents.retryAfter }
        set { contents.retryAfter = newValue }
    }
    /// Whether a vendor asked for `retryAfter`: then clients get it unchanged. Other values are capped.
    package var isVendorRetryAfter: Bool {
        get { box.contents.isVendorRetryAfter }
        set { contents.isVendorRetryAfter = newValue }
    }
    /// For a failed paid call; nil for everything else.
    package var sent: Sent? {
        get { box.contents.sent }
        set { contents.sent = newValue }
    }
    /// The vendor's own code for a failed job, for clients that show it.
    package var vendorCode: String? {
        get { box.contents.vendorCode }
        set { contents.vendorCode = newValue }
    }

    package init(
        _ kind: Kind, _ message: String, param: String? = nil, code: String? = nil, detail: String? = nil, retryAfter: Duration? = nil,
        sent: Sent? = nil, vendorCode: String? = nil, scope: Scope? = nil, cause: Cause? = nil
    ) {
        box = Box(
            Contents(
                kind: kind, cause: cause, specificScope: scope, message: message, param: param, code: code, detail: detail,
                retryAfter: retryAfter, sent: sent, vendorCode: vendorCode))
    }

    /// `specificScope`, else that of the kind.
    package var scope: Scope { specificScope ?? kind.defaultScope }
}

extension Fault.Kind {
    /// Whether waiting helps and no one has to act.
    package var isTransient: Bool {
        switch self {
        case .vendorRateLimited, .vendorBusy, .vendorUnavailable, .vendorTimeout, .vendorNonsense, .createAmbiguous: true
        default: false
        }
    }

    /// What a failure of this kind concerns if nothing more is known.
    package var defaultScope: Fault.Scope {
        switch self {
        case .malformed, .missing, .invalid, .unsupported, .unknownModel, .notFound, .methodNotAllowed, .tooLarge, .unsupportedMediaType,
            .unauthenticated, .forbidden, .conflict, .keyReused, .notReady, .gone, .jobFailed, .budget, .rateLimited, .unreachableInput,
            .moderated, .notImplemented, .vendorRefused, .vendorFailed, .vendorCancelled, .vendorExpired:
            .request
        case .modelUnavailable, .misconfigured: .model
        case .vendorCredentials, .vendorBalance, .vendorRateLimited, .vendorBusy: .account
        case .vendorUnavailable, .vendorTimeout, .vendorNonsense, .createAmbiguous: .vendor
        case .overloaded, .storage, .storageFull, .draining, .internalError: .router
        }
    }
}
