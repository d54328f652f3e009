/// The next step of an upload to a vendor (`Vendor.uploadStep`): a call to make, or the medium in the form that `startCall` gets.
package enum UploadStep: Sendable {
    case call(Call)
    case done(InputMedia.Source)
}
