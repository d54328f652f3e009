"""Every documented example request, sent as it is but for its host, through every state that a job can be in."""

import json
import time

import pytest

from speakers import AIMLAPI, ALL, ASKED, EXAMPLES, LTX, ImageRouter, Siray, Siraya, form

BY_NAME = {s.name: s for s in ALL} | {"newapi": Siray}
# Values that stand for any in the documentation's own example.
STANDING_FOR = {"images": "https://media.example/a.png", "videos": "https://media.example/b.mp4", "audios": "https://media.example/c.mp3"}


def examples(*names):
    return [pytest.param(d, n, p, id=f"{d} {n} {p}") for d in names for n, e in EXAMPLES[d].items() for p in e["paths"]]


def body(dialect, name, model=None):
    body = dict(EXAMPLES[dialect][name]["body"])
    for field, stands in STANDING_FOR.items():
        if body.get(field) == ["example_value"]:
            body[field] = [stands]
    return body | ({"model": model} if model else {})


def send(speaker, dialect, name, path, model=None, **more):
    fields = body(dialect, name, model)
    if EXAMPLES[dialect][name]["type"].startswith("multipart"):
        data, headers = form(fields)
        return speaker.create(data, path, headers=headers, **more)
    return speaker.create(fields, path, **more)


@pytest.mark.parametrize("dialect, name, path", [p for p in examples("siraya", "siray", "newapi", "aimlapi", "ltx") if not p.values[2].startswith("/v1/") or p.values[0] != "ltx"])
def test_an_example_is_submitted_runs_and_is_done(rehearsal, document, dialect, name, path):
    speaker = BY_NAME[dialect](rehearsal, document)
    submitted = send(speaker, dialect, name, path)
    assert submitted.status == speaker.created, submitted.body
    id = speaker.id(submitted)
    assert id.startswith("video_") and len(id) <= 255
    finished, seen = speaker.wait(id, path)
    assert speaker.state(finished) in speaker.done, finished.body
    clip = rehearsal.call("GET", speaker.link(finished).removeprefix(rehearsal.url))
    assert clip.status == 200 and clip.body[4:8] == b"ftyp" and clip.headers["content-type"] == "video/mp4"


@pytest.mark.parametrize("dialect, name, path", examples("siraya", "siray", "newapi", "aimlapi", "ltx"))
def test_an_example_with_a_model_that_is_slow_fails_or_is_moderated(rehearsal, document, dialect, name, path):
    if path.startswith("/v1/") and dialect == "ltx":
        speaker = BY_NAME[dialect](rehearsal, document)
        for model, kind in (("test/fail", "api_error"), ("test/moderated", "content_filtered_error")):
            refused = send(speaker, dialect, name, path, model)
            assert refused.status >= 400 and speaker.refusal(refused)[1] == kind, refused.body
        return
    speaker = BY_NAME[dialect](rehearsal, document)
    ids = {model: speaker.id(send(speaker, dialect, name, path, f"test/{model}")) for model in ("slow", "fail", "moderated")}
    running = speaker.status(ids["slow"], path)
    assert speaker.state(running) in speaker.waiting + speaker.running
    for model in ("fail", "moderated"):
        finished, _ = speaker.wait(ids[model], path)
        assert speaker.state(finished) in speaker.failed and speaker.failure(finished)


@pytest.mark.parametrize("speaker", ASKED, ids=lambda s: s.name)
def test_an_unknown_id_is_told_in_the_dialects_own_words(rehearsal, document, speaker):
    speaker = speaker(rehearsal, document)
    told = {tuple(sorted(speaker.status(id).json.items(), key=str)).__repr__() if speaker.name != "aimlapi" else speaker.status(id).json["message"]
            for id in ("video_nothing", "x", "video_" + "A" * 120)}
    assert len(told) == 1, told
    refused = speaker.status("video_nothing")
    message, code = speaker.refusal(refused)
    wanted = {"openai": (404, "not_found"), "siraya": (404, 404), "siray": (400, "task_not_exist"), "ltx": (404, "not_found_error"), "aimlapi": (404, "404")}
    assert (refused.status, code) == wanted[speaker.name] and message


@pytest.mark.parametrize("name", [n for n, e in EXAMPLES["ltx"].items() if any(p.startswith("/v1/") for p in e["paths"])])
def test_the_first_version_of_ltx_answers_with_the_clip_itself(rehearsal, document, name):
    speaker = LTX(rehearsal, document)
    path = next(p for p in EXAMPLES["ltx"][name]["paths"] if p.startswith("/v1/"))
    clip = send(speaker, "ltx", name, path)
    assert clip.status == 200 and clip.headers["content-type"] == "video/mp4" and clip.body[4:8] == b"ftyp"


@pytest.mark.parametrize("name", EXAMPLES["imagerouter"])
def test_imagerouter_holds_the_request_and_answers_with_the_end(rehearsal, document, name):
    speaker, before = ImageRouter(rehearsal, document), time.time()
    done = send(speaker, "imagerouter", name, ImageRouter.path)
    assert done.status == 200 and before * 1000 - 2000 <= done.json["created"] <= time.time() * 1000 + 2000
    assert isinstance(done.json["latency"], int)
    if body("imagerouter", name).get("response_format", "url") == "url":
        clip = rehearsal.call("GET", speaker.link(done).removeprefix(rehearsal.url))
        assert clip.body[4:8] == b"ftyp"
    else:
        assert done.json["data"][0]["b64_json"].startswith("AAAA") and "url" not in done.json["data"][0]
    for model, kind in (("test/fail", "no_video"), ("test/moderated", "content_moderated")):
        failed = send(speaker, "imagerouter", name, ImageRouter.path, model)
        assert failed.status == 200 and failed.json["error"]["type"] == kind and failed.json["error"]["message"]
        assert failed.body.startswith(b" ") and failed.json["status"] >= 400 and failed.json["statusText"]


def test_the_documents_of_siraya_show_both_answers(rehearsal, document):
    speaker = Siraya(rehearsal, document)
    asked = {"model": "test/card", "prompt": "x", "seconds": 8}
    submitted = speaker.create(asked).json
    assert (submitted["object"], submitted["status"], submitted["seconds"]) == ("video", "processing", 8)
    held = speaker.create(asked | {"async": False}).json
    assert set(held) == {"data", "created"} and held["data"][0]["revised_prompt"] == "" and held["data"][0]["url"].startswith("http")
    inline = speaker.create(asked | {"async": False, "extra_body": {"output_format": "b64_json"}}).json
    assert inline["data"][0]["b64_json"].startswith("AAAA")


def test_both_spellings_of_a_pixverse_model_lead_to_one(rehearsal, document):
    speaker = AIMLAPI(rehearsal, document)
    for model in ("pixverse/v5.5/image-to-video", "pixverse/v5-5-image-to-video"):
        asked = {"model": model, "prompt": "x", "image_url": "https://media.example/a.png", "resolution": "1080p", "duration": 8}
        refused = speaker.create(asked)
        assert refused.status == 400 and "duration" in json.dumps(refused.json), refused.body
        finished, _ = speaker.wait(speaker.id(speaker.create(asked | {"resolution": "720p"})))
        assert finished.json["status"] == "succeeded"


def test_the_older_routes_of_aimlapi_answer_201(rehearsal, document):
    speaker = AIMLAPI(rehearsal, document)
    path = "/v2/generate/video/kling/generation"
    submitted = speaker.create({"model": "test/card", "prompt": "x"}, path)
    assert submitted.status == 201
    assert speaker.call("GET", f"{path}?generation_id={submitted.json['id']}").json["id"] == submitted.json["id"]


def test_models_are_known_by_their_tag(rehearsal, document):
    speaker = AIMLAPI(rehearsal, document)
    listed = speaker.call("GET", "/v1/models")
    again = rehearsal.call("GET", "/aimlapi/v1/models", headers={"If-None-Match": listed.headers["etag"]})
    assert again.status == 304 and again.body == b""
    assert rehearsal.call("GET", "/aimlapi/v1/models", headers={"If-None-Match": 'W/"0"'}).status == 200


def test_models_of_imagerouter_are_sorted_and_cut(rehearsal, document):
    speaker = ImageRouter(rehearsal, document)
    keyed = speaker.call("GET", "/v1/models?sort=name&limit=5").json
    assert len(keyed) == 5 and list(keyed) == sorted(keyed)
    listed = speaker.call("GET", "/v2/models?sort=name&limit=3").json
    assert [m["id"] for m in listed] == list(keyed)[:3]
    name = next(m["id"] for m in speaker.call("GET", "/v2/models").json if "/" in m["id"])
    one = speaker.call("GET", "/v1/models/" + name.replace("/", "%2F"))
    assert one.status == 200 and one.json == rehearsal.call("GET", "/imagerouter/v1/models/" + name).json
    assert speaker.call("GET", "/v1/models?type=image").json == {}
    assert all(m["providers"][0]["pricing"].get("value") == 0 for m in speaker.call("GET", "/v2/models?free=true&provider=test").json)
    assert speaker.call("GET", "/v1/models?sort=nothing").status == 400 and speaker.call("GET", "/v1/models?limit=0").status == 400


def test_models_tell_what_they_can_do_before_anything_is_spent(rehearsal, document):
    answer = document.check("GET", "/v1/videos/models", rehearsal.call("GET", "/v1/videos/models"))
    models = {m["id"]: m for m in answer.json["data"]}
    sora = models["sora-2"]
    assert sora["supported_durations"] == [4, 8, 12, 16, 20] and "1280x720" in sora["supported_sizes"] and sora["modes"] == ["text", "image", "extend", "edit", "remix"]
    assert any(m["price_per_second"] and m["price_per_second"]["min"] > 0 for m in models.values())
    assert rehearsal.call("GET", "/v1/videos/models?name=sora-2&limit=1").json["data"][0]["id"] == "sora-2"
