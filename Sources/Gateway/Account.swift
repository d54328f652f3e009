import Client
import Crypto
import Jobs
import Wire

/// A credential at one vendor, as configured: where calls go, how they are signed, how much load it takes.
package struct Account: Sendable {
    package var name: String
    package var vendor: any Vendor
    /// Replaces scheme, host and port of every host of the vendor; paths stay.
    package let baseURL: String?
    /// The same, taken apart.
    let base: URLText?
    package var secrets: [String: Secret]
    /// Settings that are not secret, by the card's names, defaults filled in.
    package var settings: [String: String]
    package var weight = 1
    package var models: [String] = []
    /// Jobs in flight at once; nil is unbounded.
    package var concurrency: Int?
    package var proxy: Outgoing.Proxy?

    package init(
        name: String, vendor: any Vendor, baseURL: String? = nil, secrets: [String: Secret] = [:], settings: [String: String] = [:]
    ) {
        self.name = name
        self.vendor = vendor
        self.baseURL = baseURL
        base = baseURL.flatMap { URLText($0) }
        self.secrets = secrets
        self.settings = settings
        for setting in vendor.card.settings where self.settings[setting.name] == nil {
            self.settings[setting.name] = setting.fallback
        }
        self.vendor = vendor.adjusted(to: self.settings)
    }

    package var card: VendorCard { vendor.card }
}
