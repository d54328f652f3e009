import Catalog
import Jobs
import Testing
import Wire

@Suite struct `The shipped catalog` {
    @Test func `every file is read without a mistake and every model says where its facts come from`() throws {
        let catalog = try Catalog()
        #expect(catalog.vendors.contains("fal"))
        #expect(catalog.models(of: "fal").count > 100)
        for model in catalog.models + catalog.models.flatMap(\.variants) {
            #expect(!model.source.isEmpty, "\(model.fullName)")
            #expect(model.verifiedOn.count == 10, "\(model.fullName)")
            #expect(!model.modes.isEmpty, "\(model.fullName)")
        }
    }

    @Test func `every usual value is one that the model allows`() throws {
        for model in Shipped.leaves where model.modes.contains(.text) {
            var job = Job(model: model.fullName, prompt: "a kite")
            job.duration = model.defaults.seconds.map(ClipDuration.seconds)
            job.frameFormat = model.defaults.frameFormat
            let checked = try Shipped.catalog.validate(job, on: model, adapt: .strict)
            #expect(checked.warnings.isEmpty, "\(model.fullName) \(model.upstream) \(checked.warnings)")
        }
    }
}
