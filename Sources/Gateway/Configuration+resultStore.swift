import Configuration
import Crypto
import Storage
import Upstream

extension Configuration.Results {
    /// The store on the current loop.
    func makeStore(_ dependencies: Dependencies) -> any ResultStore {
        switch place {
        case .folder(let path): return ResultFolder(path, threads: dependencies.shared.results.threads)
        case .bucket(let bucket):
            let signature = SigV4(
                accessKey: bucket.accessKey, secretKey: bucket.secretKey, sessionToken: bucket.sessionToken, region: bucket.region,
                service: "s3")
            let address = BucketAddress(
                endpoint: bucket.endpoint.description, name: bucket.name, prefix: bucket.prefix, signature: signature)
            let egress = dependencies.config.egress
            return ResultBucket(
                address,
                requests: BucketRequests(
                    dependencies.upstream.client, to: address, proxy: { egress.proxy(for: $0) }, clock: dependencies.clock))
        }
    }
}
