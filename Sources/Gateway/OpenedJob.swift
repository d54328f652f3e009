import Seal

/// A job whose id was opened for its owner. An object, because its claims are large and most use cases pass it on.
final class OpenedJob: Sendable {
    let id: String
    let owner: Owner
    /// Those of the current attempt, if the job has failed over to another vendor.
    let claims: Claims

    init(id: String, owner: Owner, claims: Claims) {
        self.id = id
        self.owner = owner
        self.claims = claims
    }
}
