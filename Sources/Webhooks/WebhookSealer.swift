import Crypto
import Seal
import Synchronization
import Wire

/// Encrypts what the journal must hold of webhooks but not show: secrets of endpoints, and the callbacks of jobs. XAES-256-GCM under keys
/// that are derived from the sealing keys:
///
///     version (1 byte) ‖ tag of the key (1) ‖ nonce (24) ‖ encrypted text ‖ tag (16)
///
/// The purpose and the owner are authenticated too, so that a text cannot be moved to another row of another kind.
package final class WebhookSealer: Sendable {
    /// What a sealed text is.
    package enum Purpose: String, Sendable {
        case endpointSecret = "secret"
        case callback
    }

    private struct Key: Sendable {
        let tag: UInt8
        let cipher: XAES256GCM
    }

    private static let version: UInt8 = 1
    private static let headCount = 2

    /// The first one seals, all of them open. A reload replaces them.
    private let keys: Mutex<[Key]>
    private let random: RandomSource

    package init(_ ring: KeyRing, random: RandomSource) {
        keys = Mutex(WebhookSealer.keys(of: ring))
        self.random = random
    }

    /// Uses the sealing keys of a new configuration from now on.
    package func adopt(_ ring: KeyRing) {
        let new = WebhookSealer.keys(of: ring)
        keys.withLock { $0 = new }
    }

    private static func keys(of ring: KeyRing) -> [Key] {
        ring.derived("genlock webhooks 1").map { secret in
            // Finds the key of a text after a rotation has moved it. A collision only costs a second attempt to open.
            let tag = HMAC.sha256(Bytes("tag".utf8), key: secret).bytes[0]
            return Key(tag: tag, cipher: XAES256GCM(key: secret))
        }
    }

    /// - Parameter owner: the name of the owner of the endpoint or job.
    package func seal(_ text: Bytes, for purpose: Purpose, owner: String) -> Bytes {
        let key = keys.withLock { $0[0] }
        let head = [WebhookSealer.version, key.tag]
        let additional = WebhookSealer.additional(purpose, owner, head: head)
        var message = additional + random.bytes(XAES256GCM.nonceCount) + text
        key.cipher.seal(&message, additionalCount: additional.count)
        return head + message[additional.count...]
    }

    /// Nil for anything that was not sealed for this purpose and owner with one of the keys.
    package func open(_ sealed: Bytes, for purpose: Purpose, owner: String) -> Bytes? {
        guard sealed.count >= WebhookSealer.headCount, sealed[0] == WebhookSealer.version else { return nil }
        let head = Bytes(sealed[..<WebhookSealer.headCount])
        let additional = WebhookSealer.additional(purpose, owner, head: head)
        for key in keys.withLock({ $0 }) where key.tag == head[1] {
            var message = additional + sealed[WebhookSealer.headCount...]
            if key.cipher.open(&message, additionalCount: additional.count) {
                return Bytes(message[(additional.count + XAES256GCM.nonceCount)...])
            }
        }
        return nil
    }

    private static func additional(_ purpose: Purpose, _ owner: String, head: Bytes) -> Bytes {
        Bytes("\(purpose.rawValue)\0\(owner)\0".utf8) + head
    }
}
