import Catalog
import Jobs
import Testing
import Wire

@Suite struct `Checking a job` {
    /// A model as most vendors have it: resolution and proportions, listed durations.
    private static let usual = model(
        #"{"modes": ["text", "image", "first_last", "references"], "seconds": [4, 8, 12], "tiers": ["720p", "1080p", "4k"], "ratios": ["16:9", "9:16", "1:1"], "usual": {"seconds": 8, "tier": "720p", "ratio": "16:9"}, "fps": [24, 30], "seed": [0, 100], "negative_prompt": true, "audio": "optional", "prompt_limit": 20, "media": {"image reference": {"most": 2, "types": ["image/png"], "mb": 0.001}}, "fields": ["style", "count"], "choices": {"style": ["anime", "clay"], "count": [1, 2]}, "rules": [{"when": {"tier": "4k"}, "then": {"seconds": [8]}}], "prices": [{"when": {"tier": "4k"}, "second": 0.6}, {"when": {"audio": true}, "second": 0.4}, {"second": 0.2}]}"#)
    private static let bare = model(#"{"seconds": 5}"#)
    private static let bySize = model(#"{"sizes": ["832x480", "480x832", "1280x720", "720x1280", "960x960"], "seconds": {"from": 2, "to": 10, "auto": true}}"#)
    private static let resolutionOnly = model(#"{"modes": ["image"], "tiers": ["480p", "720p"], "usual": {"tier": "720p"}}"#)
    private static let ratioOnly = model(#"{"ratios": ["16:9", "9:16"], "usual": {"tier": "1080p"}}"#)
    private static let image = Medium(.firstFrame, .image, .url("https://example.com/a.png"), param: "input_reference")

    private static func model(_ facts: String) -> Model {
        let text = #"{"vendor": "v", "models": {"m": \#(facts)}}"#
        guard let model = try? Catalog(files: [CatalogFile(name: "v", text: Bytes(text.utf8)[...])]).model("m", of: "v") else { fatalError(facts) }
        return model
    }

    private static func job(_ change: (inout Job) -> Void) -> Job {
        var job = Job(model: "m", prompt: "a kite")
        change(&job)
        return job
    }

    private static func fault(_ model: Model, _ adapt: Adapt = .strict, _ change: (inout Job) -> Void) throws -> Fault {
        try #require(throws: Fault.self) { try Shipped.catalog.check(job(change), on: model, adapt: adapt) }
    }

    private static func checked(_ model: Model, _ adapt: Adapt = .strict, _ change: (inout Job) -> Void) throws -> Checked {
        try Shipped.catalog.check(job(change), on: model, adapt: adapt)
    }

    // MARK: Refusals

    struct Refusal: Sendable, CustomTestStringConvertible {
        var testDescription: String
        var model: Model = usual
        var change: @Sendable (inout Job) -> Void
        var param: String
        var code: String
        var message: String
    }

    static let refusals = [
        Refusal(
            testDescription: "seconds not in the list", change: { $0.duration = .seconds(5) }, param: "seconds", code: "invalid_value",
            message: "Invalid value: '5'. Supported values are: '4', '8', and '12'."),
        Refusal(
            testDescription: "automatic seconds", change: { $0.duration = .automatic }, param: "seconds", code: "invalid_value",
            message: "Invalid value: 'auto'. Supported values are: '4', '8', and '12'."),
        Refusal(
            testDescription: "seconds of a fixed model", model: bare, change: { $0.duration = .seconds(8) }, param: "seconds", code: "invalid_value",
            message: "Invalid value: '8'. Supported values are: '5'."),
        Refusal(
            testDescription: "seconds out of a range", model: bySize, change: { $0.duration = .seconds(11) }, param: "seconds", code: "invalid_value",
            message: "Invalid value: '11'. Supported values are: whole numbers from 2 to 10, and 'auto'."),
        Refusal(
            testDescription: "seconds between the steps", model: bySize, change: { $0.duration = .seconds(2.5) }, param: "seconds", code: "invalid_value",
            message: "Invalid value: '2.5'. Supported values are: whole numbers from 2 to 10, and 'auto'."),
        Refusal(
            testDescription: "a size that no resolution has", change: { $0.shape.size = Size(width: 1024, height: 1792) }, param: "size", code: "invalid_value",
            message:
                "Invalid value: '1024x1792'. Supported values are: '1280x720', '720x1280', '720x720', '1920x1080', '1080x1920', '1080x1080', '3840x2160', '2160x3840', and '2160x2160'."),
        Refusal(
            testDescription: "a size that is not listed", model: bySize, change: { $0.shape.size = Size(width: 1920, height: 1080) }, param: "size",
            code: "invalid_value", message: "Invalid value: '1920x1080'. Supported values are: '832x480', '480x832', '1280x720', '720x1280', and '960x960'."),
        Refusal(
            testDescription: "a resolution", change: { $0.shape.tier = "480p" }, param: "resolution", code: "invalid_value",
            message: "Invalid value: '480p'. Supported values are: '720p', '1080p', and '4k'."),
        Refusal(
            testDescription: "proportions", change: { $0.shape.ratio = Ratio(4, 3) }, param: "aspect_ratio", code: "invalid_value",
            message: "Invalid value: '4:3'. Supported values are: '16:9', '9:16', and '1:1'."),
        Refusal(
            testDescription: "a size and a resolution that disagree", change: { $0.shape = Shape(size: Size(width: 1280, height: 720), tier: "1080p") },
            param: "resolution", code: "invalid_value", message: "Invalid value: '1080p'. Supported values are: '720p' with size '1280x720'."),
        Refusal(
            testDescription: "any resolution of a model that has one", model: ratioOnly, change: { $0.shape.tier = "720p" }, param: "resolution",
            code: "unsupported", message: "The resolution of this model cannot be chosen. Supported values are: '1080p'."),
        Refusal(
            testDescription: "a size with another resolution than the model's", model: ratioOnly, change: { $0.shape.size = Size(width: 1280, height: 720) },
            param: "size", code: "invalid_value", message: "Invalid value: '1280x720'. Supported values are: '1080p', '16:9', and '9:16'."),
        Refusal(
            testDescription: "proportions that follow the picture", model: resolutionOnly, change: { $0.media = [image]; $0.shape.ratio = Ratio(16, 9) },
            param: "aspect_ratio", code: "unsupported", message: "The proportions follow the picture."),
        Refusal(testDescription: "fps", change: { $0.framesPerSecond = 25 }, param: "fps", code: "invalid_value", message: "Invalid value: '25'. Supported values are: '24' and '30'."),
        Refusal(testDescription: "fps of a model without", model: bare, change: { $0.framesPerSecond = 24 }, param: "fps", code: "unsupported", message: "The frame rate of this model cannot be chosen."),
        Refusal(
            testDescription: "a seed out of range", change: { $0.seed = 101 }, param: "seed", code: "invalid_value",
            message: "Invalid value: '101'. Supported values are: whole numbers from 0 to 100."),
        Refusal(testDescription: "a seed", model: bare, change: { $0.seed = 1 }, param: "seed", code: "unsupported", message: "This model takes no seed."),
        Refusal(
            testDescription: "a negative prompt", model: bare, change: { $0.negativePrompt = "blur" }, param: "negative_prompt", code: "unsupported",
            message: "This model takes no negative prompt; say in the prompt what is to be seen."),
        Refusal(testDescription: "sound", model: bare, change: { $0.audio = true }, param: "audio", code: "unsupported", message: "This model makes no sound."),
        Refusal(
            testDescription: "a style that is not listed", change: { $0.style = "oil" }, param: "style", code: "invalid_value",
            message: "Invalid value: 'oil'. Supported values are: 'anime' and 'clay'."),
        Refusal(testDescription: "a field that the model has not", change: { $0.watermark = true }, param: "watermark", code: "unsupported", message: "This model has no watermark."),
        Refusal(
            testDescription: "too many clips", change: { $0.count = 3 }, param: "count", code: "invalid_value",
            message: "Invalid value: '3'. Supported values are: '1' and '2'."),
        Refusal(
            testDescription: "a long prompt", change: { $0.prompt = String(repeating: "k", count: 21) }, param: "prompt", code: "string_above_max_length",
            message: "Invalid 'prompt': string too long. Expected a string with maximum length 20, but got a string with length 21 instead."),
        Refusal(testDescription: "no prompt", change: { $0.prompt = "" }, param: "prompt", code: "missing_required_parameter", message: "A prompt is needed."),
        Refusal(
            testDescription: "a rule", change: { $0.shape.tier = "4k"; $0.duration = .seconds(4) }, param: "seconds", code: "invalid_value",
            message: "Invalid value: '4'. Supported values are: '8' with resolution '4k'."),
        Refusal(
            testDescription: "a picture where there is no use for one", model: bare, change: { $0.media = [image] }, param: "input_reference", code: "unsupported",
            message: "This model cannot use image input as first_frame. Supported modes are: 'text'."),
        Refusal(
            testDescription: "no picture where one is needed", model: resolutionOnly, change: { _ in }, param: "image", code: "missing_required_parameter",
            message: "This model makes nothing from text alone: 'image' is needed. Supported modes are: 'image'."),
        Refusal(
            testDescription: "too many references",
            change: { $0.media = (0..<3).map { Medium(.reference, .image, .url("https://example.com/\($0).png"), param: "image_urls[\($0)]") } },
            param: "image_urls[2]", code: "invalid_value", message: "Too many images as reference: 3. At most 2 are supported."),
        Refusal(
            testDescription: "a picture of another type", change: { $0.media = [Medium(.reference, .image, .bytes("image/gif", [1]), param: "image")] },
            param: "image", code: "invalid_value", message: "Invalid value: 'image/gif'. Supported values are: 'image/png'."),
        Refusal(
            testDescription: "a picture too large",
            change: { $0.media = [Medium(.reference, .image, .bytes(.png, Bytes(repeating: 0, count: 2000)[...]), param: "image")] }, param: "image",
            code: "invalid_value", message: "The image is too large: 2000 bytes. At most 1048 are supported."),
        Refusal(
            testDescription: "an operation that the model has not", change: { $0.operation = .extend(.end, context: nil) }, param: "model", code: "unsupported",
            message: "This model cannot extend a video. Supported modes are: 'text', 'image', 'first_last', and 'references'."),
    ]

    @Test(arguments: refusals) func `strict refuses and names what is accepted`(_ refusal: Refusal) throws {
        let fault = try Self.fault(refusal.model, change: refusal.change)
        #expect(fault.message == refusal.message)
        #expect(fault.param == refusal.param)
        #expect(fault.code == refusal.code)
        #expect(fault.sent == nil)
    }

    private static func fault(_ model: Model, change: (inout Job) -> Void) throws -> Fault { try fault(model, .strict, change) }

    // MARK: Adaptations

    struct Adaptation: Sendable, CustomTestStringConvertible {
        var testDescription: String
        var model: Model = usual
        var change: @Sendable (inout Job) -> Void
        /// What the header says.
        var adapted: [String]
    }

    static let adaptations = [
        Adaptation(testDescription: "seconds to the nearest", change: { $0.duration = .seconds(13) }, adapted: ["seconds 13->12"]),
        Adaptation(testDescription: "of two equally near the longer", change: { $0.duration = .seconds(6) }, adapted: ["seconds 6->8"]),
        Adaptation(testDescription: "seconds into a range", model: bySize, change: { $0.duration = .seconds(12) }, adapted: ["seconds 12->10"]),
        Adaptation(testDescription: "seconds to a step", model: bySize, change: { $0.duration = .seconds(4.5) }, adapted: ["seconds 4.5->5"]),
        Adaptation(testDescription: "seconds of a fixed model", model: bare, change: { $0.duration = .seconds(8) }, adapted: ["seconds 8->5"]),
        Adaptation(testDescription: "automatic seconds", change: { $0.duration = .automatic }, adapted: ["seconds auto->8"]),
        Adaptation(testDescription: "a size in other words", change: { $0.shape.size = Size(width: 1280, height: 720) }, adapted: ["size 1280x720->720p 16:9"]),
        Adaptation(testDescription: "a size to the nearest", change: { $0.shape.size = Size(width: 1024, height: 1792) }, adapted: ["size 1024x1792->1080p 9:16"]),
        Adaptation(
            testDescription: "a size by proportions, then lines", model: bySize, change: { $0.shape.size = Size(width: 1920, height: 1080) },
            adapted: ["size 1920x1080->1280x720"]),
        Adaptation(testDescription: "a resolution by sizes", model: bySize, change: { $0.shape.tier = "1080p" }, adapted: ["resolution 1080p->1280x720"]),
        Adaptation(testDescription: "a size on a model with one resolution", model: ratioOnly, change: { $0.shape.size = Size(width: 720, height: 1280) }, adapted: ["size 720x1280->9:16"]),
        Adaptation(
            testDescription: "a size where the proportions follow the picture", model: resolutionOnly, change: { $0.media = [image]; $0.shape.size = Size(width: 1280, height: 720) },
            adapted: ["size 1280x720->720p"]),
        Adaptation(testDescription: "no choice of frame at all", model: bare, change: { $0.shape.tier = "720p" }, adapted: ["resolution dropped"]),
        Adaptation(testDescription: "a resolution", change: { $0.shape.tier = "480p" }, adapted: ["resolution 480p->720p"]),
        Adaptation(testDescription: "proportions", change: { $0.shape.ratio = Ratio(21, 9) }, adapted: ["aspect_ratio 21:9->16:9"]),
        Adaptation(testDescription: "fps", change: { $0.framesPerSecond = 27 }, adapted: ["fps 27->30"]),
        Adaptation(
            testDescription: "wishes without a word", model: bare,
            change: {
                $0.seed = 1
                $0.negativePrompt = "blur"
                $0.audio = true
                $0.style = "oil"
                $0.guidance = 3
                $0.framesPerSecond = 24
                $0.count = 4
            },
            adapted: ["fps dropped", "seed dropped", "negative_prompt dropped", "audio dropped", "style dropped", "guidance dropped", "count 4->1"]),
        Adaptation(testDescription: "a rule", change: { $0.shape.tier = "4k"; $0.duration = .seconds(4) }, adapted: ["seconds 4->8"]),
        Adaptation(
            testDescription: "a rule after another adaptation", change: { $0.shape.size = Size(width: 4096, height: 2160); $0.duration = .seconds(12) },
            adapted: ["size 4096x2160->4k 16:9", "seconds 12->8"]),
        Adaptation(
            testDescription: "a first frame as a reference", model: model(#"{"modes": ["references"], "media": {"image reference": 1}}"#), change: { $0.media = [image] },
            adapted: ["image first_frame->reference"]),
    ]

    @Test(arguments: adaptations) func `nearest adapts and says so`(_ adaptation: Adaptation) throws {
        let checked = try Self.checked(adaptation.model, .nearest, adaptation.change)
        #expect(checked.warnings.compactMap(\.adapted) == adaptation.adapted)
        #expect(checked.warnings.allSatisfy { !$0.message.isEmpty && !$0.param.isEmpty })
        // What came out needs no more adapting.
        let again = try Shipped.catalog.check(checked.job, on: adaptation.model, adapt: .strict)
        #expect(again.warnings.isEmpty, "\(again.warnings)")
    }

    // MARK: What is let through

    @Test func `size, tier and ratio are filled in from each other`() throws {
        let bySize = try Self.checked(Self.usual) { $0.shape.size = Size(width: 1920, height: 1080) }
        #expect(bySize.job.shape == Shape(size: Size(width: 1920, height: 1080), tier: "1080p", ratio: Ratio(16, 9)))
        let byWords = try Self.checked(Self.usual) { $0.shape = Shape(tier: "2160p", ratio: Ratio(9, 16)) }
        #expect(byWords.job.shape == Shape(size: Size(width: 2160, height: 3840), tier: "4k", ratio: Ratio(9, 16)))
        let listed = try Self.checked(Self.bySize) { $0.shape = Shape(tier: "480p", ratio: Ratio(9, 16)) }
        #expect(listed.job.shape.size == Size(width: 480, height: 832))
        let only = try Self.checked(Self.usual) { $0.shape.tier = "1080p" }
        #expect(only.job.shape == Shape(tier: "1080p"))
        #expect(only.expected.shape.size == Size(width: 1920, height: 1080))
    }

    @Test func `preferred values are taken where the model can, without a warning`() throws {
        let wish: (inout Job) -> Void = {
            $0.preferred.duration = .seconds(4)
            $0.preferred.shape = Shape(size: Size(width: 720, height: 1280))
        }
        let able = try Self.checked(Self.usual, .strict, wish)
        #expect(able.job.duration == .seconds(4))
        #expect(able.job.shape.ratio == Ratio(9, 16))
        let unable = try Self.checked(Self.bare, .strict, wish)
        #expect(unable.job.duration == nil)
        #expect(unable.job.shape.isEmpty)
        #expect(unable.warnings.isEmpty)
    }

    @Test func `the price is the first that fits, times seconds and clips`() throws {
        #expect(try Self.checked(Self.usual) { $0.duration = .seconds(4) }.cost == Money(dollars: 0.8))
        #expect(try Self.checked(Self.usual) { $0.audio = true }.cost == Money(dollars: 3.2))
        #expect(try Self.checked(Self.usual) { $0.shape.tier = "4k"; $0.audio = true; $0.count = 2 }.cost == Money(dollars: 9.6))
        #expect(try Self.checked(Self.bare) { _ in }.cost == nil)
    }

    @Test func `a rule about a value that the client left open sets it and says so`() throws {
        let model = Self.model(#"{"tiers": ["720p", "1080p"], "seconds": [5, 8], "usual": {"seconds": 5}, "rules": [{"when": {"tier": "1080p"}, "then": {"seconds": [8]}}]}"#)
        let checked = try Self.checked(model) { $0.shape.tier = "1080p" }
        #expect(checked.job.duration == .seconds(8))
        #expect(checked.warnings.map(\.adapted) == ["seconds 5->8"])
    }

    @Test func `the mode follows from operation and media`() throws {
        let last = Medium(.lastFrame, .image, .url("https://example.com/b.png"), param: "last_frame")
        #expect(try Self.checked(Self.usual) { _ in }.mode == .text)
        #expect(try Self.checked(Self.usual) { $0.media = [Self.image] }.mode == .image)
        #expect(try Self.checked(Self.usual) { $0.media = [Self.image, last] }.mode == .firstLast)
        let editor = Self.model(#"{"modes": ["edit"], "fields": ["previous"]}"#)
        #expect(try Self.checked(editor) { $0.operation = .remix; $0.previous = Ticket("x") }.mode == .edit)
        #expect(try Self.fault(editor, .nearest) { $0.operation = .edit }.param == "video")
        let forgetful = Self.model(#"{"modes": ["edit"]}"#)
        #expect(try Self.fault(forgetful, .nearest) { $0.operation = .edit; $0.previous = Ticket("x") }.code == "unsupported")
    }

    @Test func `the absence of what a model never makes is no wish`() throws {
        let checked = try Self.checked(Self.bare) {
            $0.audio = false
            $0.watermark = false
            $0.multiShot = false
        }
        #expect(checked.warnings.isEmpty)
        #expect(checked.job.audio == nil && checked.job.watermark == nil)
    }

    @Test func `an open model takes everything, its name may be the vendor's for a listed one`() throws {
        let catalog = Shipped.catalog
        let open = try #require(catalog.openModels["fal"])
        var model = open
        model.name = "some/endpoint"
        let checked = try catalog.check(Self.job { $0.duration = .seconds(99); $0.seed = -5; $0.shape.size = Size(width: 1280, height: 720) }, on: model, adapt: .strict)
        #expect(checked.job.shape == Shape(size: Size(width: 1280, height: 720), tier: "720p", ratio: Ratio(16, 9)))
        model.name = "fal-ai/veo3.1/fast/image-to-video"
        #expect(throws: Fault.self) { try catalog.check(Self.job { $0.duration = .seconds(99); $0.media = [Self.image] }, on: model, adapt: .strict) }
    }
}
