/// The table of parameters. Each row lists what every API and SDK calls the parameter, so that a name which one dialect understands is
/// understood by all.
extension Parameter {
    /// Every parameter, once.
    package static let all = [negativePrompt, seed, framesPerSecond, audio, frameFormat, duration] + optional + media

    /// The parameters that a model takes only if its `Model.fields` names them, in the order in which they are checked.
    package static let optional = [cameraMotion, style, guidance, watermark, enhancePrompt, multiShot, count]

    /// The parameters whose value is one text, flag or number (`jsonValue(of:)`): vendors, checks and logs handle them alike.
    package static let scalars = all.filter(\.isScalar)

    private static let media = [
        firstFrame, lastFrame, frames, keyframes, subjects, referenceImages, referenceVideos, referenceAudios, mixedReferences, soundtrack,
        mask,
    ]

    package static let negativePrompt = Parameter(
        "negative_prompt", .text(\.negativePrompt), clientNames: ["negative_prompt", "negative_text", "negative_prompt_text", "neg_prompt"])

    /// No model makes more frames per second.
    package static let framesPerSecond = Parameter(
        "fps", .number(\.framesPerSecond), in: 1...60, unit: "frames per second",
        clientNames: [
            "fps", "frame_rate", "framerate", "frames_per_second", "output_fps", "video_fps", "target_fps",
        ])

    package static let seed = Parameter("seed", .seed, clientNames: ["seed", "random_seed", "noise_seed", "seed_value", "generation_seed"])

    package static let audio = Parameter(
        "audio", .audio,
        clientNames: [
            "generate_audio", "audio_enable", "audio_enabled", "enable_audio", "with_audio", "audio", "generate_audio_switch", "sound",
            "include_audio", "add_audio", "has_audio", "audio_generation", "enable_sound", "generate_sound", "with_sound",
            "sound_enabled", "audio_on",
        ])

    package static let frameFormat = Parameter(
        "size", .frameFormat,
        clientNames: [
            "size", "resolution", "aspect_ratio", "ratio", "frame_size", "video_size", "video_resolution", "output_resolution",
            "output_size", "target_resolution", "dimensions", "output_aspect_ratio", "video_aspect_ratio", "video_ratio", "aspectratio",
            "orientation", "image_size",
        ])

    /// No model makes less than a second or more than ten minutes in one job; a larger number is a mistake of units.
    package static let duration = Parameter(
        "seconds", .duration, in: 1...600, unit: "seconds",
        clientNames: [
            "seconds", "duration", "duration_seconds", "duration_secs", "duration_sec", "duration_in_seconds", "duration_s", "n_seconds",
            "num_seconds", "number_of_seconds", "video_length", "video_length_seconds", "video_duration", "video_seconds", "length",
            "length_seconds", "length_in_seconds", "clip_length", "clip_duration", "clip_seconds", "output_duration", "target_duration",
            "total_seconds", "secs",
        ])

    package static let cameraMotion = Parameter("camera_motion", .word(\.cameraMotion), clientNames: ["camera_motion", "camera_movement"])

    package static let style = Parameter("style", .word(\.style), clientNames: ["style"])

    /// On the model's own scale; no model has more than 100.
    package static let guidance = Parameter(
        "guidance", .number(\.guidance), in: 0...100, clientNames: ["cfg_scale", "guidance_scale", "guidance", "cfg"])

    package static let watermark = Parameter(
        "watermark", .flag(\.watermark),
        clientNames: [
            "watermark", "watermark_enabled", "add_watermark", "enable_watermark", "with_watermark",
        ])

    package static let enhancePrompt = Parameter(
        "enhance_prompt", .flag(\.enhancePrompt),
        clientNames: [
            "prompt_extend", "enhance_prompt", "enable_prompt_expansion", "prompt_expansion_enable", "prompt_optimizer", "prompt_enhance",
            "prompt_enhancement", "prompt_upsampling", "prompt_expansion", "expand_prompt", "optimize_prompt", "magic_prompt",
        ])

    package static let multiShot = Parameter(
        "multi_shot", .flag(\.multiShot), clientNames: ["multi_shot", "multi_shots", "generate_multi_clip_switch"])

    /// 1 to 10 in every API.
    package static let count = Parameter(
        "count", .count, in: 1...10,
        clientNames: [
            "n", "num_videos", "number_of_videos", "video_count", "videos_count", "sample_count", "samples", "num_samples",
            "number_of_samples", "n_samples", "n_variants", "num_variants", "number_of_variants", "variants", "num_outputs",
            "number_of_outputs", "output_count", "num_results", "number_of_results", "num_generations", "number_of_generations",
            "num_clips", "number_of_clips", "num_images", "number_of_images", "num_images_per_prompt", "num_videos_per_prompt",
            "batch_size", "batch_count", "count",
        ])

    package static let firstFrame = Parameter(
        "first_frame", .media(.firstFrame),
        clientNames: [
            "image_url", "image", "image_uri", "input_image", "input_image_url", "input_image_uri", "input_reference", "first_frame",
            "first_frame_url", "first_frame_uri", "first_frame_image", "first_frame_image_url", "first_image", "first_image_url",
            "start_image", "start_image_url", "start_image_uri", "start_frame", "start_frame_url", "start_frame_image",
            "start_frame_image_url", "starting_image", "init_image", "init_image_url", "initial_image", "initial_image_url",
            "source_image", "source_image_url", "prompt_image", "img", "img_url", "image_file", "image_data", "image_base64", "image_b64",
            "base64_image", "image_bytes",
        ])

    package static let lastFrame = Parameter(
        "last_frame", .media(.lastFrame),
        clientNames: [
            "last_frame", "last_frame_url", "last_frame_uri", "last_frame_image", "last_frame_image_url", "last_image", "last_image_url",
            "last_image_uri", "end_image", "end_image_url", "end_image_uri", "end_frame", "end_frame_url", "end_frame_image",
            "end_frame_image_url", "ending_image", "final_frame", "final_image", "tail_image", "tail_image_url", "tail_frame",
            "tail_frame_url", "image_tail", "image_end",
        ])

    package static let frames = Parameter("frame_images", .media(.frames), clientNames: ["frame_images"])

    package static let keyframes = Parameter("keyframes", .media(.keyframes), clientNames: ["keyframes", "key_frames"])

    package static let subjects = Parameter("subjects", .media(.subjects), clientNames: ["subjects"])

    package static let referenceImages = Parameter(
        "reference_images", .media(.references(.image)),
        clientNames: [
            "images", "image_urls", "image_uris", "image_list", "reference_image", "reference_images", "reference_image_url",
            "reference_image_urls", "reference_image_uri", "reference_image_uris", "ref_image", "ref_images", "ref_image_url",
            "ref_image_urls", "input_images", "input_image_urls", "img_urls", "image_reference", "image_references",
        ])

    package static let referenceVideos = Parameter(
        "reference_videos", .media(.references(.video)),
        clientNames: [
            "video", "videos", "video_url", "video_urls", "video_uri", "video_uris", "video_list", "input_video", "input_videos",
            "input_video_url", "source_video", "source_video_url", "reference_video", "reference_videos", "reference_video_url",
            "reference_video_urls", "ref_video", "ref_videos", "ref_video_url",
        ])

    package static let referenceAudios = Parameter(
        "reference_audios", .media(.references(.audio)),
        clientNames: [
            "audios", "audio_urls", "reference_audio", "reference_audios", "reference_audio_url", "reference_audio_urls",
        ])

    package static let mixedReferences = Parameter("references", .media(.mixedReferences), clientNames: ["input_references", "references"])

    package static let soundtrack = Parameter(
        "audio_url", .media(.soundtrack),
        clientNames: [
            "audio_url", "audio_uri", "audio_file", "input_audio", "input_audio_url", "driving_audio", "driving_audio_url", "sound_url",
            "soundtrack", "soundtrack_url", "music_url",
        ])

    package static let mask = Parameter(
        "mask", .media(.mask), clientNames: ["mask", "mask_url", "mask_uri", "mask_image", "mask_image_url"])
}
