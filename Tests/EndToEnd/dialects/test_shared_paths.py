"""Where two dialects share a path, the configuration decides who speaks, and a job's own id in which words it is answered."""

import pytest

from harness import router
from speakers import AIMLAPI, ALL, ASKED, OpenAI, Siray, Siraya


def test_a_job_is_answered_at_shared_paths_in_the_dialect_that_made_it(rehearsal, document):
    openai, siraya = OpenAI(rehearsal, document, mounted=False), Siraya(rehearsal, document, mounted=False)
    ids = {s: s.id(s.create(s.body("test/slow"))) for s in (openai, siraya)}
    for speaker, id in ids.items():
        answer = rehearsal.call("GET", f"/v1/videos/{id}")
        assert speaker.state(answer) in speaker.waiting + speaker.running
    assert set(rehearsal.call("GET", f"/v1/videos/{ids[openai]}").json) != set(rehearsal.call("GET", f"/v1/videos/{ids[siraya]}").json)


def test_below_a_mount_only_its_dialect_speaks(rehearsal, document):
    """The same job, asked for below each mount that has the route."""
    made = {s.name: s(rehearsal, document) for s in (OpenAI, Siraya)}
    for maker in made.values():
        id = maker.id(maker.create(maker.body("test/slow")))
        for speaker in made.values():
            answer = rehearsal.call("GET", f"/{speaker.name}/v1/videos/{id}")
            assert answer.json["id"] == id and answer.json["status"] in speaker.waiting + speaker.running


def test_every_dialect_answers_for_every_job(rehearsal, document):
    """One id, the same from every endpoint."""
    speakers = [s(rehearsal, document) for s in ASKED]
    for maker in speakers:
        id = maker.id(maker.create(maker.body("test/slow")))
        for speaker in speakers:
            answer = speaker.status(id)
            assert answer.status == 200 and speaker.state(answer) in speaker.waiting + speaker.running
            assert id.encode() in answer.body


def test_the_singular_path_is_sirays_unless_aimlapi_is_the_default(rehearsal, document):
    body = {"model": "test/card", "prompt": "x"}
    assert rehearsal.call("POST", "/v1/video/generations", body).json["code"] == "success"
    with router("dialects: { default: aimlapi }\n") as served:
        answer = served.call("POST", "/v1/video/generations", body)
        assert answer.json["status"] == "queued" and "code" not in answer.json
        id = answer.json["id"]
        assert served.call("GET", f"/v1/video/generations?generation_id={id}").json["id"] == id
        assert served.call("GET", f"/v1/video/generations/{id}").json["data"]["task_id"] == id


@pytest.mark.parametrize("speaker", ALL, ids=lambda s: s.name)
def test_the_default_dialect_speaks_on_the_bare_host(speaker):
    shapes = {"openai": "list", "siraya": "list", "siray": "list", "imagerouter": None, "ltx": None, "aimlapi": "list"}
    with router(f"dialects: {{ default: {speaker.name} }}\n") as served:
        models = served.call("GET", "/v1/models")
        if speaker.name == "imagerouter":
            assert "object" not in models.json and all("providers" in m for m in models.json.values())
        elif speaker.name == "aimlapi":
            assert all("info" in m for m in models.json["data"])
        else:
            assert models.json["object"] == shapes[speaker.name] or speaker.name == "ltx"
        refused = served.call("GET", "/there/is/nothing/here")
        message, _ = speaker(served).refusal(refused)
        assert refused.status in (400, 404) and "nothing" in message


def test_a_mount_can_be_moved_and_taken_away():
    with router("dialects: { default: siraya, mounts: { openai: /sdk/openai, siray: off } }\n") as served:
        assert served.call("POST", "/sdk/openai/v1/videos", {"prompt": "x"}).json["status"] == "queued"
        assert served.call("POST", "/openai/v1/videos", {"prompt": "x"}).status in (200, 404)
        assert served.call("POST", "/siray/v1/video/generations", {"model": "test/card", "prompt": "x"}).status == 404
        assert served.call("POST", "/v1/video/generations", {"model": "test/card", "prompt": "x"}).json["code"] == "success"
        paths = served.call("GET", "/openapi.json").json["paths"]
        assert "/sdk/openai/v1/videos" in paths and "/siray/v1/video/generations" not in paths


def test_dialects_speak_their_own_words_at_both_places(rehearsal, document):
    for speaker in (Siraya, Siray, AIMLAPI):
        for mounted in (True, False):
            one = speaker(rehearsal, document, mounted)
            refused = one.create({"prompt": "x"})
            assert refused.status == 400
            if mounted or speaker is not AIMLAPI:
                assert one.refusal(refused)[0]
