import Catalog
import Jobs
import Testing
import Vendors
import Wire

/// Nothing is dropped in silence: whatever the catalog lets through for a model changes the call, or is warned about.
@Suite struct `Parameters` {
    private static let catalog = Result { () throws(CatalogError) in try Catalog() }
    private static let settings = ["project": "p", "output": "s3://bucket/prefix", "workspace": "w"]

    @Test(arguments: Registry.vendors.map(\.card.name))
    func `what the catalog admits reaches the vendor or gives a warning`(_ name: String) throws {
        let catalog = try Self.catalog.get()
        let vendor = try #require(Registry.vendor(name)).adjusted(to: Self.settings(of: name))
        var silent: [String] = []
        var count = 0
        for model in catalog.models(of: name) {
            for mode in Model.Mode.allCases where model.modes.contains(mode) {
                let part = model.variant(for: mode)
                var plain = PlainJob.job(for: part, in: mode)
                var usual = Self.call(for: plain, on: model, of: catalog, vendor: vendor)
                if case .failure(let fault) = usual, let job = PlainJob.completed(plain, after: fault, on: part) {
                    (plain, usual) = (job, Self.call(for: job, on: model, of: catalog, vendor: vendor))
                }
                guard case .success(let usual) = usual else {
                    silent.append("\(model.name) \(mode.rawValue): the plain job: \(usual)")
                    continue
                }
                for parameter in ParameterCase.all(for: part, in: mode, plain, extras: vendor.card.extras) {
                    count += 1
                    guard case .success(let asked) = Self.call(for: parameter.asked, on: model, of: catalog, vendor: vendor) else {
                        continue
                    }
                    let other =
                        parameter.isBesidePlain ? .success(usual) : Self.call(for: parameter.other, on: model, of: catalog, vendor: vendor)
                    guard case .success(let other) = other, asked == other else { continue }
                    silent.append("\(model.name) \(mode.rawValue): \(parameter)")
                }
            }
        }
        print("\(name): \(count) parameters")
        #expect(silent.isEmpty, "\(silent.count) of \(count):\n\(silent.prefix(60).joined(separator: "\n"))")
    }

    private static func settings(of name: String) -> [String: String] {
        var settings = settings
        for setting in Registry.vendor(name)?.card.settings ?? [] where settings[setting.name] == nil {
            settings[setting.name] = setting.fallback
        }
        return settings
    }

    /// The call as text, with the warnings before it; a refusal is no silence.
    private static func call(for job: Job, on model: Model, of catalog: Catalog, vendor: any Vendor) -> Result<String, Fault> {
        Result { () throws(Fault) in
            let checked = try catalog.validate(job, on: model, adapt: .strict)
            let call = try vendor.startCall(for: PlainJob.carried(checked.job, by: vendor.card, on: checked.model), on: checked.model)
            return checked.warnings.map { "\($0.param): \($0.message) " }.joined()
                + "\(call.target) \(call.query.encoded) \(text(call.body))"
        }
    }

    private static func text(_ body: Call.Body) -> String {
        switch body {
        case .json(let json): json.text
        case .bytes(_, let bytes): String(decoding: bytes, as: UTF8.self)
        case .form(let form): form.encoded
        case .multipart(let parts): "\(parts)"
        case .none: ""
        }
    }
}
