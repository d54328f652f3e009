import Client
import Crypto
import Jobs
import Net
import Seal
import Telemetry
import Wire

/// Sends vendor calls from one event loop: builds, signs and bounds them, and classifies failures by what they prove.
package final class Upstream {
    package let client: Client
    package let limits: Limits
    private let signer: Signer
    private let random: RandomSource
    /// For URLs from clients.
    private let egress: Egress
    package let telemetry: Telemetry?
    /// The wall clock, for signatures and the dates of replies.
    private let clock: () -> Timestamp

    package init(
        client: Client, signer: Signer, limits: Limits, random: RandomSource, egress: Egress = Egress(), telemetry: Telemetry? = nil,
        clock: @escaping () -> Timestamp
    ) {
        self.clock = clock
        self.egress = egress
        self.telemetry = telemetry
        self.client = client
        self.signer = signer
        self.limits = limits
        self.random = random
    }

    /// Sends a call and reads the whole reply.
    /// - Throws: for a start call, a fault whose `sent` says whether the vendor may have accepted it; for other calls, a fault that the
    ///   vendor is unavailable or its reply is invalid.
    package func send(_ call: Call, with account: Account) async throws(Fault) -> Reply {
        if let vendor = account.vendor.simulation { return vendor.reply(to: call, now: clock()) }
        return try await reportCall(call, account, status: { $0.status }) { () async throws(Fault) in
            try await sendAndRead(call, with: account)
        }
    }

    private func sendAndRead(_ call: Call, with account: Account) async throws(Fault) -> Reply {
        let (incoming, sent, isPrepared) = try await sendRequest(call, of: account)
        defer { incoming.close() }
        let prepared = isPrepared && sent.proxy == nil ? account.preparedHeaders?.redactor : nil
        let redaction = prepared ?? SecretRedactor(of: account, sent)
        var reply = Reply(step: call.step, status: incoming.status, headers: redaction.redact(incoming.headers), body: [])
        do throws(ClientError) {
            reply.body = redaction.redact(try await readBody(of: incoming))
        } catch {
            // A status that proves the refusal suffices without its body.
            guard call.purpose == .start, account.card.provesRefusal(incoming.status) else {
                throw Upstream.fault(error, call, account: account)
            }
        }
        // The reference for a `Retry-After` date if the vendor sends no `Date`.
        if !reply.isSuccess, reply.headers[.date] == nil { reply.headers.set(.date, clock().httpDate) }
        return reply
    }

    /// Sends a call and leaves the response body for the caller to read.
    package func openResponse(_ call: Call, of account: Account, range: Headers = Headers()) async throws(Fault) -> ClientResponse {
        try await reportCall(call, account, status: { $0.status }) { () async throws(Fault) in
            try await sendRequest(call, of: account, range: range).0
        }
    }

    /// Records the outcome of a call in the telemetry.
    private func reportCall<Answer>(
        _ call: Call, _ account: Account, status: (Answer) -> Int, work: () async throws(Fault) -> Answer
    ) async throws(Fault) -> Answer {
        let began = Instant.now
        let report = { [telemetry] (status: Int?, detail: String?) in
            telemetry?.record(
                VendorCall(
                    vendor: account.card.name, account: account.name, operation: call.purpose.rawValue, status: status,
                    duration: Instant.now - began, target: call.logTarget, detail: detail))
        }
        do throws(Fault) {
            let answer = try await work()
            report(status(answer), nil)
            return answer
        } catch {
            report(nil, error.detail ?? error.message)
            throw error
        }
    }

    /// - Returns: besides the response and the request, whether the request has the account's prepared headers.
    private func sendRequest(
        _ call: Call, of account: Account, range: Headers = Headers()
    ) async throws(Fault) -> (ClientResponse, ClientRequest, isPrepared: Bool) {
        let builder = RequestBuilder(account: account) { [random] in Hex.text(random.bytes(16)) }
        let prepared = builder.preparedHeaders(for: call)
        var outgoing = try builder.request(for: call, prepared: prepared)
        for (name, value) in range.fields { if let name = HeaderName(name) { outgoing.headers.set(name, value) } }
        if call.purpose == .start && account.card.answersStartSynchronously { outgoing.firstByteTimeout = limits.synchronousStartTimeout }
        if call.purpose == .lookup { outgoing.firstByteTimeout = limits.lookupTimeout }
        if prepared == nil, builder.carriesCredentials(call) {
            try await signer.sign(&outgoing, call, of: account, now: clock(), through: self)
        }
        do {
            return (try await sendFollowingRedirects(outgoing, by: account), outgoing, prepared != nil)
        } catch {
            throw Upstream.fault(error, call, account: account)
        }
    }

    /// Fetches a client's URL, from public addresses only.
    /// - Parameter memory: the reservation that the bytes count against.
    package func fetch(
        _ url: String, param: String, for owner: Owner, memory: MemoryReservation
    ) async throws(Fault) -> (type: MediaType?, bytes: Slice) {
        var outgoing = ClientRequest(.get, url, onlyPublic: true)
        outgoing.headers.set(.accept, "*/*")
        outgoing.purpose = .client(owner: owner.name)
        outgoing.proxy = egress.proxy(for: url)
        do {
            let incoming = try await sendFollowingRedirects(outgoing, by: nil)
            defer { incoming.close() }
            guard incoming.status == 200 else {
                throw Fault(
                    .unreachableInput, "The URL given as '\(param)' answered with status \(incoming.status).", param: param,
                    code: "unreachable_url", cause: .urlNotFetched)
            }
            let bytes = try await readMedia(incoming, param: param, memory: memory)
            return (incoming.headers[.contentType].flatMap { MediaType(field: $0) }, bytes)
        } catch let fault as Fault {
            throw fault
        } catch let failure as ClientError {
            throw Upstream.inputFault(failure, param, limits: limits)
        } catch {
            throw Fault(.internalError, "The URL given as '\(param)' could not be fetched.", param: param, detail: "\(error)")
        }
    }

    private func readMedia(_ incoming: ClientResponse, param: String, memory: MemoryReservation) async throws -> Slice {
        let deadline = Instant.now + limits.upstreamResponseTimeout
        var bytes = Bytes()
        while let piece = try await incoming.next() {
            guard bytes.count + piece.count <= limits.maxFetchedBytes else {
                throw ClientError(.tooLarge, neverArrived: false, "more than \(limits.maxFetchedBytes) bytes")
            }
            guard Instant.now < deadline else { throw ClientError(.timeout, neverArrived: false, "body: no end in time") }
            try memory.reserve(piece.count, for: param)
            bytes.append(contentsOf: piece)
        }
        return bytes[...]
    }

    /// Follows redirects of GET requests, and checks each target. Credentials are dropped when the origin changes. Other responses are
    /// returned as they are.
    private func sendFollowingRedirects(_ first: ClientRequest, by account: Account?) async throws(ClientError) -> ClientResponse {
        var outgoing = first
        var hops = 0
        while true {
            let incoming = try await client.send(outgoing)
            let isRedirect = [301, 302, 303, 307, 308].contains(incoming.status) && outgoing.method == .get
            guard isRedirect, let location = incoming.headers[.location] else { return incoming }
            incoming.close()
            hops += 1
            guard hops <= limits.maxRedirects, let base = URLText(outgoing.url), let next = base.resolving(location) else {
                throw ClientError(.malformed, neverArrived: false, "a redirect that cannot be followed (hop \(hops))")
            }
            if next.origin != base.origin {
                outgoing.headers = outgoing.headers.withoutCredentials
                outgoing.onlyPublic = account?.mayBePrivate(next) != true
            }
            outgoing.url = next.text
            outgoing.proxy = (account?.egress ?? egress).proxy(for: outgoing.url)
        }
    }

    /// The body without overlong strings, so that a video embedded in a status reply is not kept in memory.
    private func readBody(of incoming: ClientResponse) async throws(ClientError) -> Slice {
        var skipper = LongStringElider()
        var kept = Bytes()
        let deadline = Instant.now + limits.upstreamResponseTimeout
        while let piece = try await incoming.next() {
            skipper.elide(piece, into: &kept)
            guard Instant.now < deadline else { throw ClientError(.timeout, neverArrived: false, "body: no end in time") }
            guard kept.count <= limits.maxUpstreamResponseBytes else {
                throw ClientError(.tooLarge, neverArrived: false, "an answer of more than \(limits.maxUpstreamResponseBytes) bytes")
            }
        }
        return kept[...]
    }

    private static func fault(_ failure: ClientError, _ call: Call, account: Account) -> Fault {
        let detail = "\(account.name): \(failure.reason.rawValue): \(failure.detail)"
        let scope: Fault.Scope = failure.reason.isOurs ? .router : .vendor
        guard call.purpose == .start else {
            let slow = failure.reason == .timeout || failure.reason == .connectTimeout
            let kind: Fault.Kind = slow ? .vendorTimeout : failure.reason == .malformed ? .vendorNonsense : .vendorUnavailable
            let sent: Fault.Sent? = failure.neverArrived ? .no : nil
            return Fault(kind, "The vendor of this model could not be reached.", detail: detail, sent: sent, scope: scope)
        }
        if failure.neverArrived {
            return Fault(
                .vendorUnavailable, "The vendor of this model could not be reached; nothing was started.", detail: detail, sent: .no,
                scope: scope)
        }
        let kind: Fault.Kind = .createAmbiguous
        return Fault(
            kind,
            "The vendor may have accepted the job, but its answer was lost. Nothing is sent again automatically: nothing is paid twice.",
            code: "create_ambiguous", detail: detail, sent: .maybe, scope: scope)
    }

    private static func inputFault(_ failure: ClientError, _ param: String, limits: Limits) -> Fault {
        let reason: String
        switch failure.reason {
        case .badURL: reason = "is not an http or https URL"
        case .forbiddenAddress: reason = "does not lead to a public address"
        case .lookup: reason = "names a host that cannot be found"
        case .resolver: reason = "names a host whose address could not be looked up in time"
        case .tooLarge: reason = "leads to more than \(limits.maxFetchedBytes / 1_048_576) MiB"
        case .timeout, .connectTimeout: reason = "did not answer in time"
        default: reason = "could not be fetched"
        }
        let isForbidden = failure.reason == .forbiddenAddress
        return Fault(
            .unreachableInput, "The URL given as '\(param)' \(reason).", param: param,
            code: isForbidden ? "forbidden_url" : "unreachable_url", detail: failure.detail, cause: isForbidden ? nil : .urlNotFetched)
    }
}

extension ClientError.Reason {
    /// Failures on our side, which say nothing about the vendor: name lookup, proxy, limits, cancelled calls.
    fileprivate var isOurs: Bool {
        switch self {
        case .badURL, .forbiddenAddress, .lookup, .resolver, .proxy, .tooLarge, .encoding, .cancelled: true
        case .connect, .connectTimeout, .tls, .sendFailed, .timeout, .reset, .closedEarly, .malformed: false
        }
    }
}

extension Headers {
    /// Only the headers that may follow a redirect to another host.
    var withoutCredentials: Headers {
        var copy = Headers()
        for (name, value) in fields {
            guard let name = HeaderName(name), Headers.harmless.contains(name) else { continue }
            copy.add(name, value)
        }
        return copy
    }

    private static let harmless: Set<HeaderName> = [.accept, "accept-encoding", .range, .ifRange, .contentType]
}

extension Call {
    /// The target for logs: a path that we built, or only the origin of a URL from the vendor, since its path may be signed.
    fileprivate var logTarget: String {
        switch target {
        case .path(let host, let path): "\(method.text) \(host) \(path)"
        case .foreign(let url, _): "\(method.text) " + (URLText(url)?.origin ?? "foreign")
        }
    }
}
