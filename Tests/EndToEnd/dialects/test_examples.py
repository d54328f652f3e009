"""Every documented example request, sent as it is but for its host, through every state that a job can be in."""

import json
import time

import pytest

from dialect_clients import AIMLAPI, ALL, POLLED, EXAMPLES, LTX, ImageRouter, Siray, Siraya, form

BY_NAME = {s.name: s for s in ALL} | {"newapi": Siray}
# Values that stand for any in the documentation's own example.
STANDING_FOR = {"images": "https://media.example/a.png", "videos": "https://media.example/b.mp4", "audios": "https://media.example/c.mp3"}


def examples(*names):
    return [pytest.param(d, n, p, id=f"{d} {n} {p}") for d in names for n, e in EXAMPLES[d].items() for p in e["paths"]]


def body(dialect_name, name, model=None):
    body = dict(EXAMPLES[dialect_name][name]["body"])
    for field, stands in STANDING_FOR.items():
        if body.get(field) == ["example_value"]:
            body[field] = [stands]
    return body | ({"model": model} if model else {})


def send(dialect, dialect_name, name, path, model=None, **more):
    fields = body(dialect_name, name, model)
    if EXAMPLES[dialect_name][name]["type"].startswith("multipart"):
        data, headers = form(fields)
        return dialect.create(data, path, headers=headers, **more)
    return dialect.create(fields, path, **more)


@pytest.mark.parametrize("dialect_name, name, path", [p for p in examples("siraya", "siray", "newapi", "aimlapi", "ltx") if not p.values[2].startswith("/v1/") or p.values[0] != "ltx"])
def test_an_example_is_submitted_runs_and_is_done(shared_router, document, dialect_name, name, path):
    dialect = BY_NAME[dialect_name](shared_router, document)
    submitted = send(dialect, dialect_name, name, path)
    assert submitted.status == dialect.created, submitted.body
    id = dialect.id(submitted)
    assert id.startswith("video_") and len(id) <= 255
    finished, seen = dialect.wait(id, path)
    assert dialect.state(finished) in dialect.done, finished.body
    clip = shared_router.call("GET", dialect.link(finished).removeprefix(shared_router.url))
    assert clip.status == 200 and clip.body[4:8] == b"ftyp" and clip.headers["content-type"] == "video/mp4"


@pytest.mark.parametrize("dialect_name, name, path", examples("siraya", "siray", "newapi", "aimlapi", "ltx"))
def test_an_example_with_a_model_that_is_slow_fails_or_is_moderated(shared_router, document, dialect_name, name, path):
    if path.startswith("/v1/") and dialect_name == "ltx":
        dialect = BY_NAME[dialect_name](shared_router, document)
        for model, kind in (("test/fail", "api_error"), ("test/moderated", "content_filtered_error")):
            refused = send(dialect, dialect_name, name, path, model)
            assert refused.status >= 400 and dialect.refusal(refused)[1] == kind, refused.body
        return
    dialect = BY_NAME[dialect_name](shared_router, document)
    ids = {model: dialect.id(send(dialect, dialect_name, name, path, f"test/{model}")) for model in ("slow", "fail", "moderated")}
    running = dialect.status(ids["slow"], path)
    assert dialect.state(running) in dialect.waiting + dialect.running
    for model in ("fail", "moderated"):
        finished, _ = dialect.wait(ids[model], path)
        assert dialect.state(finished) in dialect.failed and dialect.failure(finished)


@pytest.mark.parametrize("dialect", POLLED, ids=lambda s: s.name)
def test_an_unknown_id_is_reported_in_the_dialects_own_words(shared_router, document, dialect):
    dialect = dialect(shared_router, document)
    shown = {tuple(sorted(dialect.status(id).json.items(), key=str)).__repr__() if dialect.name != "aimlapi" else dialect.status(id).json["message"]
            for id in ("video_nothing", "x", "video_" + "A" * 120)}
    assert len(shown) == 1, shown
    refused = dialect.status("video_nothing")
    message, code = dialect.refusal(refused)
    wanted = {"openai": (404, "not_found"), "siraya": (404, 404), "siray": (400, "task_not_exist"), "ltx": (404, "not_found_error"), "aimlapi": (404, "404")}
    assert (refused.status, code) == wanted[dialect.name] and message


@pytest.mark.parametrize("name", [n for n, e in EXAMPLES["ltx"].items() if any(p.startswith("/v1/") for p in e["paths"])])
def test_the_first_version_of_ltx_answers_with_the_clip_itself(shared_router, document, name):
    dialect = LTX(shared_router, document)
    path = next(p for p in EXAMPLES["ltx"][name]["paths"] if p.startswith("/v1/"))
    clip = send(dialect, "ltx", name, path)
    assert clip.status == 200 and clip.headers["content-type"] == "video/mp4" and clip.body[4:8] == b"ftyp"


@pytest.mark.parametrize("name", EXAMPLES["imagerouter"])
def test_imagerouter_holds_the_request_and_answers_with_the_end(shared_router, document, name):
    dialect, before = ImageRouter(shared_router, document), time.time()
    done = send(dialect, "imagerouter", name, ImageRouter.path)
    assert done.status == 200 and before * 1000 - 2000 <= done.json["created"] <= time.time() * 1000 + 2000
    assert isinstance(done.json["latency"], int)
    if body("imagerouter", name).get("response_format", "url") == "url":
        clip = shared_router.call("GET", dialect.link(done).removeprefix(shared_router.url))
        assert clip.body[4:8] == b"ftyp"
    else:
        assert done.json["data"][0]["b64_json"].startswith("AAAA") and "url" not in done.json["data"][0]
    for model, kind in (("test/fail", "no_video"), ("test/moderated", "content_moderated")):
        failed = send(dialect, "imagerouter", name, ImageRouter.path, model)
        assert failed.status == 200 and failed.json["error"]["type"] == kind and failed.json["error"]["message"]
        assert failed.body.startswith(b" ") and failed.json["status"] >= 400 and failed.json["statusText"]


def test_the_documents_of_siraya_show_both_answers(shared_router, document):
    dialect = Siraya(shared_router, document)
    asked = {"model": "test/card", "prompt": "x", "seconds": 8}
    submitted = dialect.create(asked).json
    assert (submitted["object"], submitted["status"], submitted["seconds"]) == ("video", "processing", 8)
    held = dialect.create(asked | {"async": False}).json
    assert set(held) == {"data", "created"} and held["data"][0]["revised_prompt"] == "" and held["data"][0]["url"].startswith("http")
    inline = dialect.create(asked | {"async": False, "extra_body": {"output_format": "b64_json"}}).json
    assert inline["data"][0]["b64_json"].startswith("AAAA")


def test_both_spellings_of_a_pixverse_model_lead_to_one(shared_router, document):
    dialect = AIMLAPI(shared_router, document)
    for model in ("pixverse/v5.5/image-to-video", "pixverse/v5-5-image-to-video"):
        asked = {"model": model, "prompt": "x", "image_url": "https://media.example/a.png", "resolution": "1080p", "duration": 8}
        refused = dialect.create(asked)
        assert refused.status == 400 and "duration" in json.dumps(refused.json), refused.body
        finished, _ = dialect.wait(dialect.id(dialect.create(asked | {"resolution": "720p"})))
        assert finished.json["status"] == "succeeded"


def test_the_older_routes_of_aimlapi_answer_201(shared_router, document):
    dialect = AIMLAPI(shared_router, document)
    path = "/v2/generate/video/kling/generation"
    submitted = dialect.create({"model": "test/card", "prompt": "x"}, path)
    assert submitted.status == 201
    assert dialect.call("GET", f"{path}?generation_id={submitted.json['id']}").json["id"] == submitted.json["id"]


def test_models_are_known_by_their_tag(shared_router, document):
    dialect = AIMLAPI(shared_router, document)
    listed = dialect.call("GET", "/v1/models")
    again = shared_router.call("GET", "/aimlapi/v1/models", headers={"If-None-Match": listed.headers["etag"]})
    assert again.status == 304 and again.body == b""
    assert shared_router.call("GET", "/aimlapi/v1/models", headers={"If-None-Match": 'W/"0"'}).status == 200


def test_models_of_imagerouter_are_sorted_and_cut(shared_router, document):
    dialect = ImageRouter(shared_router, document)
    keyed = dialect.call("GET", "/v1/models?sort=name&limit=5").json
    assert len(keyed) == 5 and list(keyed) == sorted(keyed)
    listed = dialect.call("GET", "/v2/models?sort=name&limit=3").json
    assert [m["id"] for m in listed] == list(keyed)[:3]
    name = next(m["id"] for m in dialect.call("GET", "/v2/models").json if "/" in m["id"])
    one = dialect.call("GET", "/v1/models/" + name.replace("/", "%2F"))
    assert one.status == 200 and one.json == shared_router.call("GET", "/imagerouter/v1/models/" + name).json
    assert dialect.call("GET", "/v1/models?type=image").json == {}
    assert all(m["providers"][0]["pricing"].get("value") == 0 for m in dialect.call("GET", "/v2/models?free=true&provider=test").json)
    assert dialect.call("GET", "/v1/models?sort=nothing").status == 400 and dialect.call("GET", "/v1/models?limit=0").status == 400


def test_models_tell_what_they_can_do_before_anything_is_spent(shared_router, document):
    answer = document.check("GET", "/v1/videos/models", shared_router.call("GET", "/v1/videos/models"))
    models = {m["id"]: m for m in answer.json["data"]}
    sora = models["sora-2"]
    assert sora["supported_durations"] == [4, 8, 12, 16, 20] and "1280x720" in sora["supported_sizes"] and sora["modes"] == ["text", "image", "extend", "edit", "remix"]
    assert any(m["price_per_second"] and m["price_per_second"]["min"] > 0 for m in models.values())
    assert shared_router.call("GET", "/v1/videos/models?name=sora-2&limit=1").json["data"][0]["id"] == "sora-2"
