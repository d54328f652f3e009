import Configuration
import Jobs
import Net
import Server
import Wire

extension Serving {
    /// Opens every file of certificates that the configuration names, and keeps none.
    /// - Throws: `.misconfigured` saying which file is at fault.
    package static func checkTLS(_ configuration: Configuration) throws(Fault) {
        _ = try serverTLS(configuration.tls, TLSTicketKeys(life: configuration.limits.ticketKeyTime))
        _ = try clientTLS(trusting: configuration.accounts.compactMap(\.caFile))
    }

    /// When the first of the server's certificates expires; nil without any, or where they cannot be read.
    package static func certificateExpiry(_ configuration: Configuration) -> Timestamp? {
        let context = try? serverTLS(configuration.tls, TLSTicketKeys(life: configuration.limits.ticketKeyTime))
        return context?.expires.map { Timestamp(unix: $0) }
    }

    /// The server's side of HTTPS; nil where clients speak in clear text.
    /// - Throws: `.misconfigured` saying which file is at fault.
    static func serverTLS(_ settings: Configuration.TLS?, _ tickets: TLSTicketKeys) throws(Fault) -> TLSContext? {
        guard let settings else { return nil }
        do throws(TLSContext.Failure) {
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
    static func clientTLS(trusting files: [String]) throws(Fault) -> TLSContext {
        do throws(TLSContext.Failure) {
            return try TLSContext.client(trusting: files)
        } catch {
            throw Fault(.misconfigured, "The certificate authorities cannot be read: \(error).")
        }
    }
}
