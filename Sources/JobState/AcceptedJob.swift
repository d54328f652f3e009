import Dialects
import Seal

/// A job that a vendor has accepted. An object, because view and claims are large and repeated requests share it.
package final class AcceptedJob: Sendable {
    package let view: JobView
    package let claims: Claims
    /// True if the test vendor simulates it.
    package let isSimulated: Bool

    package init(view: JobView, claims: Claims, isSimulated: Bool) {
        self.view = view
        self.claims = claims
        self.isSimulated = isSimulated
    }
}
