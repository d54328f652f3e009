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
        case .zhipu: zhipuResult(view)
        }
    }

    /// HTTP 202 while the job runs; then `done`, `failed` or `expired`.
    private func xaiStatus(_ view: JobView) -> Response {
        var json = JSONWriter(for: view)
        json.beginObject()
        json.member("request_id", view.id)
        json.member("status", xaiWord(view))
        json.member("model", view.model)
        json.member("progress", view.shownPercent)
        if view.isDone, let link = view.links.first {
            json.beginObject("video")
            json.member("url", link)
            if let seconds = view.seconds { json.member("duration", number: seconds) }
            json.member("respect_moderation", true)
            json.endObject()
        }
        if view.isDone, let cost = view.cost {
            json.beginObject("usage")
            // 10^10 ticks are one dollar.
            json.member("cost_in_usd_ticks", number: Double(cost.micros) * 10_000)
            json.endObject()
        }
        if let failure = view.failure {
            json.beginObject("error")
            json.member("code", failure.code ?? failure.kind.rawValue)
            json.member("message", failure.message)
            json.endObject()
        }
        json.warnings(of: view)
        json.endObject()
        return Response(status: view.progress.isFinal ? 200 : 202, json: json, headers: view.headers)
    }

    private func xaiWord(_ view: JobView) -> String {
        switch view.progress {
        case .queued, .running, .unknown: "pending"
        case .done: "done"
        case .failed(let fault): fault.kind == .vendorExpired ? "expired" : "failed"
        }
    }

    private func zhipuResult(_ view: JobView) -> Response {
        var json = JSONWriter(for: view)
        json.beginObject()
        json.member("id", view.id)
        json.member("request_id", view.id)
        json.member("model", view.model)
        json.member("task_status", Siraya.zhipuWord(view))
        if view.isDone {
            json.beginArray("video_result")
            for link in view.links {
                json.beginObject()
                json.member("url", link)
                json.member("cover_image_url", "")
                json.endObject()
            }
            json.endArray()
        }
        if let failure = view.failure { Siraya.write(failure, Siraya.status(of: failure), to: &json) }
        json.warnings(of: view)
        json.endObject()
        return Response(json: json, headers: view.headers)
    }

    static func zhipuWord(_ view: JobView) -> String {
        switch view.progress {
        case .queued, .running, .unknown: "PROCESSING"
        case .done: "SUCCESS"
        case .failed: "FAIL"
        }
    }
}
