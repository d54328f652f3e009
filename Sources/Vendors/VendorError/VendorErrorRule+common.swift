import Jobs

/// What vendors, and the gateways in front of them, say in the same or nearly the same words. The first rule that matches decides.
extension VendorErrorRule {
    static let common: [VendorErrorRule] = closedAccounts + content + sharedCodes + models + money + keys + load

    /// The whole account is closed: said in words of moderation, but about no request.
    private static let closedAccounts: [VendorErrorRule] = [
        .words(
            [
                "account has been suspended", "account is suspended", "account suspended", "account has been deactivated",
                "account is deactivated", "account deactivated", "account has been disabled", "account is disabled", "account disabled",
                "account has been blocked", "account is blocked", "account has been banned", "account is banned",
                "account has been flagged",
                "account has been terminated", "key has been disabled", "key is disabled", "key has been revoked",
            ], besides: ["balance", "credit", "overdue", "arrears"], mean: .credentials, at: [400, 401, 403])
    ]

    private static let content: [VendorErrorRule] = [
        .codes(
            "content_policy_violation", "moderation_blocked", "content_moderated", "content_moderation*", "content_filter*",
            "content_filtered_error", "unsafe_request", "safety_violation", "sensitivecontent*", "*contentpolicyviolation*", "moderation",
            "image_moderation*", "prompt_moderat*", mean: .moderated),
        .words(moderationWords, mean: .moderated, at: [400, 403, 406, 409, 418, 422, 451]),
    ]

    /// Parts of messages that mention content rules.
    static let moderationWords = [
        "content policy", "content_policy", "content policies", "usage polic", "policy violation", "violation of our", "violates our",
        "violates the content", "violate our", "violate the content", "blocked by policy", "blocked by our polic", "moderation",
        "moderated", "safety", "unsafe", "nsfw", "flagged", "prohibited content", "prohibited_content", "responsible ai", "sensitive",
        "content filter", "content_filter", "inappropriate", "community guideline", "risk control", "explicit content", "sexual content",
        "disallowed content", "content is not allowed", "content not allowed", "content rejected",
    ]

    private static let sharedCodes: [VendorErrorRule] = [
        .codes(
            "model_not_found", "model_access_denied", "model_not_available", "model_unavailable", "model_not_open", "modelnotopen",
            "modelnotfound", "model.accessdenied", "model_not_supported", "unknown_model", "invalid_model_id", "deployment_not_found",
            "deploymentnotfound", "unsupported_country_region_territory", "region_not_supported", "country_not_supported", mean: .model,
            at: [400, 401, 403, 404, 410, 422, 451]),
        // Google says of a plain rate that the "current quota, plan and billing" be checked; OpenAI has a code of its own for money.
        .codes(
            "insufficient_quota", "insufficient_balance*", "insufficient_credit*", "insufficient_fund*", "insufficientbalance",
            "insufficientcredits", "billing_hard_limit_reached", "billing_not_active", "payment_required", "not_enough_balance",
            "not_enough_credits", "credits_exhausted", "accountoverdueerror", "arrearage", "deposit_required", "out_of_credits",
            "balance_not_enough", mean: .balance, at: [400, 402, 403, 429]),
        .codes(
            "invalid_api_key", "invalidapikey", "invalid_key", "api_key_invalid", "authentication_error", "authenticationerror",
            "authorized_error", "unauthenticated", "invalid_authentication", "invalid_token", "token_expired", "account_deactivated",
            "invalidaccesskeyid", "signaturedoesnotmatch", "unrecognizedclientexception", "expiredtokenexception", mean: .credentials,
            at: [400, 401, 403]),
    ]

    private static let models: [VendorErrorRule] = [
        .words(
            ["model", "endpoint", "deployment"],
            [
                "not found", "not exist", "doesn't exist", "no access", "not have access", "don't have access", "no permission",
                "not available", "unavailable", "not open", "not activated", "not been activated", "not enabled", "not been enabled",
                "not allowed", "not authorized", "not permitted", "no longer", "deprecated", "retired", "decommissioned", "discontinued",
                "access denied", "access to", "not supported", "unsupported", "restricted", "unknown", "upgrade", "not purchased",
                "permission", "your plan", "subscription",
            ], besides: otherObjects, mean: .model, at: [401, 403, 404, 410]),
        .words(
            ["model"],
            [
                "model not found", "was not found", "does not exist", "not exist", "no longer available", "no longer supported",
                "has been retired", "decommissioned", "has been deprecated", "unknown model", "not a valid model", "invalid model name",
                "invalid model id", "model is not available", "not activated", "not been activated", "not have access to the model",
                "not have access to model", "unsupported model",
            ], besides: otherObjects, mean: .model, at: [400, 409, 422]),
        .words(
            ["no longer available", "has been retired", "has been discontinued"], besides: otherObjects, mean: .model, at: [404, 410]),
        .words(
            ["country", "region", "territory", "location"],
            [
                "not supported", "unsupported", "not available", "unavailable", "restricted", "not allowed", "not permitted",
                "not accessible",
            ], besides: otherObjects, mean: .model, at: [400, 403, 451]),
        .words(
            ["your plan", "current plan", "your tier", "current tier", "subscription", "free tier", "free plan", "paid plan", "paid tier"],
            besides: ["balance", "credit", "insufficient"], mean: .model, at: [401, 403]),
    ]

    /// Sentences about these are about the request, whatever model they name as well.
    private static let otherObjects = [
        "image", "file", "asset", "url", "task id", "task_id", "video id", "video_id", "prompt", "parameter", "upload", "balance", "credit",
        "api key", "api-key",
    ]

    private static let money: [VendorErrorRule] = [
        .words(
            ["credit", "balance", "fund"],
            [
                "can only afford", "this request requires", "this request costs", "requires more credits", "requires at least",
                "for this request", "for this job", "for this generation", "for this video", "this job costs", "cost of this",
                "needed for this",
            ], mean: .balanceTooLow, at: [400, 402, 403, 429]),
        .words(
            ["spending limit", "in arrears", "overdue", "payment required", "good standing", "hard limit", "unpaid", "payment method"],
            mean: .balance, at: [400, 402, 403, 429]),
        .words(
            [
                "insufficient", "not enough", "no remaining", "exhausted", "depleted", "used up", "too low", "negative", "used all",
                "out of", "top up", "recharge", "zero", "have no ",
            ], ["credit", "balance", "fund", "resource pack", "quota"], besides: ["rate"], mean: .balance, at: [402, 403]),
        .words(
            ["insufficient", "not enough", "have enough", "no remaining", "run out of", "out of"],
            [" credits", "balance", " funds", "resource pack"], besides: ["rate limit"], mean: .balance, at: [400, 422, 429]),
    ]

    private static let keys: [VendorErrorRule] = [
        .words(
            [
                "api key", "api_key", "api-key", "apikey", "access key", "secret key", "access token", "auth token", "credential",
                "signature",
            ],
            [
                "invalid", "not valid", "incorrect", "expired", "missing", "revoked", "disabled", "wrong", "does not match", "mismatch",
                "not exist", "leaked", "required", "suspended", "could not be validated",
            ], mean: .credentials, at: [400, 403]),
        .words(
            ["not authenticated", "authentication failed", "authentication is required", "unauthenticated"], mean: .credentials, at: [403]),
        .codes(
            "permission_denied*", "access_denied", "accessdenied*", "forbidden", "unauthorized", "unauthorizedoperation", mean: .rights,
            at: [403]),
        .words(
            ["permission", "forbidden", "access denied", "not authorized", "unauthorized", "not have access", "no access", "not allowed"],
            mean: .rights, at: [403]),
    ]

    private static let load: [VendorErrorRule] = [
        .codes("concurrency_limit*", "*concurrency_exceeded", mean: .busy, at: [429]),
        .words(["concurren", "parallel", "simultaneous"], mean: .busy, at: [429]),
    ]
}
