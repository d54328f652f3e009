import Catalog
import Jobs
import Testing
import Wire

@Suite struct `A job that the model cannot do` {
    struct RejectedCase: Sendable, CustomTestStringConvertible {
        var testDescription: String
        var model: Model = Sample.standard
        var change: @Sendable (inout Job) -> Void
        var param: String
        var code: String
        var message: String
    }

    static let rejectedCases = [
        RejectedCase(
            testDescription: "seconds not in the list", change: { $0.duration = .seconds(5) }, param: "seconds", code: "invalid_value",
            message: "Invalid value: '5'. Supported values are: '4', '8', and '12'."),
        RejectedCase(
            testDescription: "automatic seconds", change: { $0.duration = .automatic }, param: "seconds", code: "invalid_value",
            message: "Invalid value: 'auto'. Supported values are: '4', '8', and '12'."),
        RejectedCase(
            testDescription: "seconds of a fixed model", model: Sample.bare, change: { $0.duration = .seconds(8) }, param: "seconds",
            code: "invalid_value",
            message: "Invalid value: '8'. Supported values are: '5'."),
        RejectedCase(
            testDescription: "seconds out of a range", model: Sample.bySize, change: { $0.duration = .seconds(11) }, param: "seconds",
            code: "invalid_value",
            message: "Invalid value: '11'. Supported values are: whole numbers from 2 to 10, and 'auto'."),
        RejectedCase(
            testDescription: "seconds between the steps", model: Sample.bySize, change: { $0.duration = .seconds(2.5) }, param: "seconds",
            code: "invalid_value",
            message: "Invalid value: '2.5'. Supported values are: whole numbers from 2 to 10, and 'auto'."),
        RejectedCase(
            testDescription: "a size that no resolution has", change: { $0.frameFormat.size = Size(width: 1024, height: 1792) },
            param: "size",
            code: "invalid_value",
            message: "Invalid value: '1024x1792'. Supported values are: '1280x720', '720x1280', '720x720', '1920x1080', '1080x1920', "
                + "'1080x1080', '3840x2160', '2160x3840', and '2160x2160'."
        ),
        RejectedCase(
            testDescription: "a size that is not listed", model: Sample.bySize,
            change: { $0.frameFormat.size = Size(width: 1920, height: 1080) },
            param: "size",
            code: "invalid_value",
            message: "Invalid value: '1920x1080'. Supported values are: '832x480', '480x832', '1280x720', '720x1280', and '960x960'."),
        RejectedCase(
            testDescription: "a resolution", change: { $0.frameFormat.resolution = "480p" }, param: "resolution", code: "invalid_value",
            message: "Invalid value: '480p'. Supported values are: '720p', '1080p', and '4k'."),
        RejectedCase(
            testDescription: "proportions", change: { $0.frameFormat.aspectRatio = AspectRatio(4, 3) }, param: "aspect_ratio",
            code: "invalid_value",
            message: "Invalid value: '4:3'. Supported values are: '16:9', '9:16', and '1:1'."),
        RejectedCase(
            testDescription: "a size and a resolution that disagree",
            change: { $0.frameFormat = FrameFormat(size: Size(width: 1280, height: 720), resolution: "1080p") },
            param: "resolution", code: "invalid_value",
            message: "Invalid value: '1080p'. Supported values are: '720p' with size '1280x720'."),
        RejectedCase(
            testDescription: "any resolution of a model that has one", model: Sample.ratioOnly,
            change: { $0.frameFormat.resolution = "720p" },
            param: "resolution",
            code: "unsupported", message: "The resolution of this model cannot be chosen. Supported values are: '1080p'."),
        RejectedCase(
            testDescription: "a size with another resolution than the model's", model: Sample.ratioOnly,
            change: { $0.frameFormat.size = Size(width: 1280, height: 720) },
            param: "size", code: "invalid_value", message: "Invalid value: '1280x720'. Supported values are: '1080p', '16:9', and '9:16'."),
        RejectedCase(
            testDescription: "an aspect ratio that follows the image", model: Sample.resolutionOnly,
            change: {
                $0.media = [Sample.image]
                $0.frameFormat.aspectRatio = AspectRatio(16, 9)
            },
            param: "aspect_ratio", code: "unsupported", message: "The aspect ratio follows the input image."),
        RejectedCase(
            testDescription: "fps", change: { $0.framesPerSecond = 25 }, param: "fps", code: "invalid_value",
            message: "Invalid value: '25'. Supported values are: '24' and '30'."),
        RejectedCase(
            testDescription: "fps of a model without", model: Sample.bare, change: { $0.framesPerSecond = 24 }, param: "fps",
            code: "unsupported",
            message: "The frame rate of this model cannot be chosen."),
        RejectedCase(
            testDescription: "a seed out of range", change: { $0.seed = 101 }, param: "seed", code: "invalid_value",
            message: "Invalid value: '101'. Supported values are: whole numbers from 0 to 100."),
        RejectedCase(
            testDescription: "a seed", model: Sample.bare, change: { $0.seed = 1 }, param: "seed", code: "unsupported",
            message: "This model takes no seed."),
        RejectedCase(
            testDescription: "a negative prompt", model: Sample.bare, change: { $0.negativePrompt = "blur" }, param: "negative_prompt",
            code: "unsupported",
            message: "This model takes no negative prompt; say in the prompt what to show."),
        RejectedCase(
            testDescription: "sound", model: Sample.bare, change: { $0.audio = true }, param: "audio", code: "unsupported",
            message: "This model makes no audio."),
        RejectedCase(
            testDescription: "a style that is not listed", change: { $0.style = "oil" }, param: "style", code: "invalid_value",
            message: "Invalid value: 'oil'. Supported values are: 'anime' and 'clay'."),
        RejectedCase(
            testDescription: "a field that the model has not", change: { $0.watermark = true }, param: "watermark", code: "unsupported",
            message: "This model has no watermark."),
        RejectedCase(
            testDescription: "too many clips", change: { $0.count = 3 }, param: "count", code: "invalid_value",
            message: "Invalid value: '3'. Supported values are: '1' and '2'."),
        RejectedCase(
            testDescription: "a long prompt", change: { $0.prompt = String(repeating: "k", count: 21) }, param: "prompt",
            code: "string_above_max_length",
            message: "Invalid 'prompt': string too long. Expected a string with maximum length 20, but got a string with length 21 instead."
        ),
        RejectedCase(
            testDescription: "no prompt", change: { $0.prompt = "" }, param: "prompt", code: "missing_required_parameter",
            message: "A prompt is needed."),
        RejectedCase(
            testDescription: "a rule",
            change: {
                $0.frameFormat.resolution = "4k"
                $0.duration = .seconds(4)
            }, param: "seconds", code: "invalid_value",
            message: "Invalid value: '4'. Supported values are: '8' with resolution '4k'."),
        RejectedCase(
            testDescription: "an image that the model does not use", model: Sample.bare, change: { $0.media = [Sample.image] },
            param: "input_reference", code: "unsupported",
            message: "This model cannot use image input as first_frame. Supported modes are: 'text'."),
        RejectedCase(
            testDescription: "no image where one is required", model: Sample.resolutionOnly, change: { _ in }, param: "image",
            code: "missing_required_parameter",
            message: "This model needs 'image': it makes nothing from text alone. Supported modes are: 'image'."),
        RejectedCase(
            testDescription: "too many references",
            change: {
                $0.media = (0..<3).map {
                    InputMedia(.reference, .image, source: .url("https://example.com/\($0).png"), param: "image_urls[\($0)]")
                }
            },
            param: "image_urls[2]", code: "invalid_value", message: "Too many images as reference: 3. At most 2 are supported."),
        RejectedCase(
            testDescription: "an image of another type",
            change: { $0.media = [InputMedia(.reference, .image, source: .bytes("image/gif", [1]), param: "image")] },
            param: "image", code: "invalid_value", message: "Invalid value: 'image/gif'. Supported values are: 'image/png'."),
        RejectedCase(
            testDescription: "an image that is too large",
            change: {
                $0.media = [InputMedia(.reference, .image, source: .bytes(.png, Bytes(repeating: 0, count: 2000)[...]), param: "image")]
            },
            param: "image",
            code: "invalid_value", message: "The image is too large: 2000 bytes. At most 1048 are supported."),
        RejectedCase(
            testDescription: "an operation that the model has not", change: { $0.operation = .extend(.end, context: nil) }, param: "model",
            code: "unsupported",
            message: "This model cannot extend a video. Supported modes are: 'text', 'image', 'first_last', and 'references'."),
    ]

    @Test(arguments: rejectedCases) func `strict refuses and names what is accepted`(_ refusal: RejectedCase) throws {
        let fault = try Sample.fault(refusal.model, .strict, change: refusal.change)
        #expect(fault.message == refusal.message)
        #expect(fault.param == refusal.param)
        #expect(fault.code == refusal.code)
        #expect(fault.sent == nil)
    }
}
