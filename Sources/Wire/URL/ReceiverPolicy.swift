/// Which URLs may receive webhooks. Public addresses must be called with https; networks that the operator has allowed, also with http.
/// A name is checked here by its form, and by its addresses when it is called.
package struct ReceiverPolicy: Sendable, Equatable {
    /// Why a URL cannot receive webhooks: a sentence for the author of the URL.
    package struct RefusedURL: Error, Equatable {
        package let reason: String
    }

    /// Private networks with receivers, from the configuration.
    package var allowedNetworks: [IPRange]

    package init(allowedNetworks: [IPRange] = []) { self.allowedNetworks = allowedNetworks }

    /// The URL, if it may receive webhooks.
    package func check(_ text: String) throws(RefusedURL) -> URLText {
        let url: URLText
        do throws(URLText.ParseError) { url = try URLText(parsing: text) } catch { throw RefusedURL(reason: error.reason) }
        let isAllowed =
            switch url.host {
            case .name: !allowedNetworks.isEmpty
            case .v4, .v6: allowedNetworks.contains { $0.contains(url.host) }
            }
        guard url.scheme == .https || isAllowed else {
            throw RefusedURL(reason: "The URL must begin with https://: plain http is for networks in webhooks.allow_private.")
        }
        return url
    }
}
