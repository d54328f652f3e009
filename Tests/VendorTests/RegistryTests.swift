import Jobs
import Testing
import Vendors

@Suite struct `The registry` {
    @Test func `names and aliases belong to one vendor each`() {
        let names = Registry.vendors.flatMap { [$0.card.name] + $0.card.aliases }
        #expect(Set(names).count == names.count)
    }

    @Test func `every description in the folder of vendors is compiled in`() {
        let described = Transcript.files(in: Transcript.tests + "/../config/vendors").filter {
            $0.hasSuffix(".json") && $0 != "example.json"
        }
        #expect(Registry.declared.map { $0.card.name + ".json" } == described)
    }

    /// What a client passes through decides nothing about which model works, how often, on whose account, or where an answer goes.
    @Test func `nothing that is passed through changes model, count, credentials or addresses`() {
        let decided: Set<String> = [
            "model", "model_name", "modelId", "prompt", "n", "count", "num_videos", "number_of_videos", "numberOfVideos", "sampleCount",
            "api_key", "apiKey", "key", "token", "authorization", "base_url", "endpoint", "url", "callback", "callback_url", "callbackUrl",
            "callBackUrl", "webhook", "webhook_url", "webhook_secret", "notify_hook", "notify_url", "storageUri", "outputDataConfig",
        ]
        for vendor in Registry.vendors {
            let found = vendor.card.extras.intersection(decided)
            #expect(found.isEmpty, "\(vendor.card.name): \(found.sorted())")
        }
    }
}
