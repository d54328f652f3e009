import Jobs

extension Fault {
    /// A paid call was answered with success and without an id: the job may run, and cannot be polled.
    static func withoutID(_ detail: String) -> Fault {
        Fault(.vendorNonsense, "The vendor accepted the job but gave no id for it.", detail: detail)
    }

    static func withoutID(_ places: [JSONPath]) -> Fault { withoutID("nothing at " + places.map(\.text).joined(separator: ", ")) }

    /// A job is said to be done and has made nothing.
    static func withoutVideo(_ detail: String) -> Fault {
        Fault(.vendorNonsense, "The vendor finished the job without a video.", detail: detail)
    }

    static let cancelledAtVendor = Fault(.vendorCancelled, "The job was cancelled at the vendor.")

    /// The catalog let a medium through for which the vendor has no field: nothing is sent without it.
    static func unusable(_ medium: InputMedia) -> Fault {
        let message = "The vendor takes no \(medium.kind.rawValue) as \(medium.role.name)."
        return Fault(.unsupported, message, param: medium.param, code: "unsupported", sent: .no)
    }
}
