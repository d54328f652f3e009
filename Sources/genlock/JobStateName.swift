import Journal

/// Names the state of a job, from the journal or from a server, in one vocabulary.
enum JobStateName {
    static func name(of state: JobRecord.State) -> String {
        switch state {
        case .intended: "submitting"
        // The journal does not record the progress of a job at its vendor.
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
