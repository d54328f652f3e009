import Configuration
import Net
import Wire

/// Asks the server that a configuration describes whether it is ready, by the shortest way from this machine: a socket file if there is
/// one, else loopback. Its certificate must be the configured one, whatever name it bears.
struct Probe {
    let address: Address
    private let certificate: String?
    private let patience: Duration

    init(_ configuration: Configuration) throws(Complaint) {
        guard let address = Probe.address(configuration.listen) else {
            throw Complaint(.badInput, "the server listens on names only: name a URL with --url")
        }
        self.address = address
        let isUnix = if case .unix = address { true } else { false }
        certificate = isUnix ? nil : configuration.tls?.identities.first?.certificate
        patience = configuration.limits.connectTime
    }

    private static let request = "GET /readyz HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n"

    /// Runs on a loop.
    func run() async throws(Complaint) {
        let answer: String
        do throws(StreamFailure) {
            answer = try await ask(by: .now + patience)
        } catch {
            // It is there, and demands a certificate that this program has not.
            if case .tls(let reason) = error, reason.contains("certificate required") { return }
            throw Complaint(.unreachable, "\(address) does not answer: \(error)")
        }
        guard answer.hasPrefix("HTTP/1.1 200 ") else {
            throw Complaint(.unreachable, "\(address) is not ready: \(answer.prefix { !$0.isNewline })")
        }
    }

    /// The beginning of the answer.
    private func ask(by deadline: Instant) async throws(StreamFailure) -> String {
        let stream = try await Stream.connect(to: address, by: deadline)
        defer { stream.close() }
        if let certificate {
            try await stream.startTLS(asClient: try Probe.trust(certificate), host: "localhost", by: deadline)
        }
        try await stream.write(Bytes(Probe.request.utf8)[...], by: deadline)
        return String(decoding: try await stream.read(by: deadline), as: UTF8.self)
    }

    private static func trust(_ certificate: String) throws(StreamFailure) -> TLSContext {
        do throws(TLSContext.Failure) { return try TLSContext.client(pinning: certificate) } catch { throw .certificate("\(error)") }
    }

    /// Where this machine reaches the first listener of the best kind.
    private static func address(_ listen: [Configuration.Listen]) -> Address? {
        for case .unix(let path) in listen { return .unix(path) }
        for case .tcp(let host, let port) in listen {
            let near = ["0.0.0.0": "127.0.0.1", "::": "::1", "localhost": "127.0.0.1"][host] ?? host
            if let address = Address(literal: near, port: port) { return address }
        }
        return nil
    }
}
