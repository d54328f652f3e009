"""Every vendor over sockets: submit, poll and download through the router, with a fake vendor that checks each request and replays the answers."""

import concurrent.futures

from harness import router, wait_for_end
from transcripts import FakeVendor, transcripts

# An OAuth token server stands between; its exchange is tested against recorded bytes in GatewayTests.
WITHOUT = {"google-vertex"}
# How a neutral job is said in Siraya's dialect.
SAID = {"prompt": "prompt", "negative_prompt": "negative_prompt", "seconds": "seconds", "tier": "resolution", "ratio": "aspect_ratio",
        "size": "size", "seed": "seed", "audio": "generate_audio", "watermark": "watermark", "fps": "fps"}


def said(transcript):
    """The job as a client would send it; None where this dialect has no words for it."""
    job, body = transcript.job, {"async": True}
    for name, value in job.items():
        if name == "media":
            if len(value) != 1 or value[0]["role"] != "first_frame" or "url" not in value[0]:
                return None
            body["image_url"] = value[0]["url"]
        elif name in SAID and not (name == "seconds" and value != int(value if value != "auto" else 0)):
            body[SAID[name]] = value
        else:
            return None
    # This dialect needs a prompt, and has a length of its own for pictures.
    return None if "prompt" not in body or ("image_url" in body and "seconds" not in body) else body


def chosen():
    """One text-to-video and one image-to-video case of each vendor that has one."""
    picked = {}
    for transcript in transcripts():
        if transcript.vendor not in WITHOUT and transcript.ends_well and transcript.facts.get("adapt", "strict") == "strict" and (body := said(transcript)):
            picked.setdefault((transcript.vendor, "image_url" in body), (transcript, body))
    return picked


def account(name, transcript, fake):
    lines = [f"  {name}:", f"    vendor: {transcript.vendor}", f"    base_url: '{fake.url}{'/v1' if transcript.vendor == 'openai-compatible' else ''}'"]
    for key, value in transcript.facts.items():
        kind, _, field = key.partition(" ")
        if kind in ("secret", "setting") and field not in ("base_url",):
            lines.append(f"    {field}: '{value}'")
    return "\n".join(lines)


def test_every_vendor_from_submit_to_bytes():
    cases = chosen()
    assert len({vendor for vendor, _ in cases}) >= 3, sorted(cases)
    fakes = {key: FakeVendor(transcript) for key, (transcript, _) in cases.items()}
    names = {key: f"{key[0]}-{'image' if key[1] else 'text'}" for key in cases}
    config = "accounts:\n" + "\n".join(account(names[key], transcript, fakes[key]) for key, (transcript, _) in cases.items())

    def play(served, key):
        transcript, body = cases[key]
        created = served.call("POST", "/v1/videos/generations", body | {"model": f"{names[key]}/{transcript.facts['model']}"})
        if created.status != 200:
            return f"{names[key]}: create: {created.status} {created.body[:300]!r}"
        done = wait_for_end(served, f"/v1/videos/{created.json['id']}", seconds=90)
        if done["status"] != "completed":
            return f"{names[key]}: {done}"
        clip = served.call("GET", f"/v1/videos/{created.json['id']}/content")
        if clip.status != 200 or (not fakes[key].inline and clip.body != FakeVendor.CLIP):
            return f"{names[key]}: content: {clip.status} {clip.body[:200]!r}"
        return None

    with router(config) as served, concurrent.futures.ThreadPoolExecutor(8) as pool:
        problems = [p for p in pool.map(lambda key: play(served, key), cases) if p]
    for fake in fakes.values():
        fake.close()
        problems += fake.faults
        if fake.posts > 1:
            problems.append(f"{fake.transcript.vendor}: {fake.posts} paid calls for one submission")
    print("\n".join(f"{vendor:20} {'image' if image else 'text'} {cases[vendor, image][0].path.name}" for vendor, image in sorted(cases)))
    assert not problems, "\n".join(problems)
