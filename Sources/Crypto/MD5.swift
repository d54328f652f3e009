import COpenSSL
import Wire

/// MD5 (RFC 1321), which protects against nothing but accidents: for the field `content-md5`, which every S3 server checks.
package enum MD5 {
    nonisolated(unsafe) private static let algorithm = EVP_MD_fetch(nil, "MD5", nil)

    /// The digest of a body; nil if this OpenSSL does not offer MD5, as with FIPS.
    package static func digest(of body: Pieces) -> Bytes? {
        guard let algorithm, let context = EVP_MD_CTX_new() else {
            OpenSSL.clearErrors()
            return nil
        }
        defer { EVP_MD_CTX_free(context) }
        guard EVP_DigestInit_ex2(context, algorithm, nil) == 1 else { return nil }
        for slice in body.slices {
            slice.withUnsafeBytes { OpenSSL.check(EVP_DigestUpdate(context, $0.baseAddress, $0.count)) }
        }
        var digest = Bytes(repeating: 0, count: 16)
        OpenSSL.check(EVP_DigestFinal_ex(context, &digest, nil))
        return digest
    }
}
