import Wire

/// HKDF (RFC 5869) with SHA-256: derives keys from a master key, one for each salt and purpose.
package enum HKDF {
    /// - Parameter count: the bytes to derive, at most 255 · 32 (RFC 5869 §2.3).
    package static func sha256(key: Secret, salt: Bytes, info: Bytes, count: Int) -> Secret {
        precondition(count > 0 && count <= 255 * Digest.count)
        return HMAC.withContext { context in
            let extracted = key.withBytes { key in salt.withUnsafeBytes { HMAC.code(for: key, key: $0, context) } }
            return Secret(count: count) { output in
                var message = Bytes()
                var start = 0
                for round in 1...UInt8.max where start < count {
                    message += info
                    message.append(round)
                    let last = extracted.withBytes { key in message.withUnsafeBytes { HMAC.code(for: $0, key: key, context) } }
                    let size = min(Digest.count, count - start)
                    last.withBytes { output[start..<(start + size)].copyBytes(from: $0.prefix(size)) }
                    start += size
                    message = last.bytes
                }
            }
        }
    }
}
