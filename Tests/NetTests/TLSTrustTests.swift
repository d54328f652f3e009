import Testing

@testable import Net

struct TLSTrustTests {
    @Test(
        arguments: [
            (["SSL_CERT_FILE": "/a.pem"], "/a.pem", nil), (["SSL_CERT_DIR": "/a:/b"], nil, "/a:/b"),
            (["SSL_CERT_FILE": "/a.pem", "SSL_CERT_DIR": "/b"], "/a.pem", "/b"), (["SSL_CERT_FILE": "", "SSL_CERT_DIR": "/b"], nil, "/b"),
        ] as [([String: String], String?, String?)])
    func `file and folder of the environment count together`(variables: [String: String], file: String?, directory: String?) {
        #expect(TLSTrust.system { variables[$0] } == TLSTrust(file: file, directory: directory))
    }
}
