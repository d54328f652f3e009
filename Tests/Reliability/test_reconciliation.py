"""Jobs whose start call was not answered are found again at vendors that keep a name for them; nothing is sent again."""

import contextlib
import time

import pytest

from harness import router
from fake_kling import Kling


@pytest.fixture()
def kling():
    made = Kling()
    yield made
    made.close()


BODY = {"model": "kling/kling-3.0", "prompt": "once"}


def finished(served, name):
    until = time.monotonic() + 40
    while time.monotonic() < until:
        job = served.call("GET", f"/v1/videos/{name}").json
        if job["status"] == "completed":
            assert served.call("GET", f"/v1/videos/{name}/content").body == b"clip"
            return job
        time.sleep(0.2)
    raise AssertionError(job)


def test_a_lost_answer_is_no_lost_job(kling, tmp_path):
    kling.loses = lambda: None
    with router(kling.config, state=str(tmp_path / "state")) as served:
        made = served.call("POST", "/v1/videos", BODY)
        assert made.status == 200, made.body
        assert finished(served, made.json["id"])["prompt"] == "once"
        assert [job["id"] for job in served.call("GET", "/v1/videos").json["data"]] == [made.json["id"]]
    assert len(kling.tasks) == 1 and kling.tasks[0][1].startswith("genlock-")


def test_after_a_crash_the_job_is_found_under_the_id_of_its_intent(kling, tmp_path):
    state = str(tmp_path / "state")
    headers = {"Idempotency-Key": "k"}
    with router(kling.config, state=state) as served:
        kling.loses = served.process.kill
        with contextlib.suppress(OSError):
            served.call("POST", "/v1/videos", BODY, headers)
        served.process.wait()
    with router(kling.config, state=state) as served:
        until = time.monotonic() + 30
        while (job := served.call("GET", "/v1/videos").json["data"][0])["status"] == "failed" and time.monotonic() < until:
            time.sleep(0.1)
        assert job["error"] is None, job
        assert finished(served, job["id"])["prompt"] == "once"
        again = served.call("POST", "/v1/videos", BODY, headers)
        assert (again.status, again.json["id"]) == (200, job["id"])
    with router(kling.config, state=state) as served:
        assert finished(served, job["id"])["error"] is None
        assert served.call("DELETE", f"/v1/videos/{job['id']}").json["deleted"]
        assert served.call("GET", f"/v1/videos/{job['id']}").status == 404
    assert len(kling.tasks) == 1


def test_a_vendor_that_learns_of_its_job_late_is_asked_again(kling, tmp_path):
    kling.loses, kling.blind = (lambda: None), 2
    headers = {"Idempotency-Key": "k"}
    with router(kling.config, state=str(tmp_path / "state")) as served:
        lost = served.call("POST", "/v1/videos", BODY, headers)
        assert (lost.status, lost.json["error"]["code"], lost.headers["x-should-retry"]) == (502, "create_ambiguous", "false")
        name = served.call("GET", "/v1/videos").json["data"][0]["id"]
        assert served.call("GET", f"/v1/videos/{name}").json["error"]["code"] == "create_ambiguous"
        until = time.monotonic() + 30
        while served.call("GET", f"/v1/videos/{name}").json["status"] == "failed" and time.monotonic() < until:
            time.sleep(0.3)
        assert finished(served, name)["error"] is None
        assert served.call("POST", "/v1/videos", BODY, headers).json["id"] == name
    assert len(kling.tasks) == 1 and kling.searches == 3
