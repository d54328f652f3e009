"""A disk that fails: creates are refused before anything is sent, everything else goes on, and nothing acknowledged is lost."""

import pathlib
import shutil
import subprocess
import time

import pytest

from harness import router, wait_until_ended
from fake_vendor import FakeOpenAIVendor

BODY = {"model": "sora-2", "prompt": "x"}


@pytest.fixture(scope="module")
def library(tmp_path_factory):
    compiler = shutil.which("cc") or shutil.which("gcc") or shutil.which("clang")
    if not compiler:
        pytest.skip("no C compiler")
    made = tmp_path_factory.mktemp("library") / "bad_disk.so"
    source = pathlib.Path(__file__).with_name("bad_disk.c")
    subprocess.run([compiler, "-shared", "-fPIC", "-O1", "-o", made, source, "-ldl"], check=True)
    return made


def once_accepted(served):
    """The first create that is taken again: a file that failed is tried once a second."""
    for _ in range(30):
        answer = served.call("POST", "/v1/videos", BODY)
        if answer.status == 200:
            return answer
        time.sleep(0.1)
    raise AssertionError(answer.body)


@pytest.mark.parametrize("mode, status, code", [
    ("full", 507, "storage_full"), ("sync", 503, "storage_unavailable"), ("read-only", 503, "storage_unavailable")])
def test_a_disk_that_fails_and_recovers(library, tmp_path, mode, status, code):
    switch = tmp_path / "switch"
    state = str(tmp_path / "state")
    with FakeOpenAIVendor() as made:
        with router(made.config(), env={"LD_PRELOAD": str(library), "BAD_DISK": str(switch)}, state=state) as served:
            before = served.call("POST", "/v1/videos", BODY)
            assert before.status == 200
            switch.write_text(mode)
            for _ in range(3):
                refused = served.call("POST", "/v1/videos", BODY)
                assert (refused.status, refused.json["error"]["code"]) == (status, code), refused.body
            assert len(made.paid_jobs.prompts) == 1
            path = f"/v1/videos/{before.json['id']}"
            assert wait_until_ended(served, path)["status"] == "completed"
            assert served.call("GET", path + "/content").body == b"x"
            switch.unlink()
            later = once_accepted(served)
        with router(made.config(), state=state) as served:
            listed = served.call("GET", "/v1/videos").json["data"]
            assert [job["id"] for job in listed] == [later.json["id"], before.json["id"]]
            assert all(job["error"] is None for job in listed)


@pytest.mark.parametrize("mode", ["full", "sync"])
def test_a_disk_that_fails_while_the_vendor_is_answering(library, tmp_path, mode):
    """The ticket cannot be written any more: the client gets its job all the same, and the journal gets it later."""
    switch = tmp_path / "switch"
    state = str(tmp_path / "state")
    with FakeOpenAIVendor() as made:
        with router(made.config(), env={"LD_PRELOAD": str(library), "BAD_DISK": str(switch)}, state=state) as served:
            made.delay = lambda: switch.write_text(mode) and 0
            answer = served.call("POST", "/v1/videos", BODY)
            assert answer.status == 200
            path = f"/v1/videos/{answer.json['id']}"
            assert wait_until_ended(served, path)["status"] == "completed"
            assert served.call("POST", "/v1/videos", BODY).status in (503, 507)
            switch.unlink()
            made.delay = lambda: 0
            second = once_accepted(served)
        with router(made.config(), state=state) as served:
            listed = served.call("GET", "/v1/videos").json["data"]
            assert [job["id"] for job in listed] == [second.json["id"], answer.json["id"]]
            assert all(job["error"] is None for job in listed)
            assert len(made.paid_jobs.prompts) == 2


def test_a_corrupt_journal(tmp_path):
    state = tmp_path / "state"
    with FakeOpenAIVendor() as made:
        with router(made.config(), state=str(state)) as served:
            before = served.call("POST", "/v1/videos", BODY).json
        for file in state.glob("journal.sqlite-*"):
            file.unlink()
        (state / "journal.sqlite").write_bytes(b"no database " * 1000)
        with router(made.config(), state=str(state), probe="/healthz") as served:
            refused = served.call("POST", "/v1/videos", BODY)
            assert (refused.status, refused.json["error"]["code"]) == (503, "storage_unavailable")
            assert served.call("GET", "/readyz").status == 503
            assert wait_until_ended(served, f"/v1/videos/{before['id']}")["status"] == "completed"
            assert served.call("GET", f"/v1/videos/{before['id']}/content").body == b"x"
            assert served.call("GET", "/v1/videos").status == 503
        assert (state / "journal.sqlite").read_bytes() == b"no database " * 1000
        assert len(made.paid_jobs.prompts) == 1


def test_without_a_journal_there_are_jobs_but_no_lists(tmp_path):
    with FakeOpenAIVendor() as made, router(made.config("journal: off"), state=str(tmp_path / "state")) as served:
        job = served.call("POST", "/v1/videos", BODY, {"Idempotency-Key": "k"}).json
        assert served.call("POST", "/v1/videos", BODY, {"Idempotency-Key": "k"}).json["id"] == job["id"]
        assert wait_until_ended(served, f"/v1/videos/{job['id']}")["prompt"] == "x"
        for method, path in [("GET", "/v1/videos"), ("DELETE", f"/v1/videos/{job['id']}")]:
            assert served.call(method, path).json["error"]["code"] == "journal_off"
        assert not (tmp_path / "state" / "journal.sqlite").exists()
