import Glibc
import Net
import Server

/// A certificate made for one test run, which is its own authority.
enum TestCertificates {
    private static let folder: String = {
        var template = Array("/tmp/genlock-authority-XXXXXX".utf8CString)
        let path = template.withUnsafeMutableBufferPointer { String(cString: mkdtemp($0.baseAddress!)) }
        let made = system(
            """
            exec openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout '\(path)/own.key' -out '\(path)/own.pem' \
                -days 30 -subj '/CN=Genlock test' -addext 'subjectAltName=DNS:localhost' 2>/dev/null
            """)
        precondition(made == 0, "the tests need the openssl command")
        return path
    }()

    static func server() throws -> TLSContext {
        try .server(
            [TLSIdentity(certificateChain: folder + "/own.pem", key: folder + "/own.key")], tickets: TLSTicketKeys(ttl: .seconds(60)),
            protocols: Server.protocols)
    }

    static func client(protocols: [String] = ["http/1.1"]) throws -> TLSContext {
        try .client(trusting: [folder + "/own.pem"], protocols: protocols)
    }
}
