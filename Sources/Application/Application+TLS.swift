import Configuration
import Jobs
import Net
import Server
import Wire

extension Application {
    /// Opens every file of certificates that the configuration names, and keeps none.
    /// - Throws: `.misconfigured` saying which file is at fault.
    package static func checkTLS(_ configuration: Configuration) throws(Fault) {
        _ = try loadServerTLS(configuration.tls, TLSTicketKeys(ttl: configuration.limits.tlsTicketKeyTTL))
        _ = try loadClientTLS(trusting: configuration.accounts.compactMap(\.caFile))
    }

    /// When the first of the server's certificates expires; nil without any, or where they cannot be read.
    package static func readCertificateExpiry(_ configuration: Configuration) -> Timestamp? {
        let context = try? loadServerTLS(configuration.tls, TLSTicketKeys(ttl: configuration.limits.tlsTicketKeyTTL))
        return context?.expires.map { Timestamp(unix: $0) }
    }

    /// The server's side of HTTPS; nil where clients speak in clear text.
    /// - Throws: `.misconfigured` saying which file is at fault.
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

    /// The client's side, for vendors.
    static func loadClientTLS(trusting files: [String]) throws(Fault) -> TLSContext {
        do throws(TLSContext.SetupError) {
            return try TLSContext.client(trusting: files)
        } catch {
            throw Fault(.misconfigured, "The certificate authorities cannot be read: \(error).")
        }
    }
}
