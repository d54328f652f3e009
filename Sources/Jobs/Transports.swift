/// The ways in which a vendor accepts media. The gateway converts what the client sent to one of them before `Vendor.startCall`.
package struct Transports: OptionSet, Sendable {
    package let rawValue: Int
    package init(rawValue: Int) { self.rawValue = rawValue }

    /// A URL is passed on; the vendor fetches it.
    package static let url = Transports(rawValue: 1)
    /// The bytes are part of the start call (data URI, base64, form part).
    package static let inline = Transports(rawValue: 2)
    /// The bytes are uploaded to the vendor first (`Vendor.uploadStep`).
    package static let upload = Transports(rawValue: 4)
    /// The vendor's upload accepts a URL and fetches it itself.
    package static let uploadFromURL = Transports(rawValue: 8)
}
