"""Keys with rates and budgets: what is refused, what is reserved, settled and released, also by many at once and across kill -9."""

import contextlib
import hashlib
import http.client
import json
import sqlite3
import threading
import time

from harness import router, wait_until_ended
from fake_vendor import FakeOpenAIVendor


def key(name, rest=""):
    return f"  - {{ name: {name}, sha256: {hashlib.sha256(name.encode()).hexdigest()}{rest and ', ' + rest} }}"


def config(made, *keys, price="0.10 USD/clip", aliases=""):
    """The vendor's account, with a price, since no catalog knows what an operator's own server costs."""
    base = f"http://127.0.0.1:{made.port}/v1"
    cost = f", price: {price}" if price else ""
    return (
        f'accounts:\n  fake: {{ vendor: openai-compatible, base_url: "{base}", api_key: ledger-key{cost} }}\n'
        f"aliases:\n  sora-2: [ {{ model: fake/any, adapt: nearest }} ]\n{aliases}keys:\n" + "\n".join(keys) + "\n"
    )


def create(served, owner, prompt="x", path="/v1/videos", model="sora-2"):
    return served.call("POST", path, {"model": model, "prompt": prompt}, {"Authorization": f"Bearer {owner}"})


def spent(served, owner):
    answer = served.call("GET", "/imagerouter/v1/credits", headers={"Authorization": f"Bearer {owner}"})
    return round(float(answer.json["credit_usage"]), 4)


def test_a_budget_is_spent_to_its_end_and_reported_in_every_dialects_words(tmp_path):
    with FakeOpenAIVendor() as made, router(config(made, key("alice", "budget: 0.35 USD/day"), key("bob")), state=str(tmp_path / "s")) as served:
        for number in range(3):
            answer = create(served, "alice", f"{number}")
            assert (answer.status, answer.headers["genlock-cost"]) == (200, "0.10 USD")
        assert spent(served, "alice") == 0.3
        refused = create(served, "alice", "too much")
        assert refused.status == 429 and refused.json["error"]["code"] == "insufficient_quota"
        assert refused.headers["x-should-retry"] == "false" and "next budget period begins" in refused.json["error"]["message"]
        for path, body in [
            ("/siraya/v1/videos/generations", {"model": "sora-2", "prompt": "x"}),
            ("/siray/v1/video/generations", {"model": "sora-2", "prompt": "x"}),
            # This service and the last say it with 403.
            ("/imagerouter/v1/openai/videos/generations", {"model": "sora-2", "prompt": "x"}),
            ("/ltx/v2/text-to-video", {"model": "sora-2", "prompt": "x", "duration": 4, "resolution": "1280x720"}),
            ("/aimlapi/v2/video/generations", {"model": "sora-2", "prompt": "x"}),
        ]:
            answer = served.call("POST", path, body, {"Authorization": "Bearer alice"})
            assert answer.status == (403 if path.startswith(("/imagerouter", "/aimlapi")) else 402), (path, answer.status, answer.body)
            assert answer.headers.get("x-should-retry") in (None, "false")
        assert made.paid_jobs.prompts == ["0", "1", "2"]
        # Another key has a purse of its own.
        assert create(served, "bob").status == 200


def test_what_failed_is_released_and_what_is_done_stays(tmp_path):
    state = str(tmp_path / "s")
    with FakeOpenAIVendor() as made:
        made.failures = {"bad"}
        with router(config(made, key("alice", "budget: 0.20 USD/month")), state=state) as served:
            good, bad = (create(served, "alice", prompt).json["id"] for prompt in ("good", "bad"))
            assert create(served, "alice", "third").status == 429
            ended = wait_until_ended(served, f"/v1/videos/{bad}", headers={"Authorization": "Bearer alice"})
            assert ended["status"] == "failed"
            assert served.call("GET", f"/v1/videos/{bad}", headers={"Authorization": "Bearer alice"}).headers["genlock-cost"] == "0.00 USD"
            wait_until_ended(served, f"/v1/videos/{good}", headers={"Authorization": "Bearer alice"})
            assert spent(served, "alice") == 0.1
            assert create(served, "alice", "third").status == 200
        with router(config(made, key("alice", "budget: 0.20 USD/month")), state=state) as served:
            assert spent(served, "alice") == 0.2
            assert create(served, "alice", "fourth").status == 429
            # A refusal that proves that nothing was made costs nothing.
            assert made.paid_jobs.prompts == ["good", "bad", "third"]


def test_what_the_vendor_refuses_costs_nothing(tmp_path):
    with FakeOpenAIVendor() as made, router(config(made, key("alice", "budget: 0.15 USD/day")), state=str(tmp_path / "s")) as served:
        made.fault = "429"
        assert create(served, "alice").status == 429
        assert spent(served, "alice") == 0
        made.fault = None
        time.sleep(1.1)
        assert create(served, "alice").status == 200
        # The outcome of this one is unknown, so it counts.
        made.fault = "fin"
        assert spent(served, "alice") == 0.1
        assert create(served, "alice").status == 429


def test_a_model_without_a_price(tmp_path):
    keys = key("strict", "budget: 5 USD/day"), key("easy", "budget: 5 USD/day, unpriced: allow"), key(
        "flat", "budget: 5 USD/day, unpriced: 2.50 USD"), key("free")
    with FakeOpenAIVendor() as made, router(config(made, *keys, price=None), state=str(tmp_path / "s")) as served:
        refused = create(served, "strict")
        assert refused.status == 400 and refused.json["error"]["code"] == "price_unknown" and refused.json["error"]["param"] == "model"
        assert create(served, "easy").headers["genlock-cost"] == "unknown"
        assert create(served, "free").headers["genlock-cost"] == "unknown"
        assert [create(served, "flat").status for _ in range(3)] == [200, 200, 429]
        assert len(made.paid_jobs.prompts) == 4


def test_a_rate_counts_creates_and_not_polls(tmp_path):
    with FakeOpenAIVendor() as made, router(config(made, key("alice", "rate: 3/min"), key("bob")), state=str(tmp_path / "s")) as served:
        made_ids = [create(served, "alice", f"{n}") for n in range(3)]
        assert [answer.status for answer in made_ids] == [200] * 3
        refused = create(served, "alice")
        assert refused.status == 429 and refused.json["error"]["code"] == "rate_limit_exceeded"
        assert 1 <= int(refused.headers["retry-after"]) <= 20 and refused.headers.get("x-should-retry") != "false"
        assert create(served, "bob").status == 200
        for _ in range(20):
            answer = served.call("GET", f"/v1/videos/{made_ids[0].json['id']}", headers={"Authorization": "Bearer alice"})
            assert answer.status == 200
        # The same create again is the first one, and no other.
        assert len(made.paid_jobs.prompts) == 4


def test_many_at_once_cannot_spend_the_same_rest(tmp_path):
    """64 creates on all loops at once for a budget of 10, then as many again after a restart."""
    state, statuses = str(tmp_path / "s"), []
    with FakeOpenAIVendor() as made:
        made.delay = lambda: 0.02
        for _ in range(2):
            with router(config(made, key("alice", "budget: 1.00 USD/month")), state=state) as served:

                def run(number):
                    connection = http.client.HTTPConnection("127.0.0.1", served.port, timeout=30)
                    body = json.dumps({"model": "sora-2", "prompt": f"{number}"})
                    connection.request("POST", "/v1/videos", body, {"Authorization": "Bearer alice", "Content-Type": "application/json"})
                    statuses.append(connection.getresponse().status)
                    connection.close()

                threads = [threading.Thread(target=run, args=(number,)) for number in range(64)]
                for thread in threads:
                    thread.start()
                for thread in threads:
                    thread.join()
                assert spent(served, "alice") == 1.0
        assert sorted(statuses) == [200] * 10 + [429] * 118
        assert len(made.paid_jobs.prompts) == 10


def test_two_programs_with_one_folder_share_one_budget(tmp_path):
    state, text = str(tmp_path / "s"), None
    with FakeOpenAIVendor() as made:
        text = config(made, key("alice", "budget: 0.50 USD/day"))
        with router(text, state=state) as one, router(text, state=state) as two:
            statuses = []

            def run(served):
                statuses.extend(create(served, "alice").status for _ in range(8))

            threads = [threading.Thread(target=run, args=(served,)) for served in (one, two, one, two)]
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join()
            assert statuses.count(200) == 5 and len(made.paid_jobs.prompts) == 5


def test_kill_between_reserve_and_settle(tmp_path):
    """What was reserved when the program died stays reserved, whatever became of the call; what was settled stays settled."""
    state = str(tmp_path / "s")
    with FakeOpenAIVendor() as made:
        text = config(made, key("alice", "budget: 0.50 USD/month"))
        for round_ in range(3):
            with router(text, state=state) as served:
                made.delay = lambda: 0
                done = create(served, "alice", f"done {round_}")
                if done.status == 200:
                    wait_until_ended(served, f"/v1/videos/{done.json['id']}", headers={"Authorization": "Bearer alice"})
                made.delay = lambda: 2
                hanging = threading.Thread(target=silent, args=(served,), daemon=True)
                hanging.start()
                time.sleep(0.5)
                served.process.kill()
                served.process.wait()
                hanging.join(10)
        with router(text, state=state) as served:
            assert spent(served, "alice") == 0.5
            assert create(served, "alice").status == 429
        with contextlib.closing(sqlite3.connect(state + "/journal.sqlite")) as journal:
            states = dict(journal.execute("SELECT state, count(*) FROM jobs GROUP BY state").fetchall())
            assert states == {"done": 3, "ambiguous": 2}
            (total,) = journal.execute("SELECT sum(coalesce(settled, reserved, 0)) FROM jobs").fetchone()
            (kept,) = journal.execute("SELECT sum(micros) FROM spending").fetchone()
            assert total == kept == 500_000
        assert len(made.paid_jobs.prompts) == 5


def silent(served):
    with contextlib.suppress(OSError, http.client.HTTPException):
        create(served, "alice", "hanging")
