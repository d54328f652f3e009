import Jobs
import Wire

extension Fault {
    /// For answers that a dialect never asks for.
    static let unsupportedResult = Fault(.notImplemented, "This API has no answer to that.")

    /// The status in APIs that have no word of their own for this kind.
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
        case .storage: code == "storage_full" ? 507 : 503
        case .vendorNonsense, .vendorFailed, .vendorCancelled, .vendorCredentials, .vendorBalance, .createAmbiguous: 502
        case .vendorUnavailable, .overloaded, .draining: 503
        case .vendorTimeout: 504
        }
    }

    /// Whether the same request may simply be sent again: it can neither pay twice nor is it bound to fail in the same way.
    var isRetryable: Bool {
        if sent == .maybe { return false }
        return switch kind {
        case .conflict, .rateLimited, .overloaded, .storage, .draining, .internalError: true
        case .vendorRateLimited, .vendorBusy, .vendorUnavailable, .vendorTimeout, .vendorNonsense: true
        default: false
        }
    }

    /// The header fields that keep clients from paying twice, the same in every API. The SDKs of OpenAI and of many others repeat a POST by
    /// themselves on 408, 409, 429 and 500 upwards; `x-should-retry` overrides that.
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

    /// Whole seconds. Nil where nothing is to be repeated. A pause that a vendor asks for is given as it is, up to a day; this program's
    /// own are no longer than SDKs heed.
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
