import Crypto
import Testing
import Wire

@testable import Configuration

/// `results:` says where the results of jobs are kept.
struct ResultsTests {
    private func read(_ text: String) throws -> Configuration.Results? {
        try Sample.read(text, ["SECRET": "s3cret", "EMPTY": ""]).results
    }

    private func messages(_ text: String) -> [String] {
        do {
            _ = try read(text)
            return []
        } catch let error as Configuration.LoadError {
            return error.errors.map(\.message)
        } catch {
            return ["\(error)"]
        }
    }

    @Test func `nothing is kept without it`() throws {
        #expect(try read("listen: 127.0.0.1:8080") == nil)
    }

    @Test func `a folder has defaults for the rest`() throws {
        let results = try #require(try read("results: { in: ./videos }"))
        guard case .folder("./videos") = results.place else {
            Issue.record("\(results.place)")
            return
        }
        #expect(results.keep == .seconds(30 * 86_400) && results.maxSize == nil && !results.redirects)
    }

    @Test func `age and size are read with their units`() throws {
        let results = try #require(try read("results: { in: /videos, keep: 12 hours, max_size: 2 TiB }"))
        #expect(results.keep == .seconds(43_200) && results.maxSize == 2 << 40)
    }

    @Test func `a bucket has credentials, and an endpoint of Amazon unless one is given`() throws {
        let text = "results: { in: \"s3://videos/a/b/\", region: eu-central-1, access_key: AK, secret_key: \"${SECRET}\", redirect: true }"
        let results = try #require(try read(text))
        guard case .bucket(let bucket) = results.place else {
            Issue.record("\(results.place)")
            return
        }
        #expect(bucket.name == "videos" && bucket.prefix == "a/b" && bucket.region == "eu-central-1" && results.redirects)
        #expect(bucket.endpoint.description == "https://s3.eu-central-1.amazonaws.com")
        #expect(bucket.accessKey == "AK" && bucket.secretKey.reveal() == "s3cret")
        let other = try read("results: { in: \"s3://videos\", endpoint: \"http://10.0.0.7:9000\", access_key: AK, secret_key: SK }")
        guard case .bucket(let bucket)? = other?.place else {
            Issue.record("no bucket")
            return
        }
        #expect(bucket.endpoint.description == "http://10.0.0.7:9000" && bucket.prefix.isEmpty && bucket.region == "us-east-1")
    }

    @Test(
        arguments: [
            ("results: { keep: 1 day }", "results has no \"in\": expected the path of a folder, or s3://bucket/prefix"),
            ("results: ./videos", "expected { in: ./genlock-results, keep: 30 days, max_size: 200 GiB }, found \"./videos\""),
            ("results: { in: a, max_sise: 1 GB }", "unknown key \"max_sise\", did you mean \"max_size\"?"),
            ("results: { in: a, keep: 30 }", "expected a time like 30 days, from 1s to 3650 days, found \"30\""),
            ("results: { in: a, max_size: big }", "expected a size like 200 GiB, found \"big\""),
            ("results: { in: a, region: eu }", "region of results needs a bucket: in is a folder, not s3://bucket/prefix"),
            ("results: { in: a, redirect: true }", "redirect of results needs a bucket: in is a folder, not s3://bucket/prefix"),
            (
                "results: { in: \"s3://V/x\" }",
                "expected s3://bucket/prefix with a bucket of 3 to 63 lower-case letters, digits, \".\" and \"-\", found \"s3://V/x\""
            ),
            (
                "results: { in: \"s3://v/../x\", access_key: a, secret_key: b }",
                "expected s3://bucket/prefix with a bucket of 3 to 63 lower-case letters, digits, \".\" and \"-\", found \"s3://v/../x\""
            ),
            (
                "results: { in: \"s3://videos\", access_key: a }",
                "results in a bucket need secret_key, for example secret_key: \"${S3_SECRET_KEY}\""
            ),
            ("results: { in: \"s3://videos\", access_key: a, secret_key: \"${EMPTY}\" }", "the secret_key of results is empty"),
            ("journal: off\nresults: { in: a }", "results need the journal, which is off"),
        ]) func `a mistake is named`(text: String, message: String)
    {
        #expect(messages(text) == [message])
    }
}
