import Catalog
import Jobs
import Testing
import Wire

@Suite struct `A job adapted to what the model can do` {
    struct Adaptation: Sendable, CustomTestStringConvertible {
        var testDescription: String
        var model: Model = Sample.standard
        var change: @Sendable (inout Job) -> Void
        /// What the header says.
        var adapted: [String]
    }

    static let adaptations = [
        Adaptation(testDescription: "seconds to the nearest", change: { $0.duration = .seconds(13) }, adapted: ["seconds 13->12"]),
        Adaptation(testDescription: "of two equally near the longer", change: { $0.duration = .seconds(6) }, adapted: ["seconds 6->8"]),
        Adaptation(
            testDescription: "seconds into a range", model: Sample.bySize, change: { $0.duration = .seconds(12) },
            adapted: ["seconds 12->10"]),
        Adaptation(
            testDescription: "seconds to a step", model: Sample.bySize, change: { $0.duration = .seconds(4.5) }, adapted: ["seconds 4.5->5"]
        ),
        Adaptation(
            testDescription: "seconds of a fixed model", model: Sample.bare, change: { $0.duration = .seconds(8) },
            adapted: ["seconds 8->5"]),
        Adaptation(testDescription: "automatic seconds", change: { $0.duration = .automatic }, adapted: ["seconds auto->8"]),
        Adaptation(
            testDescription: "a size in other words", change: { $0.frameFormat.size = Size(width: 1280, height: 720) },
            adapted: ["size 1280x720->720p 16:9"]),
        Adaptation(
            testDescription: "a size to the nearest", change: { $0.frameFormat.size = Size(width: 1024, height: 1792) },
            adapted: ["size 1024x1792->1080p 9:16"]),
        Adaptation(
            testDescription: "a size by proportions, then lines", model: Sample.bySize,
            change: { $0.frameFormat.size = Size(width: 1920, height: 1080) },
            adapted: ["size 1920x1080->1280x720"]),
        Adaptation(
            testDescription: "a resolution by sizes", model: Sample.bySize, change: { $0.frameFormat.resolution = "1080p" },
            adapted: ["resolution 1080p->1280x720"]),
        Adaptation(
            testDescription: "a size on a model with one resolution", model: Sample.ratioOnly,
            change: { $0.frameFormat.size = Size(width: 720, height: 1280) }, adapted: ["size 720x1280->9:16"]),
        Adaptation(
            testDescription: "a size where the aspect ratio follows the image", model: Sample.resolutionOnly,
            change: {
                $0.media = [Sample.image]
                $0.frameFormat.size = Size(width: 1280, height: 720)
            },
            adapted: ["size 1280x720->720p"]),
        Adaptation(
            testDescription: "no choice of frame at all", model: Sample.bare, change: { $0.frameFormat.resolution = "720p" },
            adapted: ["resolution dropped"]),
        Adaptation(testDescription: "a resolution", change: { $0.frameFormat.resolution = "480p" }, adapted: ["resolution 480p->720p"]),
        Adaptation(
            testDescription: "proportions", change: { $0.frameFormat.aspectRatio = AspectRatio(21, 9) },
            adapted: ["aspect_ratio 21:9->16:9"]),
        Adaptation(testDescription: "fps", change: { $0.framesPerSecond = 27 }, adapted: ["fps 27->30"]),
        Adaptation(
            testDescription: "parameters without a word", model: Sample.bare,
            change: {
                $0.seed = 1
                $0.negativePrompt = "blur"
                $0.audio = true
                $0.style = "oil"
                $0.guidance = 3
                $0.framesPerSecond = 24
            },
            adapted: [
                "fps dropped", "seed dropped", "negative_prompt dropped", "audio dropped", "style dropped", "guidance dropped",
            ]),
        Adaptation(
            testDescription: "a rule",
            change: {
                $0.frameFormat.resolution = "4k"
                $0.duration = .seconds(4)
            }, adapted: ["seconds 4->8"]),
        Adaptation(
            testDescription: "a rule after another adaptation",
            change: {
                $0.frameFormat.size = Size(width: 4096, height: 2160)
                $0.duration = .seconds(12)
            },
            adapted: ["size 4096x2160->4k 16:9", "seconds 12->8"]),
        Adaptation(
            testDescription: "a first frame as a reference",
            model: Sample.model(#"{"modes": ["references"], "media": {"image reference": 1}}"#),
            change: { $0.media = [Sample.image] },
            adapted: ["image first_frame->reference"]),
    ]

    @Test(arguments: adaptations) func `nearest adapts and says so`(_ adaptation: Adaptation) throws {
        let checked = try Sample.checked(adaptation.model, .nearest, change: adaptation.change)
        #expect(checked.warnings.compactMap(\.adapted) == adaptation.adapted)
        #expect(checked.warnings.allSatisfy { !$0.message.isEmpty && !$0.param.isEmpty })
        // What came out needs no more adapting.
        let again = try Shipped.catalog.validate(checked.job, on: adaptation.model, adapt: .strict)
        #expect(again.warnings.isEmpty, "\(again.warnings)")
    }
}
