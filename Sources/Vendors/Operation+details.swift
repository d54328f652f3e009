import Jobs
import Wire

extension Operation {
    /// What it has beside its kind, by the neutral names.
    var details: [(name: String, value: JSONValue?)] {
        switch self {
        case .extend(let edge, let context): [("edge", .string(edge.rawValue)), ("context", context.map(JSONValue.double))]
        case .retake(let start, let replacing): [("start", .double(start)), ("replacing", .string(replacing.rawValue))]
        case .generate, .edit, .remix, .reframe, .hdr: []
        }
    }
}
