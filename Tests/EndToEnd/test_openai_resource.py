"""The whole `videos` resource of the official SDK, and the quirks that code written for it leans on. Run with the newest and the oldest."""

import json
import time
import warnings

import httpx
import openai
import pytest

from harness import eventually, router
from test_openai_sdk import png

warnings.filterwarnings("ignore", category=DeprecationWarning)

NEW = hasattr(openai.resources.videos.Videos, "extend")
only_new = pytest.mark.skipif(not NEW, reason="this SDK has no such method")


@pytest.fixture(scope="module")
def served():
    with router(env={"GENLOCK_TEST_RENDER_SECONDS": "0.3"}) as served:
        yield served


@pytest.fixture(scope="module")
def client(served):
    return openai.OpenAI(base_url=served.url + "/v1", api_key="sk-anything", max_retries=0, _strict_response_validation=False)


@pytest.fixture(scope="module")
def done(client):
    return client.videos.create_and_poll(model="sora-2", prompt="A kite", seconds="4", size="1280x720", poll_interval_ms=100)


def refused(call, status, **wanted):
    with pytest.raises(openai.APIStatusError) as caught:
        call()
    error = caught.value
    assert error.status_code == status and error.request_id and error.body["message"]
    for name, value in wanted.items():
        assert error.body[name] == value, error.body
    return error


def test_list_pages_through_everything_newest_first(client):
    made = [client.videos.create(model="sora-2", prompt=f"Number {n}").id for n in range(5)]
    page = client.videos.list(limit=2)
    assert len(page.data) == 2 and page.has_more and [v.id for v in page.data] == made[:2:-1]
    ids = [v.id for v in client.videos.list(limit=2)]
    assert ids[:5] == made[::-1] and len(ids) == len(set(ids))
    oldest_first = [v.id for v in client.videos.list(limit=100, order="asc")]
    assert oldest_first == ids[::-1]
    assert all(v.prompt and v.object == "video" for v in client.videos.list(limit=3).data)
    assert client.videos.list(limit=0).data == []
    refused(lambda: client.videos.list(limit=-1), 400, param="limit")
    refused(lambda: client.videos.list(limit=101), 400, param="limit")
    refused(lambda: client.videos.list(after="video_nothing"), 404, param="after")


def test_delete(client):
    video = client.videos.create_and_poll(model="sora-2", prompt="To be deleted", poll_interval_ms=100)
    gone = client.videos.delete(video.id)
    assert (gone.id, gone.object, gone.deleted) == (video.id, "video.deleted", True)
    refused(lambda: client.videos.retrieve(video.id), 404)
    refused(lambda: client.videos.download_content(video.id), 404)
    refused(lambda: client.videos.delete(video.id), 404)
    assert video.id not in [v.id for v in client.videos.list(limit=100)]


def test_remix(client, done):
    """With `sora-2`, as OpenAI's own did, and with the card itself; a model that cannot is refused with what it can."""
    for source in (done, client.videos.create_and_poll(model="test/card", prompt="A kite", poll_interval_ms=100)):
        video = client.videos.remix(source.id, prompt="The same at night")
        assert video.remixed_from_video_id == source.id and video.status in ("queued", "in_progress") and video.model == source.model
        assert client.videos.retrieve(video.id).remixed_from_video_id == source.id
    refused(lambda: client.videos.remix("video_nothing", prompt="x"), 404)
    other = client.videos.create(model="luma/ray-2", prompt="A kite", seconds="5", size="16:9")
    error = refused(lambda: client.videos.remix(other.id, prompt="x"), 400)
    assert error.body["type"] == "invalid_request_error" and "modes" in error.body["message"]


@only_new
def test_edit_and_extend(client):
    source = client.videos.create_and_poll(model="test/card", prompt="A kite", seconds="4", poll_interval_ms=100)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        edited = client.videos.edit(prompt="Make it snow", video=openai.omit, extra_body={"video": {"id": source.id}})
        assert edited.object == "video" and edited.status in ("queued", "in_progress")
        extended = client.videos.extend(prompt="It flies on", seconds="4", video=openai.omit, extra_body={"video": {"id": source.id}})
        assert extended.object == "video"
        refused(lambda: client.videos.edit(prompt="x", video=openai.omit, extra_body={"video": {"id": "video_nothing"}}), 404)


def test_edits_and_extensions_as_json(client, done):
    for path, more in (("/videos/edits", {}), ("/videos/extensions", {"seconds": "4"})):
        refused(lambda: client.post(path, body={"prompt": "x", "video": {"id": "video_nothing"}, **more}, cast_to=object), 404)
        refused(lambda: client.post(path, body={"prompt": "x", **more}, cast_to=object), 400, param="video")
        refused(lambda: client.post(path, body={"video": {"id": done.id}, **more}, cast_to=object), 400, param="prompt")
    refused(lambda: client.post("/videos/extensions", body={"prompt": "x", "video": {"id": done.id}}, cast_to=object), 400, param="seconds")


def test_characters_are_refused_clearly(client, served):
    if NEW:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            refused(lambda: client.videos.create_character(name="Ana", video=("a.mp4", b"\0\0\0\x18ftypmp42", "video/mp4")), 400, code="not_supported")
            refused(lambda: client.videos.get_character("char_1"), 400, code="not_supported")
    refused(lambda: client.post("/videos", body={"prompt": "x", "characters": [{"id": "char_1"}]}, cast_to=object), 400, param="characters")


def test_variants(client, done):
    plain, named = client.videos.download_content(done.id).read(), client.videos.download_content(done.id, variant="video").read()
    assert plain == named and plain[4:8] == b"ftyp"
    for variant in ("thumbnail", "spritesheet"):
        refused(lambda: client.videos.download_content(done.id, variant=variant), 400, param="variant")
    refused(lambda: client.videos.download_content(done.id, variant="poster"), 400, param="variant", code="invalid_value")


def test_the_strictest_reading_of_every_answer(served, done):
    strict = openai.OpenAI(base_url=served.url + "/v1", api_key="k", max_retries=0, _strict_response_validation=True)
    for model in ("sora-2",):
        video = strict.videos.create_and_poll(model=model, prompt="A kite", seconds="4", size="720x1280", poll_interval_ms=100)
        assert video.status == "completed"
    assert strict.videos.retrieve(done.id).id == done.id
    assert strict.videos.list(limit=1).data


# The checklist of what a drop-in must keep, one test each.

def raw(served, method, path, **more):
    return httpx.request(method, served.url + path, timeout=20, **more)


def test_quirk_01_every_encoding_of_one_create(served):
    for more in (
        {"json": {"prompt": "x", "seconds": 8}}, {"files": {"prompt": (None, "x"), "seconds": (None, "8")}}, {"data": {"prompt": "x", "seconds": "8"}},
        {"content": b'{"prompt": "x", "seconds": "8"}', "headers": {"Content-Type": "application/x-www-form-urlencoded"}},
        {"content": iter([b'{"prompt": "x",', b' "seconds": "8"}']), "headers": {"Content-Type": "application/json"}},
        {"content": b'--q\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Disposition: form-data; name=prompt\r\n\r\nx\r\n--q\r\n'
                    b'Content-Disposition: form-data; name="seconds"\r\n\r\n8\r\n--q--\r\n', "headers": {"Content-Type": 'multipart/form-data; boundary="q"'}},
    ):
        answer = raw(served, "POST", "/v1/videos", **more)
        assert answer.status_code == 200 and (answer.json()["prompt"], answer.json()["seconds"]) == ("x", "8"), answer.text
    for reference in ({"image_url": "https://media.example/a.png"}, "https://media.example/a.png"):
        assert raw(served, "POST", "/v1/videos", json={"prompt": "x", "input_reference": reference}).status_code == 200
    text = json.dumps({"image_url": "https://media.example/a.png"})
    assert raw(served, "POST", "/v1/videos", files={"prompt": (None, "x"), "input_reference": (None, text)}).status_code == 200


def test_quirk_02_the_file_may_come_before_the_model_and_the_model_not_at_all(served):
    answer = raw(served, "POST", "/v1/videos", files={"input_reference": ("a.png", png(), "image/png"), "prompt": (None, "x")})
    assert answer.json()["model"] == "sora-2" and answer.json()["seconds"] == "4"
    assert raw(served, "POST", "/v1/videos", json={"prompt": "x"}).json()["size"] == "720x1280"


def test_quirk_03_seconds_come_as_anything_and_leave_as_text(served):
    for given in (16, "16", 16.0):
        assert raw(served, "POST", "/v1/videos", json={"prompt": "x", "seconds": given}).json()["seconds"] == "16"
    error = raw(served, "POST", "/v1/videos", json={"prompt": "x", "seconds": "5"}).json()["error"]
    assert (error["param"], error["code"]) == ("seconds", "invalid_value") and all(f"'{n}'" in error["message"] for n in (4, 8, 12))


def test_quirk_04_size_and_model_leave_as_they_came(served):
    answer = raw(served, "POST", "/v1/videos", json={"prompt": "x", "model": "sora-2-pro", "size": "1792x1024"}).json()
    assert (answer["model"], answer["size"]) == ("sora-2-pro", "1792x1024")


def test_quirk_05_06_07_the_object_is_whole_in_every_state(served, client):
    members = {"id", "object", "model", "status", "progress", "created_at", "completed_at", "expires_at", "prompt", "size", "seconds", "remixed_from_video_id", "error"}
    for model, end in (("sora-2", "completed"), ("test/fail", "failed"), ("test/moderated", "failed")):
        video, before = raw(served, "POST", "/v1/videos", json={"prompt": "x", "model": model}).json(), -1
        deadline = time.monotonic() + 30
        while True:
            assert time.monotonic() < deadline, video
            assert set(video) >= members and video["object"] == "video" and video["status"] in ("queued", "in_progress", "completed", "failed")
            assert type(video["progress"]) is int and before <= video["progress"] <= 100 and type(video["created_at"]) is int
            assert (video["progress"] == 100) == (video["status"] == "completed")
            assert video["error"] is None or (video["status"] == "failed" and isinstance(video["error"]["code"], str) and isinstance(video["error"]["message"], str))
            before = video["progress"]
            if video["status"] in ("completed", "failed"):
                break
            video = raw(served, "GET", f"/v1/videos/{video['id']}").json()
        assert video["status"] == end and (video["error"] is None) == (end == "completed")


def test_quirk_08_success_is_200_and_json(served, done):
    for method, path, more in (("POST", "/v1/videos", {"json": {"prompt": "x"}}), ("GET", f"/v1/videos/{done.id}", {}), ("GET", "/v1/videos", {})):
        answer = raw(served, method, path, **more)
        assert answer.status_code == 200 and answer.headers["content-type"] == "application/json"


def test_quirk_09_everything_else_is_the_envelope(served):
    for method, path, more in (
        ("GET", "/v1/nothing", {}), ("PUT", "/v1/videos", {}), ("POST", "/v1/videos", {"content": b"<a/>", "headers": {"Content-Type": "application/xml"}}),
        ("GET", "/v1/videos/x", {}), ("POST", "/v1/videos", {"json": {}}), ("GET", "/v1/videos/x/content", {}),
    ):
        answer = raw(served, method, path, **more)
        assert answer.status_code >= 400 and set(answer.json()["error"]) == {"message", "type", "param", "code"} and answer.headers["x-request-id"]


def test_quirk_10_a_folded_retry_makes_no_second_job(served):
    stainless = {"x-stainless-retry-count": "0"}
    first = raw(served, "POST", "/v1/videos", json={"prompt": "fold me"}, headers=stainless).json()["id"]
    assert raw(served, "POST", "/v1/videos", json={"prompt": "fold me"}, headers={"x-stainless-retry-count": "1"}).json()["id"] == first
    assert raw(served, "POST", "/v1/videos", json={"prompt": "fold me"}, headers=stainless).json()["id"] != first


def test_quirk_11_12_waiting_times_are_whole_numbers_that_clients_take(served):
    answer = raw(served, "POST", "/v1/videos", json={"prompt": "x", "model": "test/slow"})
    assert 1000 <= int(answer.headers["openai-poll-after-ms"]) <= 8000
    assert 1000 <= int(raw(served, "GET", f"/v1/videos/{answer.json()['id']}").headers["openai-poll-after-ms"]) <= 8000


def test_quirk_13_ids_are_plain_short_and_the_same_everywhere(served, done):
    import re

    assert re.fullmatch(r"video_[A-Za-z0-9_-]+", done.id) and len(done.id) < 255
    answers = [raw(served, "GET", f"/v1/videos/{id}") for id in ("video_" + "A" * 40, done.id[:-1], done.id[:-1] + ("A" if done.id[-1] != "A" else "B"), "..%2F..", "%00")]
    assert {a.status_code for a in answers} == {404} and len({a.text for a in answers}) == 1


def test_quirk_14_content_streams_with_its_length_or_is_refused_permanently(served, done):
    head = raw(served, "HEAD", f"/v1/videos/{done.id}/content")
    assert head.status_code == 200 and int(head.headers["content-length"]) > 1000 and head.headers["content-type"] == "video/mp4"
    slow = raw(served, "POST", "/v1/videos", json={"prompt": "x", "model": "test/slow"}).json()["id"]
    assert raw(served, "GET", f"/v1/videos/{slow}/content").status_code == 400
    failed = raw(served, "POST", "/v1/videos", json={"prompt": "x", "model": "test/fail"}).json()["id"]
    eventually(lambda: raw(served, "GET", f"/v1/videos/{failed}").json()["status"] == "failed")
    assert raw(served, "GET", f"/v1/videos/{failed}/content").status_code == 400
    gone = raw(served, "POST", "/v1/videos", json={"prompt": "x", "model": "test/expired"}).json()["id"]
    eventually(lambda: raw(served, "GET", f"/v1/videos/{gone}").json()["status"] == "completed")
    assert raw(served, "GET", f"/v1/videos/{gone}/content").status_code in (404, 410)


def test_quirk_15_16_lists_have_a_last_id_and_deletes_say_so(served):
    page = raw(served, "GET", "/v1/videos?limit=1").json()
    assert page["last_id"] == page["data"][-1]["id"] and page["first_id"] == page["data"][0]["id"]
    video = raw(served, "POST", "/v1/videos", json={"prompt": "x"}).json()["id"]
    eventually(lambda: raw(served, "GET", f"/v1/videos/{video}").json()["status"] == "completed")
    assert raw(served, "DELETE", f"/v1/videos/{video}").json() == {"id": video, "object": "video.deleted", "deleted": True}


def test_quirk_17_nothing_is_redirected(served):
    assert raw(served, "POST", "/v1/videos/", json={"prompt": "x"}, follow_redirects=False).status_code == 200


def test_quirk_18_all_the_base_urls_and_all_the_keys(served):
    for prefix in ("/v1", "", "/openai/v1", "/openai"):
        assert raw(served, "POST", prefix + "/videos?api-version=2026-01-01", json={"prompt": "x"}, headers={"api-key": "k"}).status_code == 200
    azure = openai.AzureOpenAI(azure_endpoint=served.url, api_key="k", api_version="2026-01-01")
    assert azure.videos.create(prompt="x").id.startswith("video_")
    for headers in ({"Authorization": "sk-bare"}, {"Authorization": "Bearer k"}, {"api-key": "k"}, {}):
        assert raw(served, "GET", "/v1/videos?limit=1", headers=headers).status_code == 200


def test_quirk_19_an_image_of_another_size_is_passed_through(client):
    video = client.videos.create(prompt="x", size="1280x720", input_reference=("a.png", png(64, 64), "image/png"))
    assert video.size == "1280x720" and video.status == "queued"


def test_quirk_20_the_url_on_the_object_needs_no_key(served, done):
    url = raw(served, "GET", f"/v1/videos/{done.id}").json()["url"]
    assert url.startswith(served.url) and httpx.get(url).content[4:8] == b"ftyp"
    running = raw(served, "POST", "/v1/videos", json={"prompt": "x", "model": "test/slow"}).json()
    assert "url" not in running
