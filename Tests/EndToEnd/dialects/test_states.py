"""Each state of a job in the documented form: every member that the services' own pages and clients show is there, of the same type."""

import contextlib
import sqlite3
import time

import pytest

from harness import router
from dialect_clients import AIMLAPI, ALL, POLLED, LTX, ImageRouter, OpenAI, Siray, Siraya

URL, TEXT, STAMP = "https://x/y.mp4", "text", "2026-01-15T10:00:00.000Z"
VIDEO = {"id": TEXT, "object": "video", "model": TEXT, "status": "queued", "progress": 0, "created_at": 1, "completed_at": None, "expires_at": None,
         "prompt": TEXT, "size": TEXT, "seconds": "4", "remixed_from_video_id": None, "error": None}
TASK = {"task_id": TEXT, "action": "", "status": "NOT_START", "progress": "0%", "outputs": [], "submit_time": 1, "start_time": 0, "finish_time": 0, "fail_reason": ""}


def task(**rendered):
    return {"code": "success", "message": "", "data": TASK | rendered}


# By dialect: what stands in the answers. A text in capitals or in `WORDS` stands for itself, other values for their types, null for anything.
STATES = {
    OpenAI: {
        "submitted": VIDEO, "running": VIDEO | {"status": "in_progress"}, "done": VIDEO | {"status": "completed", "progress": 100, "completed_at": 1},
        "failed": VIDEO | {"status": "failed", "error": {"code": TEXT, "message": TEXT}},
        "moderated": VIDEO | {"status": "failed", "error": {"code": "moderation_blocked", "message": TEXT}},
        "unknown": {"error": {"message": TEXT, "type": "invalid_request_error", "param": None, "code": TEXT}},
    },
    Siraya: {
        "submitted": {"id": TEXT, "object": "video", "status": "processing", "created_at": 1, "seconds": 4, "model": TEXT},
        "running": {"id": TEXT, "object": "video", "status": "processing"},
        "done": {"id": TEXT, "object": "video", "status": "completed", "output_url": URL, "data": [{"url": URL}]}, "failed": {"id": TEXT, "status": "failed"},
        "moderated": {"id": TEXT, "status": "failed", "error": {"message": TEXT, "type": "content_policy_violation", "param": None, "code": 403}},
        "unknown": {"error": {"message": TEXT, "type": TEXT, "param": None, "code": 404}},
    },
    Siray: {
        "submitted": {"code": "success", "message": "", "task_id": TEXT, "id": TEXT, "data": {"task_id": TEXT}}, "running": task(status="IN_PROGRESS", progress="30%"),
        "done": task(status="SUCCESS", progress="100%", outputs=[URL]), "failed": task(status="FAILURE", progress="100%", fail_reason=TEXT),
        "moderated": task(status="FAILURE", fail_reason=TEXT),
        "unknown": {"code": "task_not_exist", "message": TEXT, "data": None, "error": {"message": TEXT, "code": TEXT, "type": TEXT}},
    },
    LTX: {
        "submitted": {"id": TEXT, "created_at": STAMP}, "running": {"status": "processing", "id": TEXT, "created_at": STAMP},
        "done": {"status": "completed", "id": TEXT, "created_at": STAMP, "completed_at": STAMP, "result": {"video_url": URL}},
        "failed": {"status": "failed", "id": TEXT, "created_at": STAMP, "completed_at": STAMP, "error": {"type": "api_error", "message": TEXT}},
        "moderated": {"status": "failed", "id": TEXT, "created_at": STAMP, "completed_at": STAMP, "error": {"type": "content_filtered_error", "message": TEXT}},
        "unknown": {"type": "error", "error": {"type": "not_found_error", "message": TEXT}},
    },
    AIMLAPI: {
        "submitted": {"id": TEXT, "status": "queued", "meta": {"usage": {"credits_used": 1, "usd_spent": None}}}, "running": {"id": TEXT, "status": "generating"},
        "done": {"id": TEXT, "status": "completed", "video": {"url": URL}, "error": None, "meta": {"usage": {"credits_used": 1}}},
        "failed": {"id": TEXT, "status": "error", "error": {"name": TEXT, "message": TEXT}},
        "moderated": {"id": TEXT, "status": "error", "error": {"name": "moderation_blocked", "message": TEXT}},
        "unknown": {"message": TEXT, "path": "/", "requestId": TEXT, "statusCode": "404", "timestamp": STAMP},
    },
    ImageRouter: {
        "done": {"created": 1, "data": [{"url": URL}], "latency": 1, "cost": None},
        "failed": {"status": 502, "statusText": TEXT, "error": {"message": TEXT, "type": "no_video"}},
        "moderated": {"status": 400, "statusText": TEXT, "error": {"message": TEXT, "type": "content_moderated"}},
    },
}
WORDS = {"video", "queued", "in_progress", "completed", "failed", "processing", "generating", "error", "success", "task_not_exist", "no_video", "content_moderated",
         "content_policy_violation", "content_filtered_error", "not_found_error", "api_error", "invalid_request_error", "moderation_blocked", "404", "100%"}


def assert_matches(rendered, shape, place=""):
    """Fails with the first member that is missing or of another type."""
    if shape is None:
        return
    assert type(rendered) is type(shape), (place, rendered)
    if isinstance(shape, dict):
        for name, inner in shape.items():
            assert name in rendered, f"{place}.{name} is missing in {rendered}"
            assert_matches(rendered[name], inner, f"{place}.{name}")
    elif isinstance(shape, list):
        assert bool(rendered) == bool(shape), (place, rendered)
        for element in rendered:
            assert_matches(element, shape[0], place + "[]")
    elif shape == URL:
        assert rendered.startswith("http"), (place, rendered)
    elif shape == STAMP:
        assert len(rendered) == len(STAMP) and rendered[10] == "T" and rendered[19] == "." and rendered.endswith("Z"), (place, rendered)
    elif shape in WORDS or isinstance(shape, str) and shape.isupper():
        assert rendered == shape, (place, rendered)
    elif shape == TEXT:
        assert rendered, place
    elif isinstance(shape, str) and shape.endswith("%"):
        assert rendered.endswith("%") and rendered[:-1].isdigit(), (place, rendered)


def submitted(dialect, model):
    answer = dialect.create(dialect.body(model))
    assert answer.status == dialect.created and answer.headers["content-type"].split(";")[0] == "application/json"
    return answer


@pytest.mark.parametrize("dialect", POLLED, ids=lambda s: s.name)
def test_every_state_is_rendered_as_documented(shared_router, document, dialect):
    states, dialect = STATES[dialect], dialect(shared_router, document)
    slow = submitted(dialect, "test/slow")
    assert_matches(slow.json, states["submitted"])
    deadline, running = time.monotonic() + 60, None
    while running is None or dialect.state(running) in dialect.waiting:
        assert time.monotonic() < deadline
        running = dialect.status(dialect.id(slow))
        time.sleep(0.1)
    assert_matches(running.json, states["running"])
    for model, state in (("test/card", "done"), ("test/fail", "failed"), ("test/moderated", "moderated")):
        finished, _ = dialect.wait(dialect.id(submitted(dialect, model)))
        assert_matches(finished.json, states[state])
    assert_matches(dialect.status("video_nothing").json, states["unknown"])


def test_every_end_of_a_synchronous_create_is_rendered_as_documented(shared_router, document):
    dialect = ImageRouter(shared_router, document)
    for model, state in (("test/card", "done"), ("test/fail", "failed"), ("test/moderated", "moderated")):
        answer = dialect.create(dialect.body(model))
        assert answer.status == 200
        assert_matches(answer.json, STATES[ImageRouter][state])


def test_a_held_request_shows_life_every_three_seconds(shared_router):
    """One space as soon as a vendor has the job, then one for each three seconds."""
    dialect, started = ImageRouter(shared_router), time.monotonic()
    answer = dialect.create(dialect.body("test/card") | {"render_seconds": 7})
    passed = time.monotonic() - started
    spaces = len(answer.body) - len(answer.body.lstrip(b" "))
    assert passed > 6 and 2 <= spaces <= passed / 3 + 1, (passed, spaces)


def test_ltx_forgets_a_job_a_day_after_its_end(tmp_path):
    """The others tell of it as long as there is something to tell."""
    state, fast = str(tmp_path / "state"), {"GENLOCK_TEST_RENDER_SECONDS": "0"}
    with router(state=state, env=fast) as served:
        ids = {kind: kind(served).id(submitted(kind(served), "test/card")) for kind in POLLED}
        for kind, id in ids.items():
            kind(served).wait(id)
    hour = 3_600_000
    for passed, known in ((23 * hour, set(POLLED)), (2 * hour, set(POLLED) - {LTX})):
        with contextlib.closing(sqlite3.connect(tmp_path / "state" / "journal.sqlite")) as journal, journal:
            assert journal.execute("UPDATE jobs SET ended = ended - ? WHERE ended IS NOT NULL", (passed,)).rowcount == len(ids)
        with router(state=state, env=fast) as served:
            for kind, id in ids.items():
                answer = kind(served).status(id)
                assert (answer.status == 200) == (kind in known), (kind, answer.body)
                if kind not in known:
                    assert_matches(answer.json, STATES[kind]["unknown"])
                    assert answer.status == 404 and answer.body == kind(served).status("video_nothing").body


def test_all_dialects_have_their_states():
    assert set(STATES) == set(ALL)
