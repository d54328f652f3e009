import Wire

/// One upstream API: small pure functions between the neutral job and the vendor's own words. No key, no clock, no socket, no waiting.
package protocol Vendor: Sendable {
    var card: VendorCard { get }

    /// This vendor, where it is one inside this program; nil for all others.
    var simulation: (any SimulatedVendor)? { get }

    /// This vendor as one account wants it: `settings` are those of the card, as the account or the environment has them, else their
    /// fallbacks.
    func adjusted(to settings: [String: String]) -> any Vendor

    /// The next step of bringing a medium to the vendor; `replies` are those to the steps so far. Only asked for media that travel by
    /// `.upload`.
    func uploadStep(for medium: InputMedia, of job: Job, on model: Model, after replies: [Reply]) throws(Fault) -> UploadStep

    /// The paid call. The job has passed the catalog's check; its media are in a form that the card's transports name.
    func startCall(for job: Job, on model: Model) throws(Fault) -> Call

    /// What must be remembered of an accepted job.
    /// - Throws: the vendor's refusal as a fault; `sent` is `.no` only where the answer proves that nothing was accepted.
    func ticket(from reply: Reply, to call: Call) throws(Fault) -> Ticket

    /// The status call; or the state at once, where the ticket already holds it.
    func statusCall(for ticket: Ticket) -> PollStep

    /// What the reply to a status call says.
    /// - Throws: a fault if the status could not be learnt this time; the job itself may be well.
    func progress(from reply: Reply, for ticket: Ticket) throws(Fault) -> PollStep

    /// One status call for several jobs, as many as the card's `jobsPerAsk`; nil where the vendor is asked about one at a time.
    func statusCall(for tickets: [Ticket]) -> Call?

    /// What the reply to such a call says about one of its jobs; nil if it says nothing certain: the job is then asked about alone.
    func progress(in reply: Reply, for ticket: Ticket) -> Progress?

    /// What the vendor says that a job costs, in the reply to its start or in the one that tells its end; nil where it does not say.
    func cost(from reply: Reply, for ticket: Ticket) -> Money?

    /// The call that cancels the job; nil where the vendor cannot.
    func cancelCall(for ticket: Ticket) -> Call?

    /// What the reply to that call proves.
    func cancelOutcome(from reply: Reply, for ticket: Ticket) -> CancelOutcome

    /// The call that looks for a job whose start call was not answered, by that call's `clue`.
    func lookupCall(for correlationKey: CorrelationKey) -> Call?

    /// The ticket of the job that the reply to such a call shows; nil if there is none with that clue (yet).
    /// - Throws: a fault if the reply says neither.
    func ticket(fromLookup reply: Reply, by correlationKey: CorrelationKey) throws(Fault) -> Ticket?
}

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
