extension VendorCard {
    /// Whether a parameter of `Job.extras` may raise the price above what the neutral fields say: length, size, quality, service class,
    /// anything billed besides the video. A name that is in neither list counts as such.
    package static func setsPrice(_ extra: String) -> Bool { !priceNeutralExtras.contains(extra) }

    /// The first word of a prompt that this vendor reads as a parameter that can raise the price; nil if there is none.
    package func pricedPromptFlag(in prompt: String?) -> String? {
        guard !pricedPromptFlags.isEmpty, let prompt, prompt.contains("--") else { return nil }
        let words = prompt.lowercased().split { $0.isWhitespace || $0 == "=" }
        return words.lazy.map(String.init).first(where: pricedPromptFlags.contains)
    }

    /// Names that cannot raise the price with any vendor that accepts them, including those that only lower it (drafts, off-peak).
    package static let priceNeutralExtras: Set<String> = [
        // Look and motion.
        "MovementAmplitude", "alpha_keyframe_index", "alpha_mode", "auto_fix", "body_control", "boundary_ratio", "camera_control",
        "CameraControl", "camera_fixed", "camerafixed", "advanced_camera_control", "cfg_scale", "character_orientation", "concepts",
        "dynamic_masks", "DynamicMasks", "static_mask", "StaticMask", "edit_strength", "expression_intensity", "flow_shift",
        "guidance_scale", "guidance_scale_2", "true_cfg_scale", "loop", "movement_amplitude", "resizeMode", "sample_shift", "shift",
        "shot_type", "ShotType", "strength", "style", "thinking_type", "trim_borders",
        // Prompts and their checks.
        "contentModeration", "enable_prompt_expansion", "enable_safety_checker", "enable_thinking", "nsfw_checker", "personGeneration",
        "person_generation", "promptExpansionMode", "prompt_expansion_mode",
        "prompt_optimizer", "safety_identifier", "safety_tolerance", "sensitive_word_check",
        // Audio that exists already.
        "audio_setting", "keep_audio", "keep_original_sound", "lip_sync_tts_speaker", "voice_language", "voice_speed",
        // Files and names.
        "LogoParam", "compressionQuality", "end_user_id", "execution_expires_after", "external_task_id", "meta_data", "output_format",
        "output_quality", "payload", "request_id", "return_last_frame", "session_id", "user", "user_id", "video_write_mode", "wm_position",
        // The same price or a lower one.
        "OffPeak", "draft", "draft_cache", "fast_pretreatment", "go_fast", "off_peak",
    ]

    /// Names of the shipped vendors that may raise the price. A test finds names that are in neither list.
    package static let priceSettingExtras: Set<String> = [
        // Length and number of frames.
        "MultiPrompt", "MultiShot", "multi_prompt", "multi_shots", "auto_downsample_min_fps", "enable_auto_downsample",
        "interpolator_model", "match_input_frames_per_second", "match_input_num_frames", "num_frames", "num_interpolated_frames",
        "omni_reference_task_type", "temporal_downsample_factor",
        // Size and quality.
        "acceleration", "bitrate_mode", "delivery", "edit", "expand_bottom", "expand_left", "expand_ratio", "expand_right", "expand_top",
        "exr_export", "hdr", "height", "width", "mode", "Mode", "motion_mode", "num_inference_steps", "steps", "outputFormat", "preprocess",
        "output", "proresProfile", "quality", "version", "video_quality", "zoom_factor",
        // Billed besides the video.
        "AudioType", "audio_type", "Bgm", "bgm", "play_bgm", "ElementList", "element_list", "elements", "Subjects", "IsRec", "is_rec",
        "effect_scene", "lip_sync_tts_content", "loras", "reference_audios", "sound_effect_content", "storage_options", "template",
        "template_id", "tools", "VoiceId", "voice_id", "VoiceList", "voice_list",
        // Service classes, and objects that may hold any of the above.
        "extra", "extra_body", "extra_params", "priority", "provider", "providerSettings", "service_tier", "zdr",
    ]
}
