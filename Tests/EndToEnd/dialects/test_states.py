"""Each state of a job in the documented form: every member that the services' own pages and clients show is there, of the same type."""

import contextlib
import sqlite3
import time

import pytest

from harness import router
from speakers import AIMLAPI, ALL, ASKED, LTX, ImageRouter, OpenAI, Siray, Siraya

URL, TEXT, STAMP = "https://x/y.mp4", "text", "2026-01-15T10:00:00.000Z"
VIDEO = {"id": TEXT, "object": "video", "model": TEXT, "status": "queued", "progress": 0, "created_at": 1, "completed_at": None, "expires_at": None,
         "prompt": TEXT, "size": TEXT, "seconds": "4", "remixed_from_video_id": None, "error": None}
TASK = {"task_id": TEXT, "action": "", "status": "NOT_START", "progress": "0%", "outputs": [], "submit_time": 1, "start_time": 0, "finish_time": 0, "fail_reason": ""}


def task(**told):
    return {"code": "success", "message": "", "data": TASK | told}


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


def like(told, shape, place=""):
    """Fails with the first member that is missing or of another type."""
    if shape is None:
        return
    assert type(told) is type(shape), (place, told)
    if isinstance(shape, dict):
        for name, inner in shape.items():
            assert name in told, f"{place}.{name} is missing in {told}"
            like(told[name], inner, f"{place}.{name}")
    elif isinstance(shape, list):
        assert bool(told) == bool(shape), (place, told)
        for element in told:
            like(element, shape[0], place + "[]")
    elif shape == URL:
        assert told.startswith("http"), (place, told)
    elif shape == STAMP:
        assert len(told) == len(STAMP) and told[10] == "T" and told[19] == "." and told.endswith("Z"), (place, told)
    elif shape in WORDS or isinstance(shape, str) and shape.isupper():
        assert told == shape, (place, told)
    elif shape == TEXT:
        assert told, place
    elif isinstance(shape, str) and shape.endswith("%"):
        assert told.endswith("%") and told[:-1].isdigit(), (place, told)


def submitted(speaker, model):
    answer = speaker.create(speaker.body(model))
    assert answer.status == speaker.created and answer.headers["content-type"].split(";")[0] == "application/json"
    return answer


@pytest.mark.parametrize("speaker", ASKED, ids=lambda s: s.name)
def test_every_state_is_told_as_documented(rehearsal, document, speaker):
    states, speaker = STATES[speaker], speaker(rehearsal, document)
    slow = submitted(speaker, "test/slow")
    like(slow.json, states["submitted"])
    deadline, running = time.monotonic() + 60, None
    while running is None or speaker.state(running) in speaker.waiting:
        assert time.monotonic() < deadline
        running = speaker.status(speaker.id(slow))
        time.sleep(0.1)
    like(running.json, states["running"])
    for model, state in (("test/card", "done"), ("test/fail", "failed"), ("test/moderated", "moderated")):
        finished, _ = speaker.wait(speaker.id(submitted(speaker, model)))
        like(finished.json, states[state])
    like(speaker.status("video_nothing").json, states["unknown"])


def test_every_end_of_a_held_request_is_told_as_documented(rehearsal, document):
    speaker = ImageRouter(rehearsal, document)
    for model, state in (("test/card", "done"), ("test/fail", "failed"), ("test/moderated", "moderated")):
        answer = speaker.create(speaker.body(model))
        assert answer.status == 200
        like(answer.json, STATES[ImageRouter][state])


def test_a_held_request_shows_life_every_three_seconds(rehearsal):
    """One space as soon as a vendor has the job, then one for each three seconds."""
    speaker, started = ImageRouter(rehearsal), time.monotonic()
    answer = speaker.create(speaker.body("test/card") | {"render_seconds": 7})
    passed = time.monotonic() - started
    spaces = len(answer.body) - len(answer.body.lstrip(b" "))
    assert passed > 6 and 2 <= spaces <= passed / 3 + 1, (passed, spaces)


def test_ltx_forgets_a_job_a_day_after_its_end(tmp_path):
    """The others tell of it as long as there is something to tell."""
    state, fast = str(tmp_path / "state"), {"GENLOCK_TEST_RENDER_SECONDS": "0"}
    with router(state=state, env=fast) as served:
        ids = {kind: kind(served).id(submitted(kind(served), "test/card")) for kind in ASKED}
        for kind, id in ids.items():
            kind(served).wait(id)
    hour = 3_600_000
    for passed, known in ((23 * hour, set(ASKED)), (2 * hour, set(ASKED) - {LTX})):
        with contextlib.closing(sqlite3.connect(tmp_path / "state" / "journal.sqlite")) as journal, journal:
            assert journal.execute("UPDATE jobs SET ended = ended - ? WHERE ended IS NOT NULL", (passed,)).rowcount == len(ids)
        with router(state=state, env=fast) as served:
            for kind, id in ids.items():
                answer = kind(served).status(id)
                assert (answer.status == 200) == (kind in known), (kind, answer.body)
                if kind not in known:
                    like(answer.json, STATES[kind]["unknown"])
                    assert answer.status == 404 and answer.body == kind(served).status("video_nothing").body


def test_all_dialects_have_their_states():
    assert set(STATES) == set(ALL)
