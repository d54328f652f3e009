import Glibc
import Net

/// A certificate authority that lives for one test run, and a server's certificate signed by it. Needs the openssl command.
enum TestCertificates {
    private static let folder: String = {
        var template = Array("/tmp/genlock-client-ca-XXXXXX".utf8CString)
        let path = template.withUnsafeMutableBufferPointer { String(cString: mkdtemp($0.baseAddress!)) }
        let ec = "openssl req -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes"
        let steps = [
            "cd '\(path)'",
            "echo 'subjectAltName=DNS:localhost,DNS:video.example,IP:127.0.0.1' > names",
            "\(ec) -x509 -keyout ca.key -out ca.pem -days 9 -subj '/CN=Client test authority'",
            "\(ec) -keyout own.key -out own.csr -subj '/CN=Client test host'",
            "openssl x509 -req -CA ca.pem -CAkey ca.key -CAcreateserial -extfile names -in own.csr -out own.pem -days 9",
        ]
        precondition(system("(" + steps.joined(separator: " && ") + ") >/dev/null 2>&1") == 0, "the tests need the openssl command")
        return path
    }()

    static func server() throws -> TLSContext {
        try .server([TLSIdentity(certificateChain: folder + "/own.pem", key: folder + "/own.key")])
    }
    static func client() throws -> TLSContext { try .client(trusting: [folder + "/ca.pem"]) }
}
