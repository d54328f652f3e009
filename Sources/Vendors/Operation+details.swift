import Jobs
import Wire

extension Operation {
    /// What it says beside its kind, by our words for it.
    var details: [(name: String, value: JSONValue?)] {
        switch self {
        case .extend(let edge, let context): [("edge", .string(edge.rawValue)), ("context", context.map(JSONValue.double))]
        case .retake(let start, let replacing): [("start", .double(start)), ("replacing", .string(replacing.rawValue))]
        case .generate, .edit, .remix, .reframe, .hdr: []
        }
    }
}
