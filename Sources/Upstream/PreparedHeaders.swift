import Client
import Crypto
import Jobs
import Wire

/// The headers that all plain calls of an account have in common, and what removes its credentials from replies. Made once, with the
/// account.
struct PreparedHeaders: Sendable {
    /// For calls with a JSON body, and for those without a body.
    private let json: Headers
    private let bodiless: Headers
    let redactor: SecretRedactor

    /// - Returns: nil if headers of the account's calls depend on the call: on its body, on the time or on a token that expires.
    init?(of card: VendorCard, secrets: [String: Secret]) {
        guard card.uuidHeaders.isEmpty, let credential = PreparedHeaders.credential(card.auth, secrets) else { return nil }
        var json = PreparedHeaders.headers(card, credential: credential, contentType: .json)
        var bodiless = PreparedHeaders.headers(card, credential: credential, contentType: nil)
        Client.addOwnHeaders(to: &json)
        Client.addOwnHeaders(to: &bodiless)
        (self.json, self.bodiless) = (json, bodiless)
        redactor = SecretRedactor(secrets: secrets, headers: json, proxy: nil)
    }

    /// - Returns: nil for a call that has headers or credentials of its own, or another kind of body.
    func headers(for call: Call) -> Headers? {
        guard call.auth == nil, call.headers.isEmpty, call.uuidMember == nil, call.purpose != .content, call.purpose != .token else {
            return nil
        }
        switch call.body {
        case .json: return json
        case .none: return bodiless
        case .form, .bytes, .multipart: return nil
        }
    }

    /// The order of `RequestBuilder` and `Signer`.
    private static func headers(_ card: VendorCard, credential: Credential, contentType: MediaType?) -> Headers {
        var headers = Headers()
        for (name, value) in card.headers { headers.set(name, value) }
        if let contentType { headers.set(.contentType, contentType.text) }
        if !headers.has(.accept) { headers.set(.accept, "application/json") }
        if case .header(let name, let value) = credential { headers.set(name, value) }
        return headers
    }

    private enum Credential {
        case none
        case header(HeaderName, String)
    }

    /// The credential that every call carries; nil if calls differ.
    private static func credential(_ auth: AuthScheme, _ secrets: [String: Secret]) -> Credential? {
        switch auth {
        case .none: .some(.none)
        case .bearer: secrets["api_key"].map { .header(.authorization, "Bearer " + $0.reveal()) } ?? .some(.none)
        case .header(let name, let prefix): secrets["api_key"].map { .header(name, prefix + $0.reveal()) } ?? .some(.none)
        case .bodyMember, .jwtHS256, .serviceAccount, .sigV4, .volcengine, .tc3: nil
        }
    }
}
