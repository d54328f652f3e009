import Journal

/// The state of a job in one vocabulary, from the journal and from a server.
enum JobStateName {
    static func name(of state: JobRecord.State) -> String {
        switch state {
        case .intended: "submitting"
        // The journal does not follow a job at its vendor.
        case .accepted: "in_progress"
        case .notSent: "not_sent"
        case .ambiguous: "unknown"
        case .done: "completed"
        case .failed: "failed"
        case .cancelled: "cancelled"
        case .deleted: "deleted"
        }
    }

    static func name(of video: VideoAPI.Video) -> String {
        switch (video.status, video.errorCode) {
        case ("failed", JobList.ambiguous): "unknown"
        case ("failed", "cancelled"): "cancelled"
        default: video.status
        }
    }
}
