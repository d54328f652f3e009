"""Accounts with bounds of their own, and jobs that go on to the next try: what waits, what is refused, what moves, and what a crash leaves."""

import contextlib
import functools
import http.client
import json
import socket
import sqlite3
import subprocess
import threading
import time

from harness import binary, wait_until_ended
from harness import router as plain_router
from fake_vendor import FakeOpenAIVendor

router = functools.partial(plain_router, admin=True)


def config(accounts, aliases="sora-2: [ { model: fake/any, adapt: nearest } ]", rest=""):
    """`accounts`: name, vendor on a loopback port, further settings."""
    lines = [
        f'  {name}: {{ vendor: openai-compatible, base_url: "http://127.0.0.1:{made.port}/v1", api_key: k{more and ", " + more} }}'
        for name, made, more in accounts
    ]
    return "accounts:\n" + "\n".join(lines) + f"\naliases:\n  {aliases}\n{rest}"


def create(served, prompt, timeout=60):
    return served.call("POST", "/v1/videos", {"model": "sora-2", "prompt": prompt}, timeout=timeout)


def accounts(served):
    return served.admin("/readyz").json["accounts"]


def test_jobs_wait_for_a_slot_and_get_it_without_polls(tmp_path):
    """Six creates through two slots: none is refused, and the vendor never runs three jobs."""
    with FakeOpenAIVendor() as made, router(config([("fake", made, "concurrency: 2")]), state=str(tmp_path / "s")) as served:
        answers = []
        threads = [threading.Thread(target=lambda n=n: answers.append(create(served, f"{n}").status)) for n in range(6)]
        for thread in threads:
            thread.start()
            time.sleep(0.05)
        assert accounts(served)["fake"]["concurrency"] == 2
        most, deadline = 0, time.monotonic() + 60
        while any(thread.is_alive() for thread in threads):
            assert time.monotonic() < deadline, answers
            seen = accounts(served)["fake"]
            most = max(most, seen["jobs"])
            assert len(made.paid_jobs.prompts) <= len(answers) + 2
            time.sleep(0.05)
        assert answers == [200] * 6 and most == 2
        metrics = served.admin("/metrics").body.decode()
        assert 'genlock_account_concurrency{account="fake"} 2' in metrics and 'genlock_account_state{account="fake",state="passing"} 1' in metrics


def test_a_full_account_refuses_after_the_deadline_and_a_client_that_leaves_waits_no_more(tmp_path):
    with FakeOpenAIVendor() as made:
        made.endless = {"long"}
        text = config([("fake", made, "concurrency: 1")], rest="limits: { queue_timeout: 3s }\n")
        with router(text, state=str(tmp_path / "s")) as served:
            assert create(served, "long").status == 200
            began = time.monotonic()
            refused = create(served, "late")
            assert refused.status == 429 and refused.json["error"]["code"] == "concurrency_limit_exceeded"
            assert 2.5 < time.monotonic() - began < 8 and int(refused.headers["retry-after"]) >= 1

            body = json.dumps({"model": "sora-2", "prompt": "left"}).encode()
            with socket.create_connection(("127.0.0.1", served.port)) as client:
                head = f"POST /v1/videos HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
                client.sendall(head.encode() + body)
                time.sleep(0.5)
                assert accounts(served)["fake"]["waiting"] == 1
            time.sleep(0.3)
            assert "waiting" not in accounts(served)["fake"]
            made.endless.clear()
            time.sleep(3)
            assert made.paid_jobs.prompts == ["long"]
            assert create(served, "next").status == 200


def test_slots_survive_kill_9(tmp_path):
    state = str(tmp_path / "s")
    with FakeOpenAIVendor() as made:
        made.endless = {"0", "1"}
        text = config([("fake", made, "concurrency: 2")], rest="limits: { queue_timeout: 2s }\n")
        with router(text, state=state) as served:
            for number in range(2):
                assert create(served, f"{number}").status == 200
            served.process.kill()
            served.process.wait()
        with router(text, state=state) as served:
            assert create(served, "third").status == 429
            assert accounts(served)["fake"]["jobs"] == 2
            made.endless = {"1"}
            time.sleep(2)
            assert create(served, "third").status == 200
        assert made.paid_jobs.prompts == ["0", "1", "third"]


def test_a_rate_of_an_account_is_waited_for(tmp_path):
    with FakeOpenAIVendor() as made, router(config([("fake", made, "rate: 2/s")]), state=str(tmp_path / "s")) as served:
        began = time.monotonic()
        assert [create(served, f"{n}").status for n in range(6)] == [200] * 6
        assert 1.8 < time.monotonic() - began < 8


def test_two_accounts_share_the_load_by_weight(tmp_path):
    with FakeOpenAIVendor() as one, FakeOpenAIVendor() as two:
        text = config([("heavy", one, "weight: 3"), ("light", two, "")], "sora-2: [ openai-compatible/any ]")
        with router(text, state=str(tmp_path / "s")) as served:
            assert [create(served, f"{n}").status for n in range(120)] == [200] * 120
        assert len(one.paid_jobs.prompts) + len(two.paid_jobs.prompts) == 120
        assert 70 <= len(one.paid_jobs.prompts) <= 108


def test_a_vendor_that_refuses_is_passed_over_and_not_asked_again_at_once(tmp_path):
    with FakeOpenAIVendor() as one, FakeOpenAIVendor() as two:
        one.fault = "429"
        text = config([("one", one, ""), ("two", two, "")], "sora-2: [ one/any, two/any ]")
        with router(text, state=str(tmp_path / "s")) as served:
            assert [create(served, f"{n}").status for n in range(5)] == [200] * 5
            assert accounts(served)["one"]["state"] == "tripped"
        assert two.paid_jobs.prompts == ["0", "1", "2", "3", "4"] and one.paid_jobs.prompts == []


FAILOVER = "sora-2: [ { model: one/any, on_failure: next }, { model: two/any, on_failure: next }, { model: three/any } ]"


def test_a_job_that_fails_goes_on_under_its_id(tmp_path):
    state = str(tmp_path / "s")
    with FakeOpenAIVendor() as one, FakeOpenAIVendor() as two, FakeOpenAIVendor() as three:
        one.failures = two.failures = {"boat"}
        text = config([("one", one, "price: 0.10 USD/clip"), ("two", two, "price: 0.30 USD/clip"), ("three", three, "price: 0.20 USD/clip")], FAILOVER)
        with router(text, state=state) as served:
            name = create(served, "boat").json["id"]
            ended = wait_until_ended(served, f"/v1/videos/{name}")
            assert ended["status"] == "completed" and ended["id"] == name
            assert "one" not in ended["warnings"][0]["param"] and "was given to" in ended["warnings"][0]["message"]
            answer = served.call("GET", f"/v1/videos/{name}")
            assert answer.headers["genlock-cost"] == "0.20 USD"
            assert served.call("GET", f"/v1/videos/{name}/content").body == b"boat"
            assert [vendor_.paid_jobs.prompts for vendor_ in (one, two, three)] == [["boat"]] * 3
        # After a restart the id leads to the last attempt.
        with router(text, state=state) as served:
            assert served.call("GET", f"/v1/videos/{name}").json["status"] == "completed"
            assert served.call("GET", f"/v1/videos/{name}/content").body == b"boat"
            assert [job["id"] for job in served.call("GET", "/v1/videos").json["data"]] == [name]
        with contextlib.closing(sqlite3.connect(state + "/journal.sqlite")) as journal:
            assert journal.execute("SELECT state, account, settled FROM jobs").fetchall() == [("done", "three", 200_000)]
            assert journal.execute("SELECT sum(micros) FROM spending").fetchone() == (200_000,)
            assert journal.execute("SELECT count(*) FROM wishes").fetchone() == (0,)


def test_when_all_fail_the_job_has_failed_once_and_each_was_asked_once(tmp_path):
    with FakeOpenAIVendor() as one, FakeOpenAIVendor() as two, FakeOpenAIVendor() as three:
        one.failures = two.failures = three.failures = {"boat"}
        with router(config([("one", one, ""), ("two", two, ""), ("three", three, "")], FAILOVER), state=str(tmp_path / "s")) as served:
            name = create(served, "boat").json["id"]
            assert wait_until_ended(served, f"/v1/videos/{name}")["status"] == "failed"
            for _ in range(3):
                assert served.call("GET", f"/v1/videos/{name}").json["status"] == "failed"
        assert [vendor_.paid_jobs.prompts for vendor_ in (one, two, three)] == [["boat"]] * 3


def test_an_offer_whose_answer_is_lost_is_ambiguous_also_across_kill_9(tmp_path):
    for kills in (False, True):
        state = str(tmp_path / f"s{kills}")
        with FakeOpenAIVendor() as one, FakeOpenAIVendor() as two, FakeOpenAIVendor() as three:
            one.failures = {"boat"}
            two.fault, two.delay = ("fin", lambda: 0) if not kills else (None, lambda: 3)
            text = config([("one", one, ""), ("two", two, ""), ("three", three, "")], FAILOVER)
            with router(text, state=state) as served:
                name = create(served, "boat").json["id"]
                if kills:
                    poll = threading.Thread(target=refresh_status, args=(served, name), daemon=True)
                    # Past the interval in which the vendor is not asked.
                    time.sleep(2.5)
                    poll.start()
                    time.sleep(1)
                    served.process.kill()
                    served.process.wait()
                else:
                    assert wait_until_ended(served, f"/v1/videos/{name}")["error"]["code"] == "create_ambiguous"
            with router(text, state=state) as served:
                shown_job = served.call("GET", f"/v1/videos/{name}").json
                assert shown_job["status"] == "failed" and shown_job["error"]["code"] == "create_ambiguous"
                command = [binary(), "jobs", "--ambiguous", "--state", state]
                shown = subprocess.run(command, capture_output=True, text=True, timeout=30, cwd=tmp_path, env={"PATH": "/usr/bin:/bin"})
                assert shown.returncode == 0 and name in shown.stdout and "account  two" in shown.stdout, shown
            assert (len(one.paid_jobs.prompts), len(two.paid_jobs.prompts), len(three.paid_jobs.prompts)) == (1, 1, 0)


def refresh_status(served, name):
    with contextlib.suppress(OSError, http.client.HTTPException):
        served.call("GET", f"/v1/videos/{name}")


def test_the_list_of_jobs(tmp_path):
    state = str(tmp_path / "s")
    with FakeOpenAIVendor() as made, router(config([("fake", made, "")]), state=state) as served:
        name = create(served, "fine").json["id"]
        made.fault = "fin"
        assert create(served, "lost").status == 502
        for arguments, wanted, other in [
            (["--state", state], ["fine", "lost", name], []), (["--state", state, "--ambiguous"], ["lost", "called between"], [name]),
            (["--url", served.url], ["fine", "lost", "unknown"], []), (["--url", served.url, "--ambiguous", "--json"], ["lost"], [name]),
        ]:
            shown = subprocess.run([binary(), "jobs", *arguments], capture_output=True, text=True, timeout=30, cwd=tmp_path, env={"PATH": "/usr/bin:/bin"})
            assert shown.returncode == 0, shown
            assert all(word in shown.stdout for word in wanted) and not any(word in shown.stdout for word in other), shown.stdout


def test_a_job_is_cancelled_where_its_vendor_can(tmp_path):
    with FakeOpenAIVendor() as made, router(config([("fake", made, "")]), state=str(tmp_path / "s")) as served:
        made.endless = {"long"}
        name = create(served, "long").json["id"]
        refused = served.call("POST", f"/v1/videos/{name}/cancel")
        assert (refused.status, refused.json["error"]["code"]) == (409, "cancel_refused"), refused.body
        made.can_cancel = True
        ended = served.call("POST", f"/v1/videos/{name}/cancel")
        assert (ended.status, ended.json["status"], ended.json["error"]["code"]) == (200, "failed", "cancelled"), ended.body
        # This vendor forgets what it stops; the router does not.
        assert served.call("GET", f"/v1/videos/{name}").json["error"]["code"] == "cancelled"
        again = served.call("POST", f"/v1/videos/{name}/cancel")
        assert (again.status, again.json["error"]["code"]) == (409, "already_ended"), again.body
        assert served.call("POST", "/v1/videos/video_nobodys/cancel").status == 404
