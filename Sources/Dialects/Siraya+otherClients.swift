import Jobs
import Wire

/// xAI's and Zhipu's APIs create videos at the same path as Siraya's, and their clients read other members of the answers. A request that
/// only they send gets an answer in their format, so that the client can find the paid job again.
extension Siraya {
    enum OtherClient: String {
        case xai, zhipu

        /// Nil for requests of Siraya's own clients, and below the dialect's mount, where no other API is meant.
        init?(_ request: Request, _ fields: InputFields) {
            guard request.path == Siraya.createPath else { return nil }
            let model = fields.peek("model")?.text?.split(separator: "/").last ?? ""
            let names = Set(fields.untaken.map(\.name))
            if OtherClient.isZhipu(request.headers) || model.hasPrefix("cogvideox") || !names.isDisjoint(with: OtherClient.zhipuNames) {
                self = .zhipu
            } else if OtherClient.isXAI(request.headers) || names.isSubset(of: OtherClient.xaiNames) && OtherClient.isXAI(model, fields) {
                self = .xai
            } else {
                return nil
            }
        }

        init?(_ view: JobView) {
            guard let word = view.echo[OtherClient.echo] else { return nil }
            self.init(rawValue: word)
        }

        /// The key in `CreateCommand.echo`.
        static let echo = "api"

        /// zhipuai 2.1.5 and zai-sdk 0.2.3.
        private static func isZhipu(_ headers: Headers) -> Bool {
            ["zhipuai-sdk-ver", "zai-sdk-ver"].contains { headers.has($0) } || headers["x-request-sdk"]?.hasPrefix("zhipu") == true
        }

        private static let zhipuNames: Set<String> = ["with_audio", "watermark_enabled", "off_peak"]

        /// @ai-sdk/xai 4.0.43.
        private static func isXAI(_ headers: Headers) -> Bool {
            headers["user-agent"]?.split(separator: " ").contains { $0.hasPrefix("ai-sdk/xai/") } == true
        }

        /// Siraya's clients send the length as `seconds`, except for Veo, and images as plain URLs.
        private static func isXAI(_ model: Substring, _ fields: InputFields) -> Bool {
            model.hasPrefix("grok-imagine-video") || fields.has("duration") && !model.hasPrefix("veo")
                || ["image", "last_frame"].contains { fields.peek($0)?.fields != nil }
                || fields.peek("reference_images")?.elements?.contains { $0.fields != nil } == true
        }

        private static let xaiNames: Set<String> = [
            "model", "prompt", "duration", "aspect_ratio", "resolution", "image", "last_frame", "keyframes", "reference_images",
            "reference_audios", "generate_audio", "video", "user", "storage_options",
        ]
    }

    static let createPath = "/v1/videos/generations"

    /// The answer to a status request of such a client.
    func status(_ view: JobView, for client: OtherClient) -> Response {
        switch client {
        case .xai: xaiStatus(view)
        case .zhipu: Response(json: zhipuResult(view), headers: view.headers)
        }
    }

    /// HTTP 202 while the job runs; then `done`, `failed` or `expired`.
    private func xaiStatus(_ view: JobView) -> Response {
        var object: JSONValue = [
            "request_id": .string(view.id), "status": .string(xaiWord(view)), "model": .string(view.model),
            "progress": .int(view.shownPercent),
        ]
        if view.isDone, let link = view.links.first {
            object["video"] = .members(["url": .string(link), "duration": view.shownSeconds, "respect_moderation": .bool(true)])
        }
        // 10^10 ticks are one dollar.
        if view.isDone, let cost = view.cost { object["usage"] = ["cost_in_usd_ticks": .double(Double(cost.micros) * 10_000)] }
        if let failure = view.failure {
            object["error"] = ["code": .string(failure.code ?? failure.kind.rawValue), "message": .string(failure.message)]
        }
        if let warnings = view.shownWarnings { object["warnings"] = warnings }
        return Response(status: view.progress.isFinal ? 200 : 202, json: object, headers: view.headers)
    }

    private func xaiWord(_ view: JobView) -> String {
        switch view.progress {
        case .queued, .running, .unknown: "pending"
        case .done: "done"
        case .failed(let fault): fault.kind == .vendorExpired ? "expired" : "failed"
        }
    }

    private func zhipuResult(_ view: JobView) -> JSONValue {
        var object: JSONValue = [
            "id": .string(view.id), "request_id": .string(view.id), "model": .string(view.model),
            "task_status": .string(Siraya.zhipuWord(view)),
        ]
        if view.isDone { object["video_result"] = .array(view.links.map { ["url": .string($0), "cover_image_url": ""] }) }
        if let failure = view.failure { object["error"] = Siraya.error(failure, Siraya.status(of: failure)) }
        if let warnings = view.shownWarnings { object["warnings"] = warnings }
        return object
    }

    static func zhipuWord(_ view: JobView) -> String {
        switch view.progress {
        case .queued, .running, .unknown: "PROCESSING"
        case .done: "SUCCESS"
        case .failed: "FAIL"
        }
    }
}
