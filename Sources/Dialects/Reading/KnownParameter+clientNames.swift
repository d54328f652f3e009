import Jobs
import Wire

/// The one table of names: what each API and SDK calls the parameters that a `Job` can express. All dialects read from it, so a name that
/// one of them understands is understood by all.
extension KnownParameter {
    /// In `snake_case`; `camelCase` and `kebab-case` of the same words are the same name.
    static let byClientName: [String: KnownParameter] = {
        var wishes: [String: KnownParameter] = [:]
        for (parameter, names) in names {
            for name in names { wishes[name] = parameter }
        }
        return wishes
    }()

    /// The parameter that a client means by a name; nil if no API of the field has it.
    static func named(_ name: String) -> KnownParameter? {
        if let parameter = byClientName[name] { return parameter }
        return byKey[ParameterKey(name)]
    }

    private static let byKey = Dictionary(byClientName.map { (ParameterKey($0.key), $0.value) }) { first, _ in first }

    private static let names: [(KnownParameter, [String])] = values + media

    private static let values: [(KnownParameter, [String])] = [
        (.negativePrompt, ["negative_prompt", "negative_text", "negative_prompt_text", "neg_prompt"]),
        (.seed, ["seed", "random_seed", "noise_seed", "seed_value", "generation_seed"]),
        (.framesPerSecond, ["fps", "frame_rate", "framerate", "frames_per_second", "output_fps", "video_fps", "target_fps"]),
        (
            .audio,
            [
                "generate_audio", "audio_enable", "audio_enabled", "enable_audio", "with_audio", "audio", "generate_audio_switch", "sound",
                "include_audio", "add_audio", "has_audio", "audio_generation", "enable_sound", "generate_sound", "with_sound",
                "sound_enabled", "audio_on",
            ]
        ),
        (
            .frameFormat,
            [
                "size", "resolution", "aspect_ratio", "ratio", "frame_size", "video_size", "video_resolution", "output_resolution",
                "output_size", "target_resolution", "dimensions", "output_aspect_ratio", "video_aspect_ratio", "video_ratio",
                "aspectratio", "orientation", "image_size",
            ]
        ),
        (
            .duration,
            [
                "seconds", "duration", "duration_seconds", "duration_secs", "duration_sec", "duration_in_seconds", "duration_s",
                "n_seconds", "num_seconds", "number_of_seconds", "video_length", "video_length_seconds", "video_duration",
                "video_seconds", "length", "length_seconds", "length_in_seconds", "clip_length", "clip_duration", "clip_seconds",
                "output_duration", "target_duration", "total_seconds", "secs",
            ]
        ),
        (
            .count,
            [
                "n", "num_videos", "number_of_videos", "video_count", "videos_count", "sample_count", "samples", "num_samples",
                "number_of_samples", "n_samples", "n_variants", "num_variants", "number_of_variants", "variants", "num_outputs",
                "number_of_outputs", "output_count", "num_results", "number_of_results", "num_generations", "number_of_generations",
                "num_clips", "number_of_clips", "num_images", "number_of_images", "num_images_per_prompt", "num_videos_per_prompt",
                "batch_size", "batch_count", "count",
            ]
        ),
        (.cameraMotion, ["camera_motion", "camera_movement"]),
        (.style, ["style"]),
        (.watermark, ["watermark", "watermark_enabled", "add_watermark", "enable_watermark", "with_watermark"]),
        (.guidance, ["cfg_scale", "guidance_scale", "guidance", "cfg"]),
        (
            .enhancePrompt,
            [
                "prompt_extend", "enhance_prompt", "enable_prompt_expansion", "prompt_expansion_enable", "prompt_optimizer",
                "prompt_enhance", "prompt_enhancement", "prompt_upsampling", "prompt_expansion", "expand_prompt", "optimize_prompt",
                "magic_prompt",
            ]
        ),
        (.multiShot, ["multi_shot", "multi_shots", "generate_multi_clip_switch"]),
    ]

    private static let media: [(KnownParameter, [String])] = [
        (
            .firstFrame,
            [
                "image_url", "image", "image_uri", "input_image", "input_image_url", "input_image_uri", "input_reference", "first_frame",
                "first_frame_url", "first_frame_uri", "first_frame_image", "first_frame_image_url", "first_image", "first_image_url",
                "start_image", "start_image_url", "start_image_uri", "start_frame", "start_frame_url", "start_frame_image",
                "start_frame_image_url", "starting_image", "init_image", "init_image_url", "initial_image", "initial_image_url",
                "source_image", "source_image_url", "prompt_image", "img", "img_url", "image_file", "image_data", "image_base64",
                "image_b64", "base64_image", "image_bytes",
            ]
        ),
        (
            .lastFrame,
            [
                "last_frame", "last_frame_url", "last_frame_uri", "last_frame_image", "last_frame_image_url", "last_image",
                "last_image_url", "last_image_uri", "end_image", "end_image_url", "end_image_uri", "end_frame", "end_frame_url",
                "end_frame_image", "end_frame_image_url", "ending_image", "final_frame", "final_image", "tail_image", "tail_image_url",
                "tail_frame", "tail_frame_url", "image_tail", "image_end",
            ]
        ),
        (.frames, ["frame_images"]),
        (.keyframes, ["keyframes", "key_frames"]),
        (.subjects, ["subjects"]),
        (
            .references(.image),
            [
                "images", "image_urls", "image_uris", "image_list", "reference_image", "reference_images", "reference_image_url",
                "reference_image_urls", "reference_image_uri", "reference_image_uris", "ref_image", "ref_images", "ref_image_url",
                "ref_image_urls", "input_images", "input_image_urls", "img_urls", "image_reference", "image_references",
            ]
        ),
        (
            .references(.video),
            [
                "video", "videos", "video_url", "video_urls", "video_uri", "video_uris", "video_list", "input_video", "input_videos",
                "input_video_url", "source_video", "source_video_url", "reference_video", "reference_videos", "reference_video_url",
                "reference_video_urls", "ref_video", "ref_videos", "ref_video_url",
            ]
        ),
        (
            .references(.audio),
            ["audios", "audio_urls", "reference_audio", "reference_audios", "reference_audio_url", "reference_audio_urls"]
        ),
        (.mixedReferences, ["input_references", "references"]),
        (
            .soundtrack,
            [
                "audio_url", "audio_uri", "audio_file", "input_audio", "input_audio_url", "driving_audio", "driving_audio_url",
                "sound_url", "soundtrack", "soundtrack_url", "music_url",
            ]
        ),
        (.mask, ["mask", "mask_url", "mask_uri", "mask_image", "mask_image_url"]),
    ]
}

/// A name without regard to how its words are joined: `image_url`, `imageUrl` and `image-url` are one. A name in `PascalCase` is left as it
/// is: it is a vendor's own.
struct ParameterKey: Hashable {
    private let text: String

    init(_ name: String) {
        let isVendors = name.utf8.first.map { (0x41...0x5A).contains($0) } ?? false
        text = isVendors ? name : name.filter { $0 != "_" && $0 != "-" }.lowercased()
    }

    /// Sets of names to compare with.
    static func set(_ names: String...) -> Set<ParameterKey> { Set(names.map(ParameterKey.init)) }
}
