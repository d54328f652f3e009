"""Every field that a dialect's contract names, at every vendor: it changes the call that the vendor gets, or the request is refused with a word
about it, or the answer has a warning that names it. On every change each field meets some of the vendors, with GENLOCK_SOAK=1 all of them."""

import base64
import concurrent.futures
import http.client
import json
import os
import re
import threading
import urllib.parse

import pytest

from fake_server import FakeServer
from harness import Response, router
from dialect_clients import AIMLAPI, ALL, LTX, PICTURE, ImageRouter, OpenAI, Siray, Siraya, form
from test_vendors import account, cases
from token_server import token_server
from transcripts import send, transcripts

A, B, CLIP, SOUND = (f"https://media.example/{n}" for n in ("a.png", "b.png", "c.mp4", "d.mp3"))
STILL = "data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAIAAACQd1PeAAAADElEQVR4nGP4z8AAAAMBAQDJ/pLvAAAAAElFTkSuQmCC"
OTHER = "data:image/png;base64," + base64.b64encode(PICTURE).decode()
PARAMETERS = {"negative_prompt": "blur", "seed": 7}
# What is said by several names, and which of them an answer may use.
OTHERWISE = {"seconds": {"duration"}, "duration": {"seconds"}, "size": {"resolution", "aspect_ratio"}, "width": {"size"}, "height": {"size"}}
# A sample of each field, unlike what is usual. A list holds several.
FIELDS = {
    OpenAI: PARAMETERS | {
        "seconds": ["4", 8, "12"], "size": "1024x1792", "input_reference": [{"image_url": A}, {"image_url": STILL}, {"file_id": "file-1"}, A], "characters": [[{"id": "char_1"}]],
        "fps": 25, "generate_audio": [True, False], "resolution": "480p", "aspect_ratio": "21:9", "style": "anime", "camera_motion": "dolly_in", "watermark": [True, False],
        "extra_body": [{"fps": 25}, {"cfg_scale": 0.3}, {"n": 3}, {"model": "other"}]},
    Siraya: PARAMETERS | {
        "image_url": [A, STILL], "seconds": [4, 10, -1], "duration": [4, 10], "size": "9:16", "resolution": ["480p", "720P"], "aspect_ratio": ["1:1", "adaptive"],
        "generate_audio": [True, False], "frame_images": [[{"type": "first_frame", "url": A}, {"type": "last_frame", "url": B}], [{"frame_type": "first_frame", "image_url": A}]],
        "input_references": [[{"type": "image", "url": A, "role": "reference_image"}], [{"type": "video", "url": CLIP}], [{"type": "audio", "url": SOUND}], [{"role": "reference_image", "url": A}]],
        "watermark": [True, False], "prompt_extend": [True, False],
        "extra_body": [{"output_format": "b64_json"}, {"watermark": True}, {"camera_fixed": True}, {"provider": {"only": ["x"]}}, {"zdr": True}, {"seed": 9}]},
    Siray: PARAMETERS | {
        "image": [A, STILL], "images": [[A], [A, B]], "end_image": B, "video": CLIP, "videos": [[CLIP]], "audios": [[SOUND]], "aspect_ratio": "9:16", "duration": [4, 10], "size": ["480p", "1024x1792"],
        "audio_enable": [True, False], "cfg_scale": 0.3, "character_orientation": "image", "keep_original_sound": [True, False], "prompt_expansion_enable": [True, False],
        "fps": 25, "n": 3, "user": "u-1", "response_format": "b64_json", "metadata": [{"negative_prompt": "blur"}, {"output_config": {"size": 2}}]},
    ImageRouter: {"image": [A, STILL], "image[]": A, "image[0]": "@a.png", "size": "1024x1792", "seconds": [4, 10, "10"], "quality": ["low", "high"]},
    LTX: {
        "duration": [10, None], "resolution": "1080x1920", "fps": 25, "generate_audio": [True, False], "camera_motion": ["dolly_in", "static"], "image_uri": [A, STILL], "last_frame_uri": B,
        "audio_uri": SOUND},
    AIMLAPI: PARAMETERS | {
        "image_url": [A, STILL], "tail_image_url": B, "last_image_url": B, "resolution": ["480p", "1080p", "1080P"], "aspect_ratio": "9:16", "ratio": "9:16", "frame_size": "720:1280",
        "duration": [4, "10"], "style": "anime", "generate_audio_switch": [True, False], "generate_audio": [True, False], "generate_multi_clip_switch": [True, False],
        "thinking_type": ["enabled", "disabled"], "cfg_scale": 0.3, "camera_control": "down_back", "advanced_camera_control": {"movement_type": "zoom", "movement_value": 2}, "enhance_prompt": [True, False],
        "person_generation": "dont_allow", "shot_type": "customize", "multi_prompt": [["one", "two"]], "elements": [[{"frontal_image_url": A}]], "image_list": [[A, B]], "image_urls": [[A]],
        "reference_image_urls": [[A]], "reference_images": [[A]], "references": [[{"type": "image", "uri": A}]], "video_url": CLIP, "video_urls": [[CLIP]], "audio_url": SOUND, "audio_urls": [[SOUND]],
        "keyframes": {"frame0": {"type": "image", "url": A}}, "loop": [True, False], "hdr": [True, False], "exr_export": True, "type": "video_edit", "static_mask": A, "dynamic_masks": [[{"mask": A}]],
        "effect_scene": "pet_chef", "template": "Thailand Street", "keep_audio": [True, False], "mode": "pro", "character_orientation": "image", "character": {"type": "image", "uri": A},
        "reference": {"type": "video", "uri": CLIP}, "body_control": True, "expression_intensity": 4, "lip_sync_tts_content": "Hello", "lip_sync_tts_speaker": "Ava", "fps": 25, "watermark": [True, False],
        "num_inference_steps": 31, "guidance_scale": 5.5, "num_frames": 42, "strength": 0.4, "enable_prompt_expansion": [True, False], "provider": "x"},
}
# An image as most APIs accept it, and as those do that fetch none.
PICTURES = {s: [{w: {"image_url": p} if s is OpenAI else p} for p in (B, OTHER)] for s, w in {
    OpenAI: "input_reference", Siraya: "image_url", Siray: "image", ImageRouter: "image", LTX: "image_uri", AIMLAPI: "image_url"}.items()}


class Recorder(FakeServer):
    """Answers each vendor's calls as its transcripts do, or refuses them, and keeps what was asked, by the job's mark."""

    def __init__(self, starts):
        self.asked, self.lock, self.starts = {}, threading.Lock(), starts
        self.uploads = {(t.vendor, urllib.parse.urlsplit(u.head[0].split()[1]).path[1:]): r for t in transcripts() if not t.named("fault")
                   for u, r in t.conversation if u.name == "upload"}
        super().__init__()

    def answer(self, handler):
        body = handler.read_body()
        _, way, vendor, kind, path = handler.path.split("/", 4)
        end = "/" + path.partition("?")[0]
        upload = next((r for (v, place), r in self.uploads.items() if v == vendor and ("/" + place).endswith(end)), None)
        reply = upload or self.starts[vendor, kind]
        if not upload:
            text = urllib.parse.unquote_to_bytes(path.encode() + b" " + body)
            for mark in re.findall(rb"kite-\d+-", text)[:1]:
                with self.lock:
                    self.asked[mark] = self.plain(text, handler.headers)
        if way == "no" and not upload:
            return send(handler, 400, {}, b'{"message": "no"}')
        send(handler, int(reply.argument), reply.headers, reply.body.encode())

    @staticmethod
    def plain(text, headers):
        """Without what is new in every call."""
        if boundary := re.search(r'boundary="?([^";]+)', headers.get("Content-Type", "")):
            text = text.replace(boundary[1].encode(), b"boundary")
        text = re.sub(rb"kite-\d+-", b"kite", text)
        return re.sub(rb"genlock-[\w-]+|[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}|\b[0-9a-f]{32}\b|\b1[78]\d{8,11}\b", b"-", text)


class Account:
    """Where a recorder's vendor lies, as `account` wants it."""

    def __init__(self, url):
        self.url = url


@pytest.fixture(scope="module")
def recording_router(tmp_path_factory):
    picked = {(vendor, kind): found[0] for (vendor, kind, dialect), found in cases().items() if dialect is OpenAI and kind in ("text", "image")}
    starts = {place: next(r for q, r in t.conversation if q.name == "start") for place, t in picked.items()}
    recorder = Recorder(starts)
    with token_server(tmp_path_factory.mktemp("tokens")) as (service_account, _):
        accounts, aliases = [], []
        for (vendor, kind), transcript in picked.items():
            for way in ("yes", "no"):
                name = f"{vendor[:12]}-{kind}-{way}"
                accounts.append(account(name, transcript, Account(f"{recorder.url}/{way}/{vendor}/{kind}"), service_account) + "\n    concurrency: 100000")
                aliases.append(f"  near-{name}: [ {{ model: '{name}/{transcript.facts['model']}', adapt: nearest }} ]")
        config = "journal: off\naccounts:\n" + "\n".join(accounts) + "\naliases:\n" + "\n".join(aliases) + "\n"
        with router(config) as served:
            yield served, recorder, sorted(picked)
    recorder.close()


class Counter:
    def __init__(self):
        self.lock, self.count = threading.Lock(), 0

    def next(self):
        with self.lock:
            self.count += 1
            return self.count


MARKERS = Counter()


def create(served, recorder, dialect, vendor, kind, fields, way="no"):
    """The answer, and the call that the vendor got. It refuses it, unless its way is yes: then a job runs on."""
    mark = f"kite-{MARKERS.next()}-"
    body = {"model": f"near-{vendor[:12]}-{kind}-{way}", "prompt": mark}
    if dialect is Siraya:
        body["async"] = True
    if dialect is LTX:
        body |= {"duration": 5, "resolution": "1280x720"}
    body |= fields
    client = dialect(served)
    path = "/v2/audio-to-video" if "audio_uri" in body else None
    headers = None
    if any("[" in name for name in body):
        body, headers = form(body)
    if dialect is ImageRouter and way == "yes":
        return reported_on_create(served, client.prefix + client.path, body, headers), None
    answer = client.create(body, path, headers=headers, timeout=20)
    return answer, recorder.asked.get(mark.encode())


def reported_on_create(served, path, body, headers):
    """The head of a held answer: it comes when the vendor has the job."""
    connection = http.client.HTTPConnection("127.0.0.1", served.port, timeout=20)
    if headers is None:
        body, headers = json.dumps(body).encode(), {"Content-Type": "application/json"}
    connection.request("POST", path, body, headers)
    reply = connection.getresponse()
    connection.close()
    return Response(reply.status, reply.getheaders(), b"{}")


def names(field, value):
    inner = set(value) if isinstance(value, dict) else set().union(*[set(v) for v in value if isinstance(v, dict)]) if isinstance(value, list) else set()
    return {field.partition("[")[0]} | inner | OTHERWISE.get(field, set())


def outcome(before, field, value, meet):
    """Nil, or how the field was lost."""
    answer, call = meet("no")
    said = answer.body.decode(errors="replace")
    if call is None:
        explained = any(name in said for name in names(field, value)) or "This model cannot" in said or "This model takes no" in said
        return None if answer.status in (400, 404, 501) and explained else f"refused without a word about it: {answer.status} {said[:200]}"
    if call != before:
        return None
    answer, _ = meet("yes")
    warned = [w["param"] for w in answer.json.get("warnings", [])] if answer.status < 300 else []
    warned += [part.split()[0] for part in answer.headers.get("genlock-adapted", "").split(", ") if part]
    if any(w.partition("[")[0].partition(".")[0] in names(field, value) for w in warned):
        return None
    return f"reached nobody: {answer.status} {said[:160]}"


def samples(dialect):
    """By field, the values of which one at least must be heard: with a plain value the model may do anyway what it asks for."""
    for field, given in FIELDS[dialect].items():
        values = given if isinstance(given, list) else [given]
        plain = [v for v in values if not isinstance(v, (dict, list))]
        yield from ((field, group) for group in [plain, *([v] for v in values if isinstance(v, (dict, list)))] if group)


def dropped_fields(served, recorder, dialect, place):
    vendor, kind = place
    for picture in ([{}] if kind == "text" else PICTURES[dialect]):
        answer, before = create(served, recorder, dialect, vendor, kind, picture)
        if before is not None:
            break
    else:
        return [f"{vendor} {kind}: {answer.status} {answer.body[:200]!r}"]
    found = []
    for field, values in samples(dialect):
        if field in picture:
            continue
        faults = []
        for value in values:
            faults.append(outcome(before, field, value, lambda way: create(served, recorder, dialect, vendor, kind, picture | {field: value}, way)))
            if not faults[-1]:
                break
        else:
            found.append(f"{vendor} {kind}: {field}={value!r}: {faults[0]}")
    return found


@pytest.mark.parametrize("dialect", ALL, ids=lambda s: s.name)
def test_every_field_is_passed_on_refused_or_warned_about(recording_router, dialect):
    served, recorder, places = recording_router
    if os.environ.get("GENLOCK_SOAK") != "1":
        places = places[ALL.index(dialect) :: len(ALL)]
    with concurrent.futures.ThreadPoolExecutor(8) as pool:
        found = [line for lines in pool.map(lambda place: dropped_fields(served, recorder, dialect, place), places) for line in lines]
    assert not found, f"{len(found)} lost\n" + "\n".join(found)
