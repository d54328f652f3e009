import Glibc

/// A certificate authority made for one test run, with the certificates that the TLS tests present. Nothing is kept in the repository.
enum TestCertificates {
    /// The folder with ca.pem, good.pem, good.key, expired.pem, expired.key, second.pem, second.key, other.pem.
    static let folder: String = {
        var template = Array("/tmp/genlock-authority-XXXXXX".utf8CString)
        let path = template.withUnsafeMutableBufferPointer { String(cString: mkdtemp($0.baseAddress!)) }
        let made = system(
            """
            cd '\(path)' && exec >/dev/null 2>&1
            new="openssl req -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes"
            sign="openssl x509 -req -CA ca.pem -CAkey ca.key -CAcreateserial -extfile names"
            echo 'subjectAltName=DNS:localhost,DNS:*.video.example,IP:127.0.0.1' > names
            echo 'subjectAltName=DNS:second.example' > others
            $new -x509 -keyout ca.key -out ca.pem -days 30 -subj '/CN=Genlock test authority' &&
            $new -x509 -keyout other.key -out other.pem -days 30 -subj '/CN=Some other authority' &&
            $new -keyout good.key -out good.csr -subj '/CN=Genlock test' && $sign -in good.csr -out good.pem -days 30 &&
            $new -keyout second.key -out second.csr -subj '/CN=Genlock test' &&
            openssl x509 -req -CA ca.pem -CAkey ca.key -CAcreateserial -extfile others \\
                -in second.csr -out second.pem -days 30 &&
            $new -keyout expired.key -out expired.csr -subj '/CN=Genlock test' && $sign -in expired.csr -out expired.pem -days -1
            """)
        precondition(made == 0, "the tests need the openssl command")
        return path
    }()

    static func file(_ name: String) -> String { "\(folder)/\(name)" }
}
