"""The server follows accepted jobs to their end by itself: no test here asks for a status."""

import os
import sqlite3
import time

from fake_kling import Kling
from fake_vendor import FakeOpenAIVendor
from harness import router, eventually

FAILOVER = """
accounts:
  one: {{ vendor: openai-compatible, base_url: "http://127.0.0.1:{one}/v1", api_key: none, price: 0.10 USD/clip }}
  two: {{ vendor: openai-compatible, base_url: "http://127.0.0.1:{two}/v1", api_key: none, price: 0.30 USD/clip }}
aliases:
  sora-2: [ {{ model: one/any, on_failure: next }}, {{ model: two/any }} ]
"""


def create(served, prompt):
    answer = served.call("POST", "/v1/videos", {"model": "sora-2", "prompt": prompt})
    assert answer.status == 200, answer.body
    return answer.json["id"]


def states(served):
    """Of all jobs, from the journal: a list asks no vendor."""
    return {job["id"]: job["status"] for job in served.call("GET", "/v1/videos").json["data"]}


def metric(served, name):
    lines = [line for line in served.call("GET", "/metrics").body.decode().splitlines() if line.startswith(name)]
    return sum(float(line.rsplit(" ", 1)[1]) for line in lines)


def test_a_job_ends_and_is_settled_although_no_client_asks(tmp_path):
    with FakeOpenAIVendor() as vendor:
        began = time.monotonic()
        vendor.state = lambda name: ("completed", 100) if time.monotonic() - began > 5 else ("in_progress", 10)
        with router(vendor.config(), state=str(tmp_path / "s")) as served:
            name = create(served, "boat")
            assert metric(served, "genlock_watched_jobs") == 1
            eventually(lambda: metric(served, 'genlock_jobs_ended_total{') == 1, 30)
            assert states(served) == {name: "completed"}
            eventually(lambda: metric(served, "genlock_watched_jobs") == 0, 10)
            polls = vendor.paid_jobs.status_calls
            time.sleep(3)
            assert vendor.paid_jobs.status_calls == polls


def test_a_job_of_a_run_that_was_killed_is_followed_after_the_restart(tmp_path):
    state = str(tmp_path / "s")
    with FakeOpenAIVendor() as vendor:
        vendor.state = lambda name: ("in_progress", 10)
        with router(vendor.config(), state=state) as served:
            name = create(served, "boat")
            served.process.kill()
            served.process.wait(20)
        vendor.state = lambda name: ("completed", 100)
        with router(vendor.config(), state=state) as served:
            eventually(lambda: states(served) == {name: "completed"}, 40)
        assert vendor.paid_jobs.prompts == ["boat"]


def test_a_job_fails_over_although_no_client_asks(tmp_path):
    with FakeOpenAIVendor() as one, FakeOpenAIVendor() as two:
        one.failures = {"boat"}
        text = FAILOVER.format(one=one.port, two=two.port)
        with router(text, state=str(tmp_path / "s")) as served:
            name = create(served, "boat")
            eventually(lambda: states(served) == {name: "completed"}, 40)
            assert [vendor.paid_jobs.prompts for vendor in (one, two)] == [["boat"], ["boat"]]
            assert metric(served, "genlock_cost_settled_usd_total") == 0.30


def test_a_polling_client_and_the_server_share_the_vendors_interval(tmp_path):
    """The card of this vendor says 2 s."""
    with FakeOpenAIVendor() as vendor:
        vendor.state = lambda name: ("in_progress", 10)
        with router(vendor.config(), state=str(tmp_path / "s")) as served:
            name = create(served, "boat")
            until = time.monotonic() + 9
            while time.monotonic() < until:
                served.call("GET", f"/v1/videos/{name}")
                time.sleep(0.2)
            assert 3 <= vendor.paid_jobs.status_calls <= 6


def test_a_vendor_that_is_down_for_a_while_is_asked_again(tmp_path):
    with FakeOpenAIVendor() as vendor:
        began = time.monotonic()

        def state(name):
            if time.monotonic() - began < 6:
                raise ConnectionError("down")
            return "completed", 100

        vendor.state = state
        with router(vendor.config(), state=str(tmp_path / "s")) as served:
            name = create(served, "boat")
            eventually(lambda: states(served) == {name: "completed"}, 60)


def test_jobs_are_followed_soon_after_the_journal_can_be_read(tmp_path):
    """At the start the journal's file is not there, but a folder of its name."""
    state = tmp_path / "s"
    file, aside = state / "journal.sqlite", state / "aside"
    with FakeOpenAIVendor() as vendor:
        vendor.state = lambda name: ("in_progress", 10)
        with router(vendor.config(), state=str(state)) as served:
            name = create(served, "boat")
        vendor.state = lambda name: ("completed", 100)
        polls = vendor.paid_jobs.status_calls
        file.rename(aside)
        file.mkdir()
        with router(vendor.config(), state=str(state), probe="/healthz") as served:
            eventually(lambda: served.call("GET", "/readyz").status == 503)
            time.sleep(3)
            assert vendor.paid_jobs.status_calls == polls
            file.rmdir()
            aside.rename(file)
            eventually(lambda: served.call("GET", "/v1/videos").status == 200 and states(served) == {name: "completed"}, 60)


def test_jobs_of_one_account_are_asked_about_together_although_no_client_asks(tmp_path):
    """Kling's status calls take 20 ids. The jobs are old, so each is polled once in 12 s, which is more than two of Kling's intervals."""
    kling = Kling()
    kling.state = "processing"
    state = str(tmp_path / "s")
    with router(kling.config + "watch: off\n", state=state) as served:
        for number in range(40):
            assert served.call("POST", "/v1/videos", {"model": "kling/kling-3.0", "prompt": str(number)}).status == 200
    with sqlite3.connect(os.path.join(state, "journal.sqlite")) as journal:
        journal.execute("UPDATE jobs SET created = created - 400000")
    text = kling.config.replace("limits: {", "limits: { max_watch_interval: 12s,")
    with router(text, state=state) as served:
        # The first polls are spread over ten seconds, and are mostly single ones. Two rounds come after them.
        time.sleep(36)
    asked = kling.asked
    kling.close()
    print(f"40 jobs watched for 36 s: {len(asked)} calls, {[len(ids) for ids in asked]} ids")
    assert {name for ids in asked for name in ids} == {task[0] for task in kling.tasks}
    assert len(asked) <= 70, "single calls are about 90"
    assert sum(len(ids) == 20 for ids in asked) >= 4


def test_watch_off_leaves_jobs_to_their_clients(tmp_path):
    with FakeOpenAIVendor() as vendor:
        with router(vendor.config() + "\nwatch: off\n", state=str(tmp_path / "s")) as served:
            create(served, "boat")
            time.sleep(6)
            assert vendor.paid_jobs.status_calls == 0
            assert "genlock_watched_jobs" not in served.call("GET", "/metrics").body.decode()
