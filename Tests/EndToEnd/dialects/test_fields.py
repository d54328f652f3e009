"""Every field that a dialect knows reaches a vendor that has it, under that vendor's name, and is refused or warned about before one that has not."""

import json

import pytest

from fake_server import FakeServer
from harness import router
from dialect_clients import AIMLAPI, LTX, ImageRouter, OpenAI, Siray, Siraya, form

A, B, CLIP, SOUND = (f"https://media.example/{n}" for n in ("a.png", "b.png", "c.mp4", "d.mp3"))
LENS, ARK, PIX, WAN, KLING = "ltx/ltx-2-3-pro", "modelark/seedance-2.0", "pixverse/pixverse-v3.5", "dashscope/wan-2.6", "kling-legacy/kling-v1-6"
NEWER, MOTION, SORA, WAN3 = "pixverse/pixverse-v5.5", "siray/kuaishou/kling-2.6-pro-motion-control", "siraya/openai/sora-2", "dashscope/wan-3.0"
# Accepts 5 or 9 seconds, resolutions, aspect ratios and images at both ends, and nothing else; makes no audio. The other accepts a text and nothing else.
PLAIN, WORDS = "luma/ray-2", "minimax-v1/t2v-01"
ACCOUNTS = {
    "ltx": "api_key: k", "modelark": "api_key: k", "pixverse": "api_key: k", "dashscope": "api_key: k", "luma": "api_key: k", "siray": "api_key: k",
    "siraya": "api_key: k", "imagerouter": "api_key: k", "minimax-v1": "api_key: k", "kling-legacy": "access_key: a, secret_key: s",
    "openai-compatible": "api_key: k",
}


class Recorder(FakeServer):
    """Keeps what it is asked. A create is refused, which ends every plan, but for that of the model without fields, whose clips are soon done."""

    def __init__(self):
        self.asked = []
        super().__init__()

    def answer(self, handler):
        if handler.command == "GET":
            return handler.reply({"id": "1", "state": "completed", "assets": {"video": CLIP}})
        self.asked.append((handler.path, dict(handler.headers), handler.read_body()))
        handler.reply({"id": "1"}, 201 if handler.path.startswith("/luma") else 400)

    def base_url(self, account):
        return f"{self.url}/{account}"

    def take_requests(self):
        """What was asked since the last time."""
        asked, self.asked = self.asked, []
        return asked


@pytest.fixture(scope="module")
def recording_router():
    recorder = Recorder()
    lines = [f"  {n}: {{ vendor: {n}, base_url: '{recorder.base_url(n)}', {keys} }}" for n, keys in ACCOUNTS.items()]
    aliases = [f"  near: [ {{ model: {PLAIN}, adapt: nearest }} ]", f"  near-words: [ {{ model: {WORDS}, adapt: nearest }} ]"]
    with router("accounts:\n" + "\n".join(lines) + "\naliases:\n" + "\n".join(aliases) + "\n") as served:
        yield served, recorder
    recorder.close()


def holds(value, part):
    """Whether the part stands somewhere in the value: an object with these members at least, or the value itself."""
    if isinstance(part, dict) and isinstance(value, dict) and all(k in value and (value[k] == v or isinstance(v, dict) and holds(value[k], v)) for k, v in part.items()):
        return True
    if value == part and type(value) is type(part):
        return True
    inner = value.values() if isinstance(value, dict) else value if isinstance(value, list) else []
    return any(holds(v, part) for v in inner)


BASE = {
    OpenAI: {"prompt": "A kite"}, Siraya: {"prompt": "A kite", "async": True}, Siray: {"prompt": "A kite"}, ImageRouter: {"prompt": "A kite"},
    LTX: {"prompt": "A kite", "duration": 5, "resolution": "1920x1080"}, AIMLAPI: {"prompt": "A kite"},
}
PICTURE = {"type": "image_url", "image_url": {"url": A}}
FRAMES = [{"type": "first_frame", "url": A}, {"type": "last_frame", "url": B}]
LIVE_FRAMES = [{"frame_type": "first_frame", "image_url": A}, {"frame_type": "last_frame", "image_url": B}]
REFERENCES = [
    {"type": "image", "url": A, "role": "reference_image"}, {"type": "video", "url": CLIP, "role": "reference_video"},
    {"type": "audio", "url": SOUND, "role": "reference_audio"}]
REFERRED = [PICTURE | {"role": "reference_image"}, {"type": "video_url", "video_url": {"url": CLIP}, "role": "reference_video"},
            {"type": "audio_url", "audio_url": {"url": SOUND}, "role": "reference_audio"}]


def parameter_cases(seed="seed", negative="negative_prompt", sound="generate_audio", more=()):
    """Those fields that nearly every API has, by one of their names."""
    return [
        ({seed: 7}, WAN, {"seed": 7}, PLAIN), ({negative: "blur"}, WAN, {"negative_prompt": "blur"}, PLAIN),
        ({sound: True}, LENS, {"generate_audio": True}, PLAIN), *more,
    ]


# What the client says, a model that has it, what stands in the vendor's request then, and a model that has it not (None: every model has).
FIELDS = {
    OpenAI: [
        ({"seconds": "8"}, LENS, {"duration": 8}, PLAIN), ({"size": "1080x1920"}, LENS, {"resolution": "1080x1920"}, WORDS),
        ({"input_reference": {"image_url": A}}, LENS, {"image_uri": A}, WORDS), ({"input_reference": A}, ARK, PICTURE | {"role": "first_frame"}, WORDS),
        ({"extra_body": {"fps": 25}}, LENS, {"fps": 25}, PLAIN), ({"fps": 25}, LENS, {"fps": 25}, PLAIN),
        *parameter_cases(), ({"extra_body": {"camera_motion": "dolly_in"}}, LENS, {"camera_motion": "dolly_in"}, PLAIN),
        ({"style": "anime"}, PIX, {"style": "anime"}, PLAIN), ({"extra_body": {"thinking_type": "auto"}}, NEWER, {"thinking_type": "auto"}, PLAIN),
        ({"resolution": "480p"}, ARK, {"resolution": "480p"}, WORDS), ({"aspect_ratio": "21:9"}, ARK, {"ratio": "21:9"}, WORDS),
        ({"num_inference_steps": 40}, "openai-compatible/any", None, PLAIN),
    ],
    Siraya: [
        ({"image_url": A, "seconds": 5}, ARK, PICTURE | {"role": "first_frame"}, WORDS), ({"seconds": 10}, LENS, {"duration": 10}, PLAIN),
        ({"duration": 10}, LENS, {"duration": 10}, PLAIN), ({"size": "21:9"}, ARK, {"ratio": "21:9"}, WORDS), ({"aspect_ratio": "9:16"}, ARK, {"ratio": "9:16"}, WORDS),
        ({"resolution": "480P"}, ARK, {"resolution": "480p"}, WORDS), ({"frame_images": FRAMES}, ARK, {"image_url": {"url": B}, "role": "last_frame"}, WORDS),
        ({"frame_images": LIVE_FRAMES}, LENS, {"image_uri": A, "last_frame_uri": B}, WORDS), *[({"input_references": REFERENCES}, ARK, part, PLAIN) for part in REFERRED],
        *parameter_cases(), ({"watermark": True}, ARK, {"watermark": True}, PLAIN), ({"extra_body": {"watermark": True}}, ARK, {"watermark": True}, PLAIN),
        ({"prompt_extend": True}, WAN, {"prompt_extend": True}, PLAIN), ({"extra_body": {"camera_fixed": True}}, ARK, {"camera_fixed": True}, PLAIN),
        ({"camera_fixed": True}, ARK, {"camera_fixed": True}, PLAIN), ({"extra_body": {"provider": {"only": ["openai"]}}}, SORA, {"provider": {"only": ["openai"]}}, PLAIN),
        ({"extra_body": {"zdr": True}}, SORA, {"zdr": True}, PLAIN),
    ],
    Siray: [
        ({"image": A}, LENS, {"image_uri": A}, WORDS), ({"image": A, "end_image": B}, LENS, {"last_frame_uri": B}, WORDS), ({"images": [A, B]}, ARK, REFERRED[0], PLAIN),
        ({"images": [A], "videos": [CLIP]}, ARK, REFERRED[1], PLAIN), ({"images": [A], "audios": [SOUND]}, ARK, REFERRED[2], PLAIN),
        ({"aspect_ratio": "4:3"}, ARK, {"ratio": "4:3"}, WORDS), ({"duration": 10}, LENS, {"duration": 10}, PLAIN), ({"size": "480p"}, ARK, {"resolution": "480p"}, WORDS),
        ({"size": "1080x1920"}, LENS, {"resolution": "1080x1920"}, WORDS), *parameter_cases(sound="audio_enable"), ({"cfg_scale": 0.5}, KLING, {"cfg_scale": 0.5}, PLAIN),
        ({"prompt_expansion_enable": True}, WAN, {"prompt_extend": True}, PLAIN), ({"width": 1920, "height": 1080}, LENS, {"resolution": "1920x1080"}, WORDS),
        ({"image": A, "video": CLIP, "character_orientation": "video"}, MOTION, {"character_orientation": "video", "video": CLIP, "image": A}, PLAIN),
        ({"image": A, "video": CLIP, "character_orientation": "video", "keep_original_sound": True}, MOTION, {"keep_original_sound": True}, PLAIN),
        ({"metadata": {"negative_prompt": "blur"}}, WAN, {"negative_prompt": "blur"}, PLAIN), ({"fps": 25}, LENS, {"fps": 25}, PLAIN),
        ({"user": "u"}, None, None, PLAIN),
    ],
    ImageRouter: [
        ({"image": A}, LENS, {"image_uri": A}, WORDS), ({"image[]": A}, LENS, {"image_uri": A}, WORDS), ({"size": "1080x1920"}, LENS, {"resolution": "1080x1920"}, WORDS),
        ({"size": "1080×1920"}, LENS, {"resolution": "1080x1920"}, WORDS), ({"seconds": 8}, LENS, {"duration": 8}, PLAIN), ({"seconds": "8"}, LENS, {"duration": 8}, PLAIN),
        ({"quality": "low"}, "imagerouter/openai/sora-2", {"quality": "low"}, PLAIN), *parameter_cases(),
    ],
    LTX: [
        ({"duration": 10}, LENS, {"duration": 10}, PLAIN), ({"resolution": "1080x1920", "duration": 6}, LENS, {"resolution": "1080x1920"}, WORDS), ({"fps": 25}, LENS, {"fps": 25}, PLAIN),
        ({"camera_motion": "jib_up"}, LENS, {"camera_motion": "jib_up"}, PLAIN), ({"generate_audio": True}, LENS, {"generate_audio": True}, PLAIN),
        ({"image_uri": A}, LENS, {"image_uri": A}, WORDS), ({"image_uri": A, "last_frame_uri": B}, LENS, {"last_frame_uri": B}, WORDS),
        ({"image_uri": A, "last_frame_uri": B}, ARK, {"image_url": {"url": B}, "role": "last_frame"}, WORDS), ({"duration": 5, "seed": 7}, WAN, {"seed": 7}, PLAIN),
        ({"audio_uri": SOUND}, LENS, {"audio_uri": SOUND}, PLAIN), ({"audio_uri": SOUND, "guidance_scale": 7}, LENS, {"guidance_scale": 7}, PLAIN),
        ({"video_uri": CLIP, "start_time": 1.5, "duration": 3, "mode": "replace_audio"}, LENS, {"video_uri": CLIP, "start_time": 1.5, "duration": 3, "mode": "replace_audio"}, PLAIN),
        ({"video_uri": CLIP, "duration": 5, "mode": "start", "context": 4}, LENS, {"video_uri": CLIP, "duration": 5, "mode": "start", "context": 4}, PLAIN),
        ({"video_uri": CLIP, "resolution": "1080x1350"}, LENS, {"video_uri": CLIP, "resolution": "1080x1350"}, PLAIN),
    ],
    AIMLAPI: [
        ({"image_url": A}, LENS, {"image_uri": A}, WORDS), ({"image_url": A, "tail_image_url": B}, LENS, {"last_frame_uri": B}, WORDS),
        ({"image_url": A, "last_image_url": B}, LENS, {"last_frame_uri": B}, WORDS), ({"resolution": "1080p"}, ARK, {"resolution": "1080p"}, WORDS),
        ({"aspect_ratio": "1:1"}, ARK, {"ratio": "1:1"}, WORDS), ({"duration": 8}, NEWER, {"duration": 8}, PLAIN), ({"duration": "8"}, NEWER, {"duration": 8}, PLAIN),
        *parameter_cases(sound="generate_audio_switch"), ({"style": "anime"}, PIX, {"style": "anime"}, PLAIN),
        ({"generate_audio_switch": True}, NEWER, {"generate_audio_switch": True}, PLAIN), ({"generate_multi_clip_switch": True}, NEWER, {"generate_multi_clip_switch": True}, PLAIN),
        ({"thinking_type": "auto"}, NEWER, {"thinking_type": "auto"}, PLAIN), ({"shot_type": "multi"}, WAN, {"shot_type": "multi"}, PLAIN),
        ({"audio_url": SOUND}, WAN, {"audio_url": SOUND}, PLAIN), ({"enhance_prompt": True}, WAN, {"prompt_extend": True}, PLAIN), ({"cfg_scale": 0.5}, KLING, {"cfg_scale": 0.5}, PLAIN),
        ({"reference_image_urls": [A, B]}, ARK, REFERRED[0], PLAIN), ({"image_list": [A, B]}, ARK, REFERRED[0], PLAIN), ({"watermark": True}, ARK, {"watermark": True}, PLAIN),
        ({"image_urls": [A], "video_urls": [CLIP], "audio_urls": [SOUND]}, ARK, REFERRED[2], PLAIN), ({"loop": True}, PLAIN, {"loop": True}, WORDS),
        ({"camera_control": {"type": "simple"}}, KLING, {"camera_control": {"type": "simple"}}, PLAIN),
    ],
}
CASES = [pytest.param(s, *case, id=f"{s.name} {'+'.join(case[0])} {n}") for s, cases in FIELDS.items() for n, case in enumerate(cases)]


# Which of LTX's endpoints takes a field; what they are asked for besides stands in the case.
ENDPOINTS = {"image_uri": "image-to-video", "audio_uri": "audio-to-video", "start_time": "retake", "context": "extend", "video_uri": "video-to-video-reframe"}


def create(dialect, served, fields, model):
    endpoint = next((e for name, e in ENDPOINTS.items() if name in fields), None) if dialect is LTX else None
    path = f"/v2/{endpoint}" if endpoint else dialect.path
    base = BASE[dialect] if endpoint in (None, "image-to-video") else {} if endpoint == "video-to-video-reframe" else {"prompt": "A kite"}
    body = base | fields | {"model": model}
    client = dialect(served)
    if any("[" in name for name in body):
        data, headers = form(body)
        return client.create(data, path, headers=headers)
    return client.create(body, path)


def names(fields):
    """The spellings under which a client may have sent a parameter: the name, and for objects and lists those within."""
    inner = fields.get("extra_body") or fields.get("metadata") or {}
    return [n.removesuffix("[]") for n in (*fields, *inner)]


@pytest.mark.parametrize("dialect, fields, able, part, unable", CASES)
def test_a_field_is_passed_on_or_reported(recording_router, dialect, fields, able, part, unable):
    served, recorder = recording_router
    recorder.take_requests()
    if able:
        answer = create(dialect, served, fields, able)
        asked = recorder.take_requests()
        assert len(asked) == 1, (answer.status, answer.body)
        if part is None:
            assert all(str(name).encode() in asked[0][2] for name in fields), asked
        else:
            assert holds(json.loads(asked[0][2]), part), asked[0][2]
    refused = create(dialect, served, fields, unable)
    if "user" in fields:
        assert refused.json["warnings"][0]["param"] == "user"
        return
    assert 400 <= refused.status < 500 and recorder.take_requests() == [], refused.body
    said = dialect(served).refusal(refused)[0] + str(refused.json.get("param")) + str(refused.json.get("error"))
    assert "This model cannot" in said or any(name in said for name in names(fields)), refused.body
    near = create(dialect, served, fields, "near" if unable == PLAIN else "near-words")
    if near.status >= 300:
        # No value is near an image if none is accepted, and the other vendor refuses whatever reaches it.
        return
    reported = [w["param"] for w in near.json["warnings"]]
    assert any(name in reported or any(t.startswith(name) for t in reported) for name in names(fields)), near.body


@pytest.mark.parametrize("dialect", BASE, ids=lambda s: s.name)
def test_an_unknown_name_is_reported(recording_router, dialect):
    served, recorder = recording_router
    recorder.take_requests()
    refused = create(dialect, served, {"negativ_prompt": "blur"}, PLAIN)
    assert refused.status == 400 and "negativ_prompt" in dialect(served).refusal(refused)[0] and recorder.take_requests() == []
    near = create(dialect, served, {"negativ_prompt": "blur"}, "near")
    assert "negativ_prompt" in [w["param"] for w in near.json["warnings"]], near.body
    assert "negativ_prompt dropped" in near.headers["genlock-adapted"]
    assert b"negativ" not in recorder.take_requests()[0][2]


@pytest.mark.parametrize("dialect", BASE, ids=lambda s: s.name)
def test_callback_urls_are_refused(recording_router, dialect):
    """A client that would wait for a callback that never comes is refused, whatever the model."""
    served, recorder = recording_router
    for model in (PLAIN, "near", "openai-compatible/any"):
        for name in ("callback_url", "webhook_url", "callBackUrl"):
            refused = create(dialect, served, {name: "https://client.example/hook"}, model)
            assert refused.status == 400 and name in dialect(served).refusal(refused)[0], refused.body
    assert recorder.take_requests() == []
