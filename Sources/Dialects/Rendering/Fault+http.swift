import Jobs
import Wire

extension Fault {
    /// For results that the dialect's API has no answer for.
    static let unsupportedResult = Fault(.notImplemented, "This API has no answer to that.")

    /// The HTTP status, unless an API has another one for this kind.
    var defaultStatus: Int {
        switch kind {
        case .malformed, .missing, .invalid, .unsupported, .unreachableInput, .moderated: 400
        case .vendorRefused, .notReady, .jobFailed, .notImplemented: 400
        case .unauthenticated: 401
        case .budget: 402
        case .forbidden: 403
        case .unknownModel, .notFound, .modelUnavailable: 404
        case .methodNotAllowed: 405
        case .conflict: 409
        case .gone, .vendorExpired: 410
        case .tooLarge: 413
        case .unsupportedMediaType: 415
        case .keyReused: 422
        case .rateLimited, .vendorRateLimited, .vendorBusy: 429
        case .misconfigured, .internalError: 500
        case .storage: 503
        case .storageFull: 507
        case .vendorNonsense, .vendorFailed, .vendorCancelled, .vendorCredentials, .vendorBalance, .createAmbiguous: 502
        case .vendorUnavailable, .overloaded, .draining: 503
        case .vendorTimeout: 504
        }
    }

    /// Whether the client may send the same request again: that can neither pay twice nor must it fail in the same way.
    var isRetryable: Bool {
        if sent == .maybe { return false }
        return switch kind {
        case .conflict, .rateLimited, .overloaded, .storage, .storageFull, .draining, .internalError: true
        case .vendorRateLimited, .vendorBusy, .vendorUnavailable, .vendorTimeout, .vendorNonsense: true
        default: false
        }
    }

    /// The header fields that keep clients from paying twice, the same in every API. The SDKs of OpenAI and others retry a POST on 408,
    /// 409, 429 and every 5xx; `x-should-retry` overrides that.
    func headers(status: Int) -> Headers {
        var headers = Headers()
        let isRetried = [408, 409, 429].contains(status) || status >= 500
        let seconds = retrySeconds
        let isTooLong = seconds ?? 0 > Fault.maxSDKRetryAfter
        if isRetried && (!isRetryable || isTooLong) || sent == .maybe { headers.set(.xShouldRetry, "false") }
        if let seconds { headers.set(.retryAfter, String(seconds)) }
        return headers
    }

    /// SDKs ignore a longer `Retry-After` and return after half a second.
    private static let maxSDKRetryAfter: Int64 = 60
    private static let maxRetryAfter: Int64 = 86_400

    /// Whole seconds; nil if the request should not be sent again. A vendor's value is passed on, up to a day; other values are capped at
    /// what SDKs obey.
    private var retrySeconds: Int64? {
        guard isRetryable else { return nil }
        if let retryAfter {
            let (seconds, attoseconds) = retryAfter.components
            return min(max(seconds + (attoseconds > 0 ? 1 : 0), 1), isVendorRetryAfter ? Fault.maxRetryAfter : Fault.maxSDKRetryAfter)
        }
        return switch kind {
        case .rateLimited, .vendorRateLimited, .vendorBusy, .vendorUnavailable, .draining: 5
        case .overloaded, .conflict: 2
        default: nil
        }
    }
}
