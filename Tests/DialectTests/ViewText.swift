import Jobs
import Wire

@testable import Dialects

/// Neutral answers and faults out of the JSON in which transcripts write them.
enum ViewText {
    static func view(_ json: JSON) -> JobView {
        let created = moment(json["created"]) ?? Timestamp(unix: 0)
        var view = JobView(
            id: json["id"]?.string ?? "video_x", operation: json["operation"]?.string == "hdr" ? .hdr : .generate, progress: progress(json),
            percent: json["percent"]?.int ?? 0, created: created, model: json["model"]?.string ?? "")
        view.completed = moment(json["completed"])
        view.expires = moment(json["expires"])
        if let resolved = json["resolved"]?.string { view.resolvedModel = resolved }
        view.prompt = json["prompt"]?.string
        view.seconds = json["seconds"]?.double
        view.size = json["size"]?.string
        view.previous = json["previous"]?.string
        for (name, value) in json["echo"]?.members ?? [] { view.echo[name] = value.string }
        view.warnings = (json["warnings"]?.elements ?? []).map {
            Warning(param: $0["param"]?.string ?? "", message: $0["message"]?.string ?? "", adapted: $0["adapted"]?.string)
        }
        view.cost = json["cost"]?.double.map(Money.init(dollars:))
        view.links = (json["links"]?.elements ?? []).compactMap(\.string)
        view.pollAfter = json["poll"]?.double.flatMap { Number.duration(seconds: $0) }
        return view
    }

    static func fault(_ json: JSON) -> Fault {
        var fault = Fault(Fault.Kind(rawValue: json["kind"]?.string ?? "") ?? .internalError, json["message"]?.string ?? "")
        fault.param = json["param"]?.string
        fault.code = json["code"]?.string
        fault.vendorCode = json["vendor_code"]?.string
        fault.retryAfter = json["retry_after"]?.double.flatMap { Number.duration(seconds: $0) }
        switch json["sent"]?.string {
        case "no": fault.sent = .no
        case "maybe": fault.sent = .maybe
        default: break
        }
        return fault
    }

    static func model(_ json: JSON) -> ModelView {
        let name = json["name"]?.string ?? ""
        let halves = name.split(separator: "/", maxSplits: 1).map(String.init)
        var facts = Model.Facts(vendor: halves.first ?? "", name: halves.last ?? "", upstream: name, title: json["title"]?.string ?? name)
        facts.verifiedOn = json["seen"]?.string ?? ""
        facts.aliases = (json["aliases"]?.elements ?? []).compactMap(\.string)
        facts.sizes = (json["sizes"]?.elements ?? []).compactMap { $0.string.flatMap { Size($0) } }
        if let list = json["seconds"]?.elements { facts.durations = .list(list.compactMap(\.double), automatic: false) }
        facts.defaults.seconds = json["usual_seconds"]?.double
        facts.modes = Set((json["modes"]?.elements ?? []).compactMap { $0.string.flatMap(Model.Mode.init) })
        facts.prices = (json["prices"]?.elements ?? []).map { price in
            let unit = Model.Price.Unit(rawValue: price["unit"]?.string ?? "") ?? .clip
            return Model.Price(Money(dollars: price["amount"]?.double ?? 0), per: unit)
        }
        return ModelView(name: name, model: Model(facts), isAlias: false, isAvailable: true)
    }

    static func account(_ json: JSON) -> AccountView {
        AccountView(spent: Money(dollars: json["spent"]?.double ?? 0), remaining: json["remaining"]?.double.map(Money.init(dollars:)))
    }

    static func upload(_ json: JSON) -> UploadView {
        let expires = moment(json["expires"]) ?? Timestamp(unix: 0)
        var view = UploadView(url: json["url"]?.string ?? "", id: json["id"]?.string ?? "", expires: expires)
        view.signature = json["signature"]?.string ?? ""
        return view
    }

    private static func progress(_ json: JSON) -> Progress {
        switch json["state"]?.string {
        case "running": .running(percent: json["percent"]?.int)
        case "done": .done([Asset(.video, .url("https://vendor.example/secret.mp4", credentials: true))])
        case "failed": .failed(json["fault"].map(fault) ?? Fault(.vendorFailed, "The job failed."))
        case "unknown": .unknown("NOT_A_WORD")
        default: .queued
        }
    }

    private static func moment(_ json: JSON?) -> Timestamp? {
        json?.double.map { Timestamp(sinceEpoch: .milliseconds(Number.saturated($0 * 1000))) }
    }
}

/// JSON text with the white space taken out, members in their order.
func compact(_ json: JSON) -> String {
    switch json.kind {
    case .object: "{" + json.members.map { JSONValue.string($0.name).text + ":" + compact($0.value) }.joined(separator: ",") + "}"
    case .array: "[" + json.elements.map(compact).joined(separator: ",") + "]"
    case .string: JSONValue.string(json.string ?? "").text
    default: String(decoding: json.raw, as: UTF8.self)
    }
}
