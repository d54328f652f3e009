import HTTP
import Testing

struct AcceptEncodingTests {
    @Test(arguments: [
        ["gzip"], ["x-gzip"], ["GZip"], ["gzip, deflate, br"], ["deflate", "gzip"], ["gzip;q=0.001"], ["gzip ; q=1.000"], ["*"],
        ["br;q=1, *;q=0.1"], ["gzip;q=0.5, identity;q=0.5"], ["identity;q=0, gzip;q=0.1"], ["gzip;q=1.0, identity; q=0.5, *;q=0"],
        ["nonsense;;, gzip"], ["gzip;q=0, x-gzip"],
    ])
    func `gzip is taken`(fields: [String]) {
        #expect(AcceptEncoding(fields).prefersGzip)
    }

    @Test(arguments: [
        [], [""], ["identity"], ["br"], ["gzip;q=0"], ["gzip;q=0.000"], ["*;q=0"], ["gzip;q=0, *"], ["gzip;q=0.5, identity"],
        ["gzip;q=2"], ["gzip;q=.5"], ["gzip;q=0.1234"], ["gzip;q="], ["gzip;level=9"], ["gzip q=1"], ["gzip;q=1;q=1"], ["gzippy"],
        ["identity;q=1, *;q=0.9"], ["gzip;q=1x"], ["gzip;q=10"],
    ])
    func `gzip is not taken`(fields: [String]) {
        #expect(!AcceptEncoding(fields).prefersGzip)
    }
}
