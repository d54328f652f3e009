"""Where two dialects share a path, the configuration decides who speaks, and a job's own id in which words it is answered."""

import pytest

from harness import router
from dialect_clients import AIMLAPI, ALL, POLLED, OpenAI, Siray, Siraya


def test_a_job_is_answered_at_shared_paths_in_the_dialect_that_made_it(shared_router, document):
    openai, siraya = OpenAI(shared_router, document, mounted=False), Siraya(shared_router, document, mounted=False)
    ids = {s: s.id(s.create(s.body("test/slow"))) for s in (openai, siraya)}
    for dialect, id in ids.items():
        answer = shared_router.call("GET", f"/v1/videos/{id}")
        assert dialect.state(answer) in dialect.waiting + dialect.running
    assert set(shared_router.call("GET", f"/v1/videos/{ids[openai]}").json) != set(shared_router.call("GET", f"/v1/videos/{ids[siraya]}").json)


def test_below_a_mount_only_its_dialect_speaks(shared_router, document):
    """The same job, asked for below each mount that has the route."""
    made = {s.name: s(shared_router, document) for s in (OpenAI, Siraya)}
    for maker in made.values():
        id = maker.id(maker.create(maker.body("test/slow")))
        for dialect in made.values():
            answer = shared_router.call("GET", f"/{dialect.name}/v1/videos/{id}")
            assert answer.json["id"] == id and answer.json["status"] in dialect.waiting + dialect.running


def test_every_dialect_answers_for_every_job(shared_router, document):
    """One id, the same from every endpoint."""
    dialects = [s(shared_router, document) for s in POLLED]
    for maker in dialects:
        id = maker.id(maker.create(maker.body("test/slow")))
        for dialect in dialects:
            answer = dialect.status(id)
            assert answer.status == 200 and dialect.state(answer) in dialect.waiting + dialect.running
            assert id.encode() in answer.body


def test_the_singular_path_is_sirays_unless_aimlapi_is_the_default(shared_router, document):
    body = {"model": "test/card", "prompt": "x"}
    assert shared_router.call("POST", "/v1/video/generations", body).json["code"] == "success"
    with router("dialects: { default: aimlapi }\n") as served:
        answer = served.call("POST", "/v1/video/generations", body)
        assert answer.json["status"] == "queued" and "code" not in answer.json
        id = answer.json["id"]
        assert served.call("GET", f"/v1/video/generations?generation_id={id}").json["id"] == id
        assert served.call("GET", f"/v1/video/generations/{id}").json["data"]["task_id"] == id


@pytest.mark.parametrize("dialect", ALL, ids=lambda s: s.name)
def test_the_default_dialect_speaks_on_the_bare_host(dialect):
    shapes = {"openai": "list", "siraya": "list", "siray": "list", "imagerouter": None, "ltx": None, "aimlapi": "list"}
    with router(f"dialects: {{ default: {dialect.name} }}\n") as served:
        models = served.call("GET", "/v1/models")
        if dialect.name == "imagerouter":
            assert "object" not in models.json and all("providers" in m for m in models.json.values())
        elif dialect.name == "aimlapi":
            assert all("info" in m for m in models.json["data"])
        else:
            assert models.json["object"] == shapes[dialect.name] or dialect.name == "ltx"
        refused = served.call("GET", "/there/is/nothing/here")
        message, _ = dialect(served).refusal(refused)
        assert refused.status in (400, 404) and "nothing" in message


def test_a_mount_can_be_moved_and_taken_away():
    with router("dialects: { default: siraya, mounts: { openai: /sdk/openai, siray: off } }\n") as served:
        assert served.call("POST", "/sdk/openai/v1/videos", {"prompt": "x"}).json["status"] == "queued"
        assert served.call("POST", "/openai/v1/videos", {"prompt": "x"}).status in (200, 404)
        assert served.call("POST", "/siray/v1/video/generations", {"model": "test/card", "prompt": "x"}).status == 404
        assert served.call("POST", "/v1/video/generations", {"model": "test/card", "prompt": "x"}).json["code"] == "success"
        paths = served.call("GET", "/openapi.json").json["paths"]
        assert "/sdk/openai/v1/videos" in paths and "/siray/v1/video/generations" not in paths


def test_dialects_speak_their_own_words_at_both_places(shared_router, document):
    for dialect in (Siraya, Siray, AIMLAPI):
        for mounted in (True, False):
            one = dialect(shared_router, document, mounted)
            refused = one.create({"prompt": "x"})
            assert refused.status == 400
            if mounted or dialect is not AIMLAPI:
                assert one.refusal(refused)[0]
