import Jobs
import Wire

/// A vendor whose replies are read by rules: an id, then a state until it is done, then URLs. It implements itself what it does otherwise.
protocol TaskVendor: Vendor {
    var replies: ReplyRules { get }

    /// The fault that a refused call means.
    func refusal(_ reply: Reply) -> Fault

    /// The fault of a job that ended without a video.
    /// - Parameters:
    ///   - task: the part of the reply that is about the job.
    ///   - word: the word for its state, where that is the vendor's code for the end.
    func failure(_ kind: Fault.Kind, of task: JSON?, in reply: Reply, word: String?) -> Fault

    /// What follows from a reply that says that the job is done.
    func finished(_ task: JSON, _ reply: Reply, for ticket: Ticket) throws(Fault) -> PollStep
}

extension TaskVendor {
    func refusal(_ reply: Reply) -> Fault { replies.errors.refusal(reply) }

    func failure(_ kind: Fault.Kind, of task: JSON?, in reply: Reply, word: String?) -> Fault {
        replies.errors.failure(kind, of: task, in: reply, word: word)
    }

    func finished(_ task: JSON, _ reply: Reply, for ticket: Ticket) throws(Fault) -> PollStep {
        .progress(finished(with: replies.result.assets(in: task), task, reply))
    }

    func ticket(from reply: Reply, to call: Call) throws(Fault) -> Ticket { Ticket(try id(in: reply)) }

    func progress(from reply: Reply, for ticket: Ticket) throws(Fault) -> PollStep { try pollStep(from: reply, for: ticket) }

    // MARK: Parts for vendors that do more

    /// The id of an accepted job.
    func id(in reply: Reply) throws(Fault) -> String {
        guard replies.errors.isSuccess(reply) else { throw refusal(reply) }
        guard let id = JSONPath.string(at: replies.id, in: try reply.parsed()) else { throw .withoutID(replies.id) }
        return id
    }

    /// What the reply to a status call says by its word for the state. Some vendors report a failed job with an HTTP error: a known word
    /// counts, whatever the status.
    func pollStep(from reply: Reply, for ticket: Ticket) throws(Fault) -> PollStep {
        let errors = replies.errors
        if errors.isTransient(reply) { throw refusal(reply) }
        let json = reply.json
        let task = replies.task.lazy.compactMap { $0.values(in: json).first }.first ?? json
        let word = JSONPath.string(at: replies.state.paths, in: task)
        let isKnown = word.map { replies.state.words[$0] != nil } ?? false
        guard isKnown || errors.isSuccess(reply) else { return .progress(.failed(try pollFault(from: reply))) }
        guard let task, let word else {
            _ = try reply.parsed()
            return .progress(.unknown("no state"))
        }
        return try pollStep(for: ticket, task: task, word: word, reply)
    }

    /// - Parameter task: the part of the reply that is about the job.
    func pollStep(for ticket: Ticket, task: JSON, word: String, _ reply: Reply) throws(Fault) -> PollStep {
        let state = replies.state
        let code = state.reportedWords.contains(word) ? word : nil
        switch state.words[word] {
        case .queued: return .progress(.queued)
        case .running: return .progress(.running(percent: percent(in: task)))
        case .done: return try finished(task, reply, for: ticket)
        case .failed: return .progress(.failed(failure(.vendorFailed, of: task, in: reply, word: code)))
        case .cancelled: return .progress(.failed(failure(.vendorCancelled, of: task, in: reply, word: code)))
        case .expired: return .progress(.failed(failure(.vendorExpired, of: task, in: reply, word: code)))
        case .moderated: return .progress(.failed(failure(.moderated, of: task, in: reply, word: code)))
        case nil: return .progress(.unknown(word))
        }
    }

    func finished(with assets: [Asset], _ task: JSON, _ reply: Reply) -> Progress {
        if !assets.isEmpty { return .done(assets) }
        return .failed(
            replies.result.isModerated(task) ? failure(.moderated, of: task, in: reply, word: nil) : .withoutVideo("no video in the reply"))
    }

    /// A state that cannot be learnt: thrown where it may be learnt later, a fault of the job where it is gone or was refused.
    func pollFault(from reply: Reply) throws(Fault) -> Fault {
        let fault = refusal(reply)
        switch fault.kind {
        case .vendorExpired, .moderated, .vendorFailed: return fault
        default: break
        }
        guard replies.errors.isExpiry(reply) else { throw fault }
        return failure(.vendorExpired, of: reply.json, in: reply, word: nil)
    }

    private func percent(in task: JSON) -> Int? {
        replies.state.percent.lazy.flatMap { $0.values(in: task) }.compactMap { $0.percent(of: replies.state.percentScale) }.first
    }
}
