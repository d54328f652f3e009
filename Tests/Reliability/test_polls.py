"""Many clients, one job: the vendor is asked once an interval, and every client that waits for a change gets it at once."""

import asyncio
import json
import os
import resource
import time

import pytest

from harness import router, wait_until_ended
from fake_kling import Kling
from fake_vendor import FakeOpenAIVendor

CLIENTS = 1000
# As the card of this vendor says.
INTERVAL = 2.0


@pytest.fixture(scope="module", autouse=True)
def many_sockets():
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (min(hard, max(soft, 8192)), hard))


@pytest.fixture()
def router_and_vendor(tmp_path):
    with FakeOpenAIVendor() as made:
        made.state = lambda name: ("in_progress", 10)
        # The calls that clients cause are counted here, so the server asks for nothing by itself.
        with router(made.config("watch: off"), state=str(tmp_path / "state")) as served:
            name = served.call("POST", "/v1/videos", {"model": "sora-2", "prompt": "one"}).json["id"]
            wait_until_ended(served, f"/v1/videos/{name}", words=("in_progress",))
            yield made, served, name


@pytest.fixture(scope="module")
def router_with_endless_job(tmp_path_factory):
    """A job that gets nowhere."""
    with FakeOpenAIVendor() as made:
        made.state = lambda name: ("in_progress", 10)
        # The calls that clients cause are counted here, so the server asks for nothing by itself.
        with router(made.config("watch: off"), state=str(tmp_path_factory.mktemp("resting") / "state")) as served:
            name = served.call("POST", "/v1/videos", {"model": "sora-2", "prompt": "one"}).json["id"]
            wait_until_ended(served, f"/v1/videos/{name}", words=("in_progress",))
            yield made, served, name


class Connection:
    """One client that keeps its connection."""

    async def open(self, port):
        self.reader, self.writer = await asyncio.open_connection("127.0.0.1", port)
        return self

    async def get(self, path):
        self.writer.write(f"GET {path} HTTP/1.1\r\nHost: localhost\r\n\r\n".encode())
        head = await self.reader.readuntil(b"\r\n\r\n")
        length = next(int(line.split(b":")[1]) for line in head.split(b"\r\n") if line.lower().startswith(b"content-length"))
        return int(head.split()[1]), json.loads(await self.reader.readexactly(length))


async def open_connections(port, count):
    return [await Connection().open(port) for _ in range(count)]


def threads(served):
    return len(os.listdir(f"/proc/{served.process.pid}/task"))


def test_a_thousand_pollers_cause_one_call_an_interval(router_and_vendor):
    made, served, name = router_and_vendor
    seconds = 6.5

    async def poll(client, until):
        latencies = []
        while time.monotonic() < until:
            began = time.monotonic()
            status, answer = await client.get(f"/v1/videos/{name}")
            latencies.append(time.monotonic() - began)
            assert (status, answer["id"]) == (200, name)
            await asyncio.sleep(0.5)
        return latencies

    async def run_clients():
        clients = await open_connections(served.port, CLIENTS)
        began, before = time.monotonic(), made.paid_jobs.status_calls
        found = await asyncio.gather(*(poll(client, began + seconds) for client in clients))
        return made.paid_jobs.status_calls - before, sorted(sum(found, [])), time.monotonic() - began

    calls, latencies, took = asyncio.run(run_clients())
    print(f"{CLIENTS} pollers, {len(latencies)} polls in {took:.1f} s, {calls} calls to the vendor; "
          f"p50 {latencies[len(latencies) // 2] * 1000:.1f} ms, p99 {latencies[len(latencies) * 99 // 100] * 1000:.1f} ms")
    assert len(latencies) > CLIENTS
    assert 1 <= calls <= took / INTERVAL + 1


def test_a_thousand_long_polls_end_at_once(router_and_vendor):
    made, served, name = router_and_vendor

    async def wait(client):
        status, answer = await client.get(f"/v1/videos/{name}?wait=30")
        return status, answer["status"], time.monotonic()

    async def run_clients():
        clients = await open_connections(served.port, CLIENTS)
        await clients[0].get(f"/v1/videos/{name}")
        before, at_rest = made.paid_jobs.status_calls, threads(served)
        waiting = [asyncio.create_task(wait(client)) for client in clients]
        await asyncio.sleep(2 * INTERVAL + 1)
        meanwhile = made.paid_jobs.status_calls - before, threads(served) - at_rest, sum(task.done() for task in waiting)
        made.state = lambda name: ("completed", 100)
        began = time.monotonic()
        return meanwhile, [(*answer[:2], answer[2] - began) for answer in await asyncio.gather(*waiting)]

    (calls, more_threads, early), answers = asyncio.run(run_clients())
    spread = max(when for *_, when in answers) - min(when for *_, when in answers)
    print(f"{CLIENTS} waited, {calls} calls to the vendor meanwhile, {more_threads} more threads; all answered within {spread * 1000:.0f} ms")
    assert early == 0 and more_threads <= 0
    assert 1 <= calls <= 3
    assert {answer[:2] for answer in answers} == {(200, "completed")}
    assert max(when for *_, when in answers) < INTERVAL + 2 and spread < 2


def test_a_wait_ends_when_patience_is_over_or_the_client_leaves(router_and_vendor):
    made, served, name = router_and_vendor
    served.call("GET", f"/v1/videos/{name}")
    began = time.monotonic()
    assert served.call("GET", f"/v1/videos/{name}?wait=1.5").json["status"] == "in_progress"
    assert 1.4 < time.monotonic() - began < 3

    async def leave():
        for client in await open_connections(served.port, 20):
            client.writer.write(f"GET /v1/videos/{name}?wait=60 HTTP/1.1\r\nHost: localhost\r\n\r\n".encode())
            await client.writer.drain()
            client.writer.close()

    asyncio.run(leave())
    # No client waits any more, so the vendor is not polled.
    time.sleep(INTERVAL + 0.5)
    before = made.paid_jobs.status_calls
    time.sleep(2 * INTERVAL)
    assert made.paid_jobs.status_calls == before
    made.state = lambda name: ("completed", 100)
    began = time.monotonic()
    assert served.call("GET", f"/v1/videos/{name}?wait=30").json["status"] == "completed"
    assert served.call("GET", f"/v1/videos/{name}?wait=30").json["status"] == "completed"
    assert time.monotonic() - began < 1


def test_an_empty_wait_is_none(router_with_endless_job):
    made, served, name = router_with_endless_job
    began = time.monotonic()
    assert served.call("GET", f"/v1/videos/{name}?wait=").status == 200
    assert time.monotonic() - began < 5


@pytest.mark.parametrize("wait", ["61", "-1", "nan", "soon"])
def test_a_wait_that_cannot_be_is_refused(router_with_endless_job, wait):
    made, served, name = router_with_endless_job
    refused = served.call("GET", f"/v1/videos/{name}?wait={wait}")
    assert (refused.status, refused.json["error"]["param"]) == (400, "wait")


@pytest.mark.parametrize("path", ["/v1/videos/{}", "/siraya/v1/videos/{}", "/v1/video/generations/{}", "/v2/text-to-video/{}",
                                  "/v2/video/generations?generation_id={}"])
def test_every_dialect_waits(router_with_endless_job, path):
    made, served, name = router_with_endless_job
    path = path.format(name)
    began = time.monotonic()
    assert served.call("GET", path + ("&" if "?" in path else "?") + "wait=1").status == 200
    assert time.monotonic() - began > 0.9


def test_a_router_that_shuts_down_ends_long_polls(router_and_vendor):
    made, served, name = router_and_vendor

    async def run_clients():
        client = await Connection().open(served.port)
        await client.get(f"/v1/videos/{name}")
        waiting = asyncio.create_task(client.get(f"/v1/videos/{name}?wait=60"))
        await asyncio.sleep(0.3)
        served.process.terminate()
        return await asyncio.wait_for(waiting, 20)

    assert asyncio.run(run_clients())[0] == 200
    assert served.process.wait(30) == 0


def test_jobs_of_one_account_are_asked_about_together(tmp_path):
    """Kling's tasks: 60 jobs that are polled all the time cost three calls an interval, of 20 ids each."""
    kling = Kling()
    kling.state = "processing"
    with router(kling.config, state=str(tmp_path / "state")) as served:
        ids = [served.call("POST", "/v1/videos", {"model": "kling/kling-3.0", "prompt": str(n)}).json["id"] for n in range(60)]
        began = time.monotonic()
        while time.monotonic() - began < 11:
            for name in ids:
                assert served.call("GET", f"/v1/videos/{name}").json["status"] in ("queued", "in_progress")
    asked = kling.asked
    kling.close()
    print(f"60 jobs polled for 11 s: {len(asked)} calls, {[len(ids) for ids in asked]} ids")
    assert max(len(ids) for ids in asked) == 20
    assert all(len(set(ids)) == len(ids) for ids in asked)
    # Two intervals of five seconds, and what falls between two calls at the same time.
    assert len(asked) <= 2 * 3 + 3
    assert {name for ids in asked for name in ids} == {task[0] for task in kling.tasks}
