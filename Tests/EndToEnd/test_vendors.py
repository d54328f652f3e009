"""Every vendor over sockets and in every dialect: submit, poll and download through the router, with a fake vendor that checks each request and
replays the answers. On every change each vendor is met in one or two dialects in turn; with GENLOCK_SOAK=1 each in all six."""

import concurrent.futures
import http.client
import json
import os
import pathlib
import random
import subprocess
import sys

from harness import binary, router
from token_server import token_server
from transcripts import FakeVendor, conversations, transcripts

sys.path.insert(0, str(pathlib.Path(__file__).parent / "dialects"))

from dialect_clients import AIMLAPI, LTX, ImageRouter, OpenAI, Siray, Siraya  # noqa: E402

CONTINUED = {"edit": "/v1/videos/edits", "extend": "/v1/videos/extensions"}
COMMON = {"prompt": "prompt", "negative_prompt": "negative_prompt", "seconds": "seconds", "tier": "resolution", "ratio": "aspect_ratio",
          "size": "size", "seed": "seed", "audio": "generate_audio", "watermark": "watermark", "fps": "fps"}
# How a neutral job is said where it is not said as in most.
FIELD_NAMES = {
    OpenAI: COMMON | {"image": "input_reference"},
    Siraya: COMMON | {"image": "image_url"},
    Siray: COMMON | {"seconds": "duration", "audio": "audio_enable", "image": "image"},
    ImageRouter: COMMON | {"image": "image"},
    LTX: COMMON | {"seconds": "duration", "size": "resolution", "image": "image_uri"},
    AIMLAPI: COMMON | {"seconds": "duration", "audio": "generate_audio_switch", "image": "image_url"},
}


def request_body(dialect, transcript):
    """The job as a client of that dialect would send it, and whether that is all of it: what is not said there the dialect fills in, or needs.
    None where the dialect has no words for it."""
    job, words, body = transcript.job, FIELD_NAMES[dialect], {}
    operation = job.get("operation")
    for name, value in job.items():
        if name == "media":
            if len(value) != 1 or value[0]["role"] != ("source" if operation else "first_frame") or not {"url", "bytes"} & set(value[0]):
                return None
            link = value[0].get("url") or f"data:{value[0].get('type', 'image/png')};base64," + value[0]["bytes"]
            body |= {"video": {"url": link}} if operation else {words["image"]: link}
        elif name == "operation":
            if dialect is not OpenAI or value not in CONTINUED or "media" not in job:
                return None
        elif name in words:
            body[words[name]] = value
        elif name == "extras" and "api_base" not in value:
            body |= value
        else:
            return None
    if operation:
        return (body, True) if "prompt" in job and (operation == "edit" or "seconds" in job) else None
    whole = not (dialect is OpenAI and ("seconds" not in job or not {"size", "tier", "ratio"} & set(job)))
    whole = whole and not (dialect is Siraya and "media" in job and "seconds" not in job)
    if dialect in (OpenAI, Siraya, LTX):
        body.setdefault("prompt", "A kite")
        whole = whole and "prompt" in job
    elif "prompt" not in job and "media" not in job and dialect is not ImageRouter:
        body["prompt"], whole = "A kite", False
    if dialect in (Siray, AIMLAPI) and not {"prompt", words["image"]} & set(body):
        return None
    if dialect is Siraya:
        body["async"] = True
    if dialect is LTX:
        whole = whole and {"resolution", "duration"} <= set(body)
        body = {"resolution": "1280x720", "duration": 5} | body
        if body["duration"] == "auto":
            body["duration"] = None
    if dialect is ImageRouter and ("size" in body and ":" in body["size"]):
        return None
    return body, whole


def cases():
    """One case of each kind (text, image, edit, extend) of each vendor that has one, in each dialect that can say it best."""
    picked = {}
    for transcript in conversations():
        if transcript.facts.get("adapt", "strict") != "strict":
            continue
        for dialect in FIELD_NAMES:
            found = request_body(dialect, transcript)
            if found is None:
                continue
            kind = transcript.job.get("operation") or ("image" if "media" in transcript.job else "text")
            key = (transcript.vendor, kind, dialect)
            if key not in picked or (found[1] and not picked[key][2]):
                picked[key] = (transcript, *found)
    return picked


def selected_cases():
    picked = cases()
    if os.environ.get("GENLOCK_SOAK") == "1":
        return picked
    dialects, some = list(FIELD_NAMES), {}
    families = sorted({key[:2] for key in picked})
    for number, family in enumerate(families):
        able = [s for s in dialects[number % 6 :] + dialects[: number % 6] if (*family, s) in picked]
        some[(*family, able[0])] = picked[(*family, able[0])]
    return some


def account(name, transcript, fake, service_account=""):
    lines = [f"  {name}:", f"    vendor: {transcript.vendor}", f"    base_url: '{fake.url}{'/v1' if transcript.vendor == 'openai-compatible' else ''}'"]
    if transcript.vendor == "google-vertex":
        lines.append(f"    service_account: '{service_account}'")
    for key, value in transcript.facts.items():
        kind, _, field = key.partition(" ")
        if kind in ("secret", "setting") and field not in ("base_url",):
            lines.append(f"    {field}: '{value}'")
    return "\n".join(lines)


def alias(name, transcript):
    return f"  {name}-near: [ {{ model: '{name}/{transcript.facts['model']}', adapt: nearest }} ]"


def run_case(served, name, dialect, transcript, body, fake):
    """Nil, or what went wrong."""
    client = dialect(served)
    place = CONTINUED.get(transcript.job.get("operation"))
    # What a client of LTX must name and the job does not is adapted.
    model = f"{name}-near" if dialect is LTX and not fake.checks_bodies else f"{name}/{transcript.facts['model']}"
    created = client.create(body | {"model": model}, place, timeout=150)
    if created.status != client.created:
        return f"{name}: create: {created.status} {created.body[:300]!r}"
    finished = created
    if dialect is not ImageRouter:
        path = "/v2/image-to-video" if "image_uri" in body else client.path
        finished, _ = client.wait(client.id(created), path, seconds=120)
        if client.state(finished) not in client.done:
            return f"{name}: {finished.body[:300]!r}"
    elif "error" in finished.json:
        return f"{name}: {finished.body[:300]!r}"
    link = client.link(finished).removeprefix(served.url)
    clip = served.call("GET", link)
    if clip.status != 200 or (not fake.inline and clip.body != fake.clip):
        return f"{name}: content: {clip.status} {len(clip.body)} bytes {clip.body[:200]!r}"
    return parts_of(served, name, link, clip.body)


def parts_of(served, name, link, whole):
    """As a player asks for them, whether the vendor serves parts or not."""
    last = len(whole) - 1
    for asked, first, end in (("bytes=0-", 0, last), (f"bytes={last // 2}-{last // 2 + 99}", last // 2, min(last // 2 + 99, last)), ("bytes=-1", last, last)):
        part = served.call("GET", link, headers={"Range": asked})
        if (part.status, part.body, part.headers.get("content-range")) != (206, whole[first : end + 1], f"bytes {first}-{end}/{len(whole)}"):
            return f"{name}: {asked}: {part.status} {part.headers} {len(part.body)} bytes"
    beyond = served.call("GET", link, headers={"Range": f"bytes={len(whole)}-"})
    if beyond.status != 416 or beyond.headers["content-range"] != f"bytes */{len(whole)}":
        return f"{name}: beyond its end: {beyond.status} {beyond.headers}"
    return None


def outcome(served, name, dialect, transcript, body, fake):
    try:
        return run_case(served, name, dialect, transcript, body, fake)
    except (OSError, http.client.HTTPException) as error:
        return f"{name} in {dialect.name}: {error!r}"


def test_every_vendor_has_a_case_of_every_kind_in_every_dialect():
    """A vendor without text or image input is listed here, and its models confirm that."""
    shown = subprocess.run([binary(), "models", "--json"], capture_output=True, check=True, env={"HOME": "/nonexistent"}, cwd="/").stdout
    modes = {}
    for model in json.loads(shown):
        modes.setdefault(model["vendor"], set()).update(model["modes"])
    picked, lacking = cases(), {}
    for vendor in (set(modes) | {t.vendor for t in transcripts()}) - {"test"}:
        for kind in ("text", "image"):
            if without := [s.name for s in FIELD_NAMES if (vendor, kind, s) not in picked]:
                lacking[vendor, kind] = without
    everywhere = [s.name for s in FIELD_NAMES]
    # It makes clips out of clips alone.
    assert lacking == {("decart", "text"): everywhere, ("decart", "image"): everywhere}, lacking
    assert not {"text", "image"} & modes["decart"] and ("decart", "edit", OpenAI) in picked


def test_every_vendor_from_submit_to_bytes(tmp_path):
    with token_server(tmp_path) as (service_account, tokens):
        run_cases(selected_cases(), service_account)
    assert tokens and all(form["grant_type"].endswith("jwt-bearer") and form["assertion"].count(".") == 2 for form, _ in tokens), tokens
    assert not any("authorization" in names for _, names in tokens), "a token server sees no key"


def run_cases(picked, service_account):
    families, dialects = {key[:2] for key in picked}, {key[2] for key in picked}
    assert {vendor for vendor, _ in families} == {t.vendor for t in conversations()}, sorted(families)
    assert len(families) > 60 and len(dialects) == 6, sorted(families)
    # A name stands in every job id, and has at most 24 characters.
    names = {key: f"{key[0][:16]}-{place}" for place, key in enumerate(picked)}
    fakes = {key: FakeVendor(transcript, checks_bodies=whole) for key, (transcript, _, whole) in picked.items()}
    config = "accounts:\n" + "\n".join(
        account(names[key], transcript, fakes[key], service_account) for key, (transcript, _, _) in picked.items())
    config += "\naliases:\n" + "\n".join(alias(names[key], picked[key][0]) for key in picked if key[2] is LTX)
    with router(config) as served, concurrent.futures.ThreadPoolExecutor(24) as pool:
        played = pool.map(lambda key: outcome(served, names[key], key[2], *picked[key][:2], fakes[key]), picked)
        problems = [p for p in played if p]
    for key, fake in fakes.items():
        fake.close()
        problems += [f"{names[key]}: {fault}" for fault in fake.faults]
        if fake.posts > 1:
            problems.append(f"{names[key]}: {fake.posts} paid calls for one submission")
    for vendor, kind in sorted(families):
        spoken = [f"{s.name}{'' if picked[vendor, kind, s][2] else '~'}" for s in FIELD_NAMES if (vendor, kind, s) in picked]
        print(f"{vendor:20} {kind:6} {' '.join(spoken)}")
    assert not problems, "\n".join(problems)


def test_clips_inside_answers_come_through_at_any_length(tmp_path):
    """A short one is read with the answer; one of more than 16 KiB as base64 is left out of it, and read when a client fetches it."""
    transcript, body, whole = next(found for key, found in cases().items() if found[0].inline_base64 and key[2] is Siraya)
    clips = [random.Random(count).randbytes(count) for count in (1, 12_287, 12_288, 12_289, 3_000_000)]
    fakes = {f"inside-{len(clip)}": FakeVendor(transcript, checks_bodies=whole, clip=clip) for clip in clips}
    with token_server(tmp_path) as (service_account, _), concurrent.futures.ThreadPoolExecutor(len(fakes)) as pool:
        config = "accounts:\n" + "\n".join(account(name, transcript, fake, service_account) for name, fake in fakes.items())
        with router(config) as served:
            played = pool.map(lambda name: outcome(served, name, Siraya, transcript, body, fakes[name]), fakes)
            problems = [p for p in played if p]
    for fake in fakes.values():
        fake.close()
        problems += fake.faults
    assert not problems, "\n".join(problems)
