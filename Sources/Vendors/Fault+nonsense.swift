import Jobs

extension Fault {
    /// An answer that accepts a job and does not name it.
    static func withoutID(_ detail: String) -> Fault {
        Fault(.vendorNonsense, "The vendor accepted the job but gave no id for it.", detail: detail)
    }

    /// A finished job without a clip.
    static func withoutVideo(_ detail: String) -> Fault {
        Fault(.vendorNonsense, "The vendor finished the job without a video.", detail: detail)
    }
}
