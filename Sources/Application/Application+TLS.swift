import Configuration
import Jobs
import Net
import Server
import Wire

extension Application {
    /// Reads every certificate file that the configuration names, and keeps nothing.
    /// - Throws: `.misconfigured` with the file that cannot be used.
    package static func checkTLS(_ configuration: Configuration) throws(Fault) {
        _ = try loadServerTLS(configuration.tls, TLSTicketKeys(ttl: configuration.limits.tlsTicketKeyTTL))
        _ = try loadClientTLS(trusting: configuration.accounts.compactMap(\.caFile))
    }

    /// When the first of the server's certificates expires; nil if there are none or they cannot be read.
    package static func readCertificateExpiry(_ configuration: Configuration) -> Timestamp? {
        let context = try? loadServerTLS(configuration.tls, TLSTicketKeys(ttl: configuration.limits.tlsTicketKeyTTL))
        return context?.expires.map { Timestamp(unix: $0) }
    }

    /// The server's TLS context; nil if clients use plain HTTP.
    /// - Throws: `.misconfigured` with the file that cannot be used.
    static func loadServerTLS(_ settings: Configuration.TLS?, _ tickets: TLSTicketKeys) throws(Fault) -> TLSContext? {
        guard let settings else { return nil }
        do throws(TLSContext.SetupError) {
            var identities: [TLSIdentity] = []
            for files in settings.identities {
                identities.append(try TLSIdentity(certificateChain: files.certificate, key: files.key))
            }
            return try TLSContext.server(
                identities, clientAuthorities: settings.clientCA, tickets: tickets, protocols: Server.protocols)
        } catch {
            throw Fault(.misconfigured, "HTTPS cannot be served: \(error).")
        }
    }

    /// The TLS context of calls to vendors.
    static func loadClientTLS(trusting files: [String]) throws(Fault) -> TLSContext {
        do throws(TLSContext.SetupError) {
            return try TLSContext.client(trusting: files)
        } catch {
            throw Fault(.misconfigured, "The certificate authorities cannot be read: \(error).")
        }
    }
}
