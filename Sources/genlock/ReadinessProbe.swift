import Configuration
import Net
import Wire

/// Checks whether a server on this machine is ready, through a socket file if there is one, else loopback.
struct ReadinessProbe {
    let address: Address
    private let isTLS: Bool
    private let timeout: Duration

    /// Nil if `listen` contains no address.
    init?(_ listen: [Configuration.Listen], isTLS: Bool, timeout: Duration) {
        guard let address = ReadinessProbe.address(listen) else { return nil }
        self.address = address
        let isUnix = if case .unix = address { true } else { false }
        self.isTLS = isTLS && !isUnix
        self.timeout = timeout
    }

    private static let request = "GET /readyz HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n"

    /// Runs on a loop.
    func check() async throws(CLIError) {
        let response: String
        do throws(StreamError) {
            response = try await fetchReadiness(by: .now + timeout)
        } catch {
            // The server runs, and requires a client certificate that this program does not have.
            if case .tls(let reason) = error, reason.contains("certificate required") { return }
            throw CLIError(.unreachable, "no response from \(address): \(error)")
        }
        guard response.hasPrefix("HTTP/1.1 200 ") else {
            let body =
                response.firstRange(of: "\r\n\r\n").map { ", " + String(response[$0.upperBound...].trimmed.escaped.prefix(200)) } ?? ""
            throw CLIError(.unreachable, "\(address) is not ready: \(response.prefix { !$0.isNewline })\(body)")
        }
    }

    /// The beginning of the response. The certificate is not verified, because no secret is sent and the one on the disk may be newer than
    /// the one in use.
    private func fetchReadiness(by deadline: Instant) async throws(StreamError) -> String {
        let stream = try await Stream.connect(to: address, by: deadline)
        defer { stream.close() }
        if isTLS { try await stream.startTLS(asClient: try ReadinessProbe.context(), host: "localhost", by: deadline) }
        try await stream.write(Bytes(ReadinessProbe.request.utf8)[...], by: deadline)
        var response = Bytes(try await stream.read(by: deadline))
        while response.count < ReadinessProbe.maxBytes, let piece = try? await stream.read(by: deadline), !piece.isEmpty {
            response += piece
        }
        return String(decoding: response, as: UTF8.self)
    }

    private static let maxBytes = 64 << 10

    private static func context() throws(StreamError) -> TLSContext {
        do throws(TLSContext.SetupError) { return try TLSContext.unverifiedClient() } catch { throw .certificate("\(error)") }
    }

    /// The address of the best listener for this machine.
    private static func address(_ listen: [Configuration.Listen]) -> Address? {
        for case .unix(let path) in listen { return .unix(path) }
        for case .tcp(let host, let port) in listen {
            let near = ["0.0.0.0": "127.0.0.1", "::": "::1", "localhost": "127.0.0.1"][host] ?? host
            if let address = Address(literal: near, port: port) { return address }
        }
        return nil
    }
}
