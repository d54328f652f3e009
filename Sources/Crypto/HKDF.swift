import Wire

/// HKDF (RFC 5869) with SHA-256: fresh keys from a master key, one for each salt and purpose.
package enum HKDF {
    /// `count` bytes, at most 255 · 32 (RFC 5869 §2.3).
    package static func sha256(key: Secret, salt: Bytes, info: Bytes, count: Int) -> Secret {
        precondition(count > 0 && count <= 255 * Digest.count)
        let extracted = key.withBytes { HMAC.sha256(Bytes($0), key: Secret(salt)) }
        return Secret(count: count) { output in
            var last = Bytes()
            var start = 0
            for round in 1...UInt8.max where start < count {
                last = HMAC.sha256(last + info + [round], key: extracted).bytes
                let size = min(Digest.count, count - start)
                last.withUnsafeBytes { output[start..<(start + size)].copyBytes(from: $0.prefix(size)) }
                start += size
            }
        }
    }
}
