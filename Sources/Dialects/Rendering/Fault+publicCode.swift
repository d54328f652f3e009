import Jobs

extension Fault {
    /// The error code for clients: the fault's own, else that of its kind.
    var publicCode: String { code ?? kind.publicCode }
}

extension Fault.Kind {
    /// The error code of this kind, for clients and for metric labels.
    package var publicCode: String {
        switch self {
        case .malformed: "invalid_request"
        case .missing: "missing_required_parameter"
        case .invalid, .unsupported: "invalid_value"
        case .unknownModel: "model_not_found"
        case .notFound: "not_found"
        case .methodNotAllowed: "method_not_allowed"
        case .tooLarge: "request_too_large"
        case .unsupportedMediaType: "unsupported_media_type"
        case .unauthenticated: "invalid_api_key"
        case .forbidden: "permission_denied"
        case .conflict: "idempotency_key_in_use"
        case .keyReused: "idempotency_key_reused"
        case .notReady: "video_not_ready"
        case .gone: "video_expired"
        case .jobFailed: "video_failed"
        case .budget: "insufficient_quota"
        case .rateLimited, .vendorRateLimited: "rate_limit_exceeded"
        case .unreachableInput: "unreachable_url"
        case .moderated: "moderation_blocked"
        case .vendorRefused: "upstream_refused"
        case .vendorBusy: "concurrency_limit_exceeded"
        case .vendorUnavailable: "upstream_unavailable"
        case .vendorTimeout: "upstream_timeout"
        case .vendorNonsense: "upstream_error"
        case .vendorFailed: "generation_failed"
        case .vendorCancelled: "cancelled"
        case .vendorExpired: "expired"
        case .createAmbiguous: "create_ambiguous"
        case .modelUnavailable: "upstream_model_unavailable"
        case .vendorCredentials: "upstream_credentials"
        case .vendorBalance: "upstream_balance"
        case .misconfigured: "misconfigured"
        case .overloaded, .draining: "overloaded"
        case .notImplemented: "not_supported"
        case .storageFull: "storage_full"
        case .storage, .internalError: "internal_error"
        }
    }
}
