import Glibc

/// Where this machine keeps the certificate authorities it trusts.
enum TLSTrust: Equatable {
    /// One PEM file, read whole.
    case file(String)
    /// Files named by the hash of their subject, of which a handshake reads the one it needs: no start-up cost.
    case directory(String)
    case none

    private static let directories = ["/etc/ssl/certs"]
    private static let files = [
        "/etc/ssl/certs/ca-certificates.crt",  // Debian, Alpine, Arch
        "/etc/pki/tls/certs/ca-bundle.crt",  // Fedora, RHEL
        "/etc/ssl/ca-bundle.pem",  // openSUSE
        "/etc/ssl/cert.pem",  // Alpine, FreeBSD
    ]

    /// SSL_CERT_FILE and SSL_CERT_DIR, which OpenSSL's own tools obey too, come first.
    static func system() -> TLSTrust {
        if let path = environment("SSL_CERT_FILE") { return .file(path) }
        if let path = environment("SSL_CERT_DIR") { return .directory(path) }
        if let path = directories.first(where: isHashed) { return .directory(path) }
        if let path = files.first(where: { access($0, R_OK) == 0 }) { return .file(path) }
        return .none
    }

    private static func environment(_ name: String) -> String? {
        guard let value = getenv(name), value.pointee != 0 else { return nil }
        return String(cString: value)
    }

    /// Whether the directory has names such as `5ed36f99.0`.
    private static func isHashed(_ path: String) -> Bool {
        guard let directory = opendir(path) else { return false }
        defer { closedir(directory) }
        while let entry = readdir(directory) {
            let name = withUnsafePointer(to: &entry.pointee.d_name) {
                $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
            }
            if name.utf8.count == 10, name.hasSuffix(".0"), UInt32(name.dropLast(2), radix: 16) != nil { return true }
        }
        return false
    }
}
