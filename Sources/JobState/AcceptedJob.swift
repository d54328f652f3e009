import Dialects
import Seal

/// A job that a vendor has accepted.
package struct AcceptedJob: Sendable {
    package var view: JobView
    package var claims: Claims
    /// True if the test vendor simulates it.
    package var isSimulated: Bool

    package init(view: JobView, claims: Claims, isSimulated: Bool) {
        self.view = view
        self.claims = claims
        self.isSimulated = isSimulated
    }
}
