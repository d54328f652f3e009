import Wire

/// One upstream API: small pure functions between the neutral job and the vendor's own format. No key, no clock, no socket, no waiting.
package protocol Vendor: Sendable {
    var card: VendorCard { get }

    /// This vendor, where it is one inside this program; nil for all others.
    var simulation: (any SimulatedVendor)? { get }

    /// This vendor with one account's settings.
    /// - Parameter settings: the card's settings by name, from the account or the environment, else their fallbacks.
    func adjusted(to settings: [String: String]) -> any Vendor

    /// The next step of uploading a medium to the vendor. Called only for media with the transport `.upload`.
    /// - Parameter replies: the replies to the steps so far.
    func uploadStep(for medium: InputMedia, of job: Job, on model: Model, after replies: [Reply]) throws(Fault) -> UploadStep

    /// The paid call.
    /// - Parameter job: validated by the catalog, its media in a form that the card's transports name.
    func startCall(for job: Job, on model: Model) throws(Fault) -> Call

    /// What identifies an accepted job.
    /// - Throws: the vendor's refusal as a fault; `sent` is `.no` only where the answer proves that nothing was accepted.
    func ticket(from reply: Reply, to call: Call) throws(Fault) -> Ticket

    /// The status call; or the progress at once, where the ticket already holds it.
    func statusCall(for ticket: Ticket) -> PollStep

    /// What the reply to a status call says.
    /// - Throws: a fault if the status could not be read this time; the job itself may be fine.
    func progress(from reply: Reply, for ticket: Ticket) throws(Fault) -> PollStep

    /// One status call for several jobs, at most `VendorCard.maxJobsPerStatusCall`; nil where the vendor reports one job at a time.
    func statusCall(for tickets: [Ticket]) -> Call?

    /// What the reply to such a call says about one of its jobs; nil if it says nothing certain: that job then gets a call of its own.
    func progress(in reply: Reply, for ticket: Ticket) -> Progress?

    /// The cost of the job as the vendor reports it, in the reply to its start or to its last status call; nil where it reports none.
    func cost(from reply: Reply, for ticket: Ticket) -> Money?

    /// The call that cancels the job; nil where the vendor cannot cancel.
    func cancelCall(for ticket: Ticket) -> Call?

    /// What the reply to a cancel call proves.
    func cancelOutcome(from reply: Reply, for ticket: Ticket) -> CancelOutcome

    /// The call that looks for a job whose start call got no answer; nil where the vendor has no such call.
    func lookupCall(for correlationKey: CorrelationKey) -> Call?

    /// The ticket of the job with that key in the reply to a lookup call; nil if there is none (yet).
    /// - Throws: a fault if the reply says neither.
    func ticket(fromLookup reply: Reply, by correlationKey: CorrelationKey) throws(Fault) -> Ticket?
}

/// The defaults: no settings, no upload, no batches, no reported cost, no cancel, no lookup.
extension Vendor {
    package var simulation: (any SimulatedVendor)? { nil }

    package func adjusted(to settings: [String: String]) -> any Vendor { self }

    package func uploadStep(for medium: InputMedia, of job: Job, on model: Model, after replies: [Reply]) throws(Fault) -> UploadStep {
        .done(medium.source)
    }

    package func cost(from reply: Reply, for ticket: Ticket) -> Money? { nil }

    package func cancelCall(for ticket: Ticket) -> Call? { nil }

    package func cancelOutcome(from reply: Reply, for ticket: Ticket) -> CancelOutcome { CancelOutcome(reply) }

    package func statusCall(for tickets: [Ticket]) -> Call? { nil }

    package func progress(in reply: Reply, for ticket: Ticket) -> Progress? { nil }

    package func lookupCall(for correlationKey: CorrelationKey) -> Call? { nil }

    package func ticket(fromLookup reply: Reply, by correlationKey: CorrelationKey) throws(Fault) -> Ticket? { nil }
}

/// The next step of an upload to a vendor (`Vendor.uploadStep`): a call to make, or the medium in the form that `startCall` gets.
package enum UploadStep: Sendable {
    case call(Call)
    case done(InputMedia.Source)
}
