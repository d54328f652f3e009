"""kill -9 at random points under load: no acknowledged job is lost, none is made twice, every unclear one is reported."""

import contextlib
import http.client
import json
import os
import random
import sqlite3
import threading
import time

from harness import router, wait_until_ended
from fake_kling import Kling
from fake_vendor import random_delay, FakeOpenAIVendor

KILLS = 200 if os.environ.get("GENLOCK_SOAK") else 15
CLIENTS = 8


class Client(threading.Thread):
    """Makes jobs one after the other, each with a prompt of its own; what is answered with an error is sent again as SDKs do it."""

    def __init__(self, number, place, model="sora-2"):
        super().__init__(daemon=True)
        self.number, self.place, self.model = number, place, model
        self.acknowledged, self.ambiguous, self.unknown = {}, set(), set()
        self.stopping = False

    def run(self):
        count = 0
        while not self.stopping:
            count += 1
            self.make(f"client {self.number} job {count}")

    def make(self, prompt):
        body = json.dumps({"model": self.model, "prompt": prompt}).encode()
        for attempt in range(40):
            headers = {"Content-Type": "application/json"}
            if self.number % 2:
                headers["Idempotency-Key"] = prompt
            else:
                headers["x-stainless-retry-count"] = str(attempt)
            try:
                connection = http.client.HTTPConnection("127.0.0.1", self.place["port"], timeout=10)
                connection.request("POST", "/v1/videos", body, headers)
                reply = connection.getresponse()
                answer = json.loads(reply.read())
            except (OSError, http.client.HTTPException, ValueError):
                time.sleep(0.05)
                if self.stopping:
                    break
                continue
            finally:
                connection.close()
            if reply.status == 200:
                self.acknowledged[prompt] = answer["id"]
                return
            if answer["error"]["code"] == "create_ambiguous":
                self.ambiguous.add(prompt)
                assert reply.headers["x-should-retry"] == "false"
                return
            assert reply.status in (409, 503), (reply.status, answer)
            time.sleep(0.05)
        self.unknown.add(prompt)


def all_jobs(served):
    """Every job that the list shows, through its pages."""
    found, after, deadline = [], "", time.monotonic() + 120
    while time.monotonic() < deadline:
        page = served.call("GET", f"/v1/videos?limit=100{after}").json
        found += page["data"]
        if not page["has_more"]:
            return found
        after = "&after=" + page["last_id"]
    raise AssertionError(f"the list has no end after {len(found)} jobs")


@contextlib.contextmanager
def router_killed_repeatedly(config, state, kills, model="sora-2"):
    """The router after that many kills under load, and the clients, which have stopped."""
    seed = int(os.environ.get("GENLOCK_SEED", random.randrange(1 << 30)))
    print("seed", seed)
    dice = random.Random(seed)
    place = {"port": 1}
    clients = [Client(number, place, model) for number in range(CLIENTS)]
    for number in range(kills):
        with router(config, state=state) as served:
            place["port"] = served.port
            if number == 0:
                for client in clients:
                    client.start()
            time.sleep(dice.uniform(0.01, 0.6))
            served.process.kill()
            served.process.wait()
    with router(config, state=state) as served:
        place["port"] = served.port
        time.sleep(1)
        for client in clients:
            client.stopping = True
        for client in clients:
            client.join(60)
            assert not client.is_alive()
        yield served, clients


def test_crash_loop(tmp_path):
    with FakeOpenAIVendor() as made:
        made.delay = random_delay(0.05)
        with router_killed_repeatedly(made.config(), str(tmp_path / "state"), KILLS) as (served, clients):
            check(served, made, clients)


def test_what_a_crash_left_unclear_is_found_where_the_vendor_can_say(tmp_path):
    made = Kling()
    made.delay = random_delay(0.05)
    with router_killed_repeatedly(made.config, str(tmp_path / "state"), KILLS // 3, "kling/kling-3.0") as (served, clients):
        acknowledged = {prompt: name for client in clients for prompt, name in client.acknowledged.items()}
        paid = [prompt for _, _, prompt in made.tasks]
        until = time.monotonic() + 40
        while True:
            listed = all_jobs(served)
            unclear = {job["prompt"] for job in listed if job["error"]}
            if not unclear & set(paid) or time.monotonic() > until:
                break
            time.sleep(0.5)
        print(f"{len(paid)} paid, {len(acknowledged)} acknowledged, {made.searches} searches; "
              f"{len(unclear)} unclear that the vendor does not know, {len(unclear & set(paid))} that it does")
        assert len(paid) == len(set(paid))
        assert not unclear & set(paid)
        by_prompt = {job["prompt"]: job["id"] for job in listed if not job["error"]}
        assert set(by_prompt) == set(paid)
        assert all(by_prompt[prompt] == name for prompt, name in acknowledged.items())
    made.close()


def check(served, made, clients):
    acknowledged = {prompt: name for client in clients for prompt, name in client.acknowledged.items()}
    ambiguous = set().union(*(client.ambiguous for client in clients))
    unknown = set().union(*(client.unknown for client in clients))
    paid = made.paid_jobs.prompts
    listed = all_jobs(served)
    failed = {job["prompt"] for job in listed if (job["error"] or {}).get("code") == "create_ambiguous"}
    print(f"{len(paid)} paid, {len(acknowledged)} acknowledged, {len(ambiguous)} reported as ambiguous, {len(unknown)} unknown")
    assert len(acknowledged) > KILLS, "too little load to show anything"

    duplicates = sorted({prompt for prompt in paid if paid.count(prompt) > 1})
    assert duplicates == []
    assert len(set(acknowledged.values())) == len(acknowledged)
    by_id = {job["id"]: job for job in listed}
    for prompt, name in acknowledged.items():
        assert prompt in paid
        assert by_id[name]["prompt"] == prompt
    sample = list(acknowledged.values())[:: max(1, len(acknowledged) // 60)]
    for name in sample:
        assert wait_until_ended(served, f"/v1/videos/{name}")["status"] == "completed"
        assert served.call("GET", f"/v1/videos/{name}/content").body.decode() == by_id[name]["prompt"]
    # Whatever the vendor was paid for is in the list: as a job, or as one that a person has to look for.
    prompts = {job["prompt"] for job in listed}
    assert [prompt for prompt in paid if prompt not in prompts] == []
    assert ambiguous <= failed
    for job in listed:
        if job["prompt"] in failed:
            assert job["status"] == "failed"
            assert served.call("GET", f"/v1/videos/{job['id']}").json["error"]["code"] == "create_ambiguous"
    with contextlib.closing(sqlite3.connect(served.state + "/journal.sqlite")) as journal:
        assert journal.execute("SELECT count(*) FROM jobs WHERE state = 'intended'").fetchone() == (0,)
        assert journal.execute("SELECT count(*) FROM jobs WHERE state = 'ambiguous' AND (trace IS NULL OR ended IS NULL)").fetchone() == (0,)
        assert journal.execute("PRAGMA integrity_check").fetchone() == ("ok",)
