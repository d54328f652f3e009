import Glibc

/// Where this machine stores its trusted certificate authorities.
struct TLSTrust: Equatable {
    /// One PEM file, read completely.
    var file: String?
    /// Directories, separated by colons, of files named by the hash of their subject: a handshake reads only the one it needs.
    var directory: String?

    private static let directories = ["/etc/ssl/certs"]
    private static let files = [
        "/etc/ssl/certs/ca-certificates.crt",  // Debian, Alpine, Arch
        "/etc/pki/tls/certs/ca-bundle.crt",  // Fedora, RHEL
        "/etc/ssl/ca-bundle.pem",  // openSUSE
        "/etc/ssl/cert.pem",  // Alpine, FreeBSD
    ]

    /// SSL_CERT_FILE and SSL_CERT_DIR, which OpenSSL's tools use too, replace the machine's own. Both are used if both are set.
    static func system(_ environment: (String) -> String? = variable) -> TLSTrust {
        let values = ["SSL_CERT_FILE", "SSL_CERT_DIR"].map { name in environment(name).flatMap { $0.isEmpty ? nil : $0 } }
        let named = TLSTrust(file: values[0], directory: values[1])
        if named != TLSTrust() { return named }
        if let path = directories.first(where: isHashed) { return TLSTrust(directory: path) }
        return TLSTrust(file: files.first { access($0, R_OK) == 0 })
    }

    private static func variable(_ name: String) -> String? { getenv(name).map { String(cString: $0) } }

    /// Whether the directory has files with names such as `5ed36f99.0`.
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
