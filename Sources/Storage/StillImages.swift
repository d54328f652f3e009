import Jobs
import Net
import Wire

/// Makes still images of videos with the program `ffmpeg`: a child process with bounds, without network, input and environment.
package final class StillImages: Sendable {
    private let program: String
    private let bounds: ChildProcess.Bounds
    private let threads: ThreadPool

    /// - Parameter threads: where the program is waited for, one run after the other.
    package init(program: String, threads: ThreadPool, limits: Limits) {
        self.program = program
        self.threads = threads
        bounds = ChildProcess.Bounds(
            timeout: limits.thumbnailTimeout, memory: limits.maxThumbnailMemory, output: limits.maxThumbnailBytes)
    }

    /// The path of `ffmpeg`; nil if it is not installed.
    package static func findProgram() -> String? { ChildProcess.path(of: "ffmpeg") }

    /// A JPEG of the video in a file.
    /// - Parameters:
    ///   - kind: a thumbnail or a sprite sheet.
    ///   - seconds: the length of the video, which a sprite sheet covers.
    /// - Throws: `.unsupported` if no image can be made of these bytes, `.overloaded` if too many wait.
    package func image(_ kind: Asset.Kind, of file: String, seconds: Double) async throws(Fault) -> Bytes {
        let child = ChildProcess(program, StillImages.arguments(kind, file: file, seconds: seconds))
        let outcome = await withCheckedContinuation { (waiter: CheckedContinuation<Result<Bytes, ChildProcess.Failure>?, Never>) in
            let isQueued = threads.submit { [bounds] in
                waiter.resume(returning: Result { () throws(ChildProcess.Failure) in try child.run(within: bounds) })
            }
            if !isQueued { waiter.resume(returning: nil) }
        }
        switch outcome {
        case nil:
            throw Fault(.overloaded, "Too many images of videos are being made. Try again in a few seconds.", retryAfter: .seconds(5))
        case .success(let image)? where Sniff.type(of: image[...]) == .jpeg: return image
        case .success?: throw StillImages.fault(kind, "no JPEG")
        case .failure(let failure)?: throw StillImages.fault(kind, "\(failure)")
        }
    }

    private static func fault(_ kind: Asset.Kind, _ detail: String) -> Fault {
        Fault(
            .unsupported, "No \(kind.rawValue) could be made of this video.", param: "variant", code: "unsupported_variant",
            detail: "ffmpeg: \(detail)")
    }

    /// Only local files may be opened: a video could name URLs.
    static func arguments(_ kind: Asset.Kind, file: String, seconds: Double) -> [String] {
        let filter =
            kind == .spritesheet
            ? "fps=\(sheetImages)/\(max(seconds, 0.5)),scale=320:-2,tile=\(sheetSide)x\(sheetSide)"
            : "scale='min(1280,iw)':-2,thumbnail=\(thumbnailFrames)"
        return [
            "-nostdin", "-hide_banner", "-loglevel", "error", "-threads", "1", "-filter_threads", "1", "-protocol_whitelist",
            "file,pipe", "-i", "file:" + file,
            "-map", "0:v:0", "-an", "-sn", "-dn", "-vf", filter, "-frames:v", "1", "-c:v", "mjpeg", "-q:v", "3", "-f", "image2pipe",
            "pipe:1",
        ]
    }

    private static let sheetSide = 4
    private static let sheetImages = sheetSide * sheetSide
    /// The most typical of the first frames is taken: the very first is often black.
    private static let thumbnailFrames = 24
    package static let maxWaiting = 16
}
