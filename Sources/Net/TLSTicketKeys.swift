import COpenSSL
import Synchronization
import Wire

/// The keys that encrypt session tickets. All loops and new contexts share them, so that a client can resume on any loop. They are random,
/// never leave the process, and are rotated.
package final class TLSTicketKeys: Sendable {
    private struct Key {
        let name: Bytes
        /// The key for AES-256, then the key for the MAC.
        let secret: Bytes
        let created: Instant
    }

    private let ttl: Duration
    /// The newest first.
    private let keys = Mutex<[Key]>([])

    /// - Parameter ttl: how long a key encrypts tickets; it decrypts them for as long again.
    package init(ttl: Duration) { self.ttl = ttl }

    /// OpenSSL's callback (SSL_CTX_set_tlsext_ticket_key_evp_cb(3)).
    /// - Returns: below 0 after a failure, 0 for an unknown key, 1 on success, 2 if the client should get a new ticket.
    func prepareTicket(
        _ name: UnsafeMutablePointer<UInt8>, _ iv: UnsafeMutablePointer<UInt8>, cipher: OpaquePointer, mac: OpaquePointer, sealing: Bool
    ) -> Int32 {
        let now = Instant.now
        return keys.withLock { keys in
            keys.removeAll { $0.created + ttl + ttl <= now }
            guard sealing else {
                let ticketName = UnsafeBufferPointer(start: name, count: TLSTicketKeys.nameBytes)
                guard let place = keys.firstIndex(where: { $0.name.elementsEqual(ticketName) }) else { return 0 }
                return openssl_ticket(cipher, mac, keys[place].secret, iv, 0) == 1 ? (place == 0 ? 1 : 2) : -1
            }
            if keys.first.map({ $0.created + ttl <= now }) ?? true {
                guard let name = TLSTicketKeys.random(TLSTicketKeys.nameBytes), let secret = TLSTicketKeys.random(64) else { return -1 }
                keys.insert(Key(name: name, secret: secret, created: now), at: 0)
            }
            guard RAND_bytes(iv, TLSTicketKeys.vectorBytes) == 1 else { return -1 }
            name.update(from: keys[0].name, count: TLSTicketKeys.nameBytes)
            return openssl_ticket(cipher, mac, keys[0].secret, iv, 1) == 1 ? 1 : -1
        }
    }

    private static let nameBytes = 16
    /// One block of AES.
    private static let vectorBytes: Int32 = 16

    private static func random(_ count: Int) -> Bytes? {
        var bytes = Bytes(repeating: 0, count: count)
        return RAND_bytes(&bytes, Int32(count)) == 1 ? bytes : nil
    }
}
