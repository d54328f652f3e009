"""Events reach webhooks at least once, under one id, whatever the receivers and this program do. No test here asks for a status."""

import contextlib
import hashlib
import json
import os
import pathlib
import random
import socket
import sqlite3
import ssl
import subprocess
import threading
import time
from collections import Counter

import openai
import pytest
import standardwebhooks

from fake_server import FakeServer
from fake_vendor import FakeOpenAIVendor
from harness import binary, eventually, free_port, router
from receiver import OTHER_SECRET, SECRET, Receiver

KEY = "sk-webhooks"
JOBS = 1000 if os.environ.get("GENLOCK_SOAK") else 200


def config(vendor, *webhooks, extra="", allow="[127.0.0.0/8]"):
    digest = hashlib.sha256(KEY.encode()).hexdigest()
    return f"""
{vendor.config()}
keys:
  - {{ name: studio, sha256: {digest}, admin: true, webhooks: [{', '.join(webhooks)}] }}
webhooks: {{ allow_private: {allow} }}
{extra}"""


def call(served, method, path, body=None):
    return served.call(method, path, body, headers={"Authorization": f"Bearer {KEY}"})


def create(served, prompt="boat", model="sora-2"):
    answer = call(served, "POST", "/v1/videos", {"model": model, "prompt": prompt})
    assert answer.status == 200, answer.body
    return answer.json["id"]


def metric(served, name):
    lines = [line for line in call(served, "GET", "/metrics").body.decode().splitlines() if line.startswith(name)]
    return sum(float(line.rsplit(" ", 1)[1]) for line in lines)


def rows(state):
    """The outbox: event, target, state, attempts, status and error."""
    with contextlib.closing(sqlite3.connect(f"file:{state}/journal.sqlite?mode=ro", uri=True)) as journal:
        return journal.execute("SELECT event, target, state, attempts, status, error FROM deliveries ORDER BY number").fetchall()


def verify(delivery, secret=SECRET):
    """By the library of Standard Webhooks and by OpenAI's official SDK."""
    parsed = standardwebhooks.Webhook(secret).verify(delivery.body, delivery.headers)
    event = openai.OpenAI(api_key="x", webhook_secret=secret).webhooks.unwrap(delivery.body, delivery.headers)
    assert (event.type, event.data.id) == (parsed["type"], parsed["data"]["id"])
    assert parsed["id"] == delivery.id and parsed["object"] == "event" and list(parsed) == ["id", "object", "created_at", "type", "data"]
    assert abs(parsed["created_at"] - time.time()) < 300
    return parsed


@pytest.fixture
def vendor():
    with FakeOpenAIVendor() as fake:
        yield fake


def test_each_end_of_a_job_reaches_the_receivers_that_want_it(vendor, tmp_path):
    vendor.failures = {"broken"}
    with Receiver() as one, Receiver() as two, router(
            config(vendor, one.webhook(), two.webhook(events=["video.failed"])), state=str(tmp_path / "s")) as served:
        done, failed = create(served, "boat"), create(served, "broken")
        eventually(lambda: (one.count(), two.count()) == (2, 1), 40)
        events = {verify(delivery)["data"]["id"]: verify(delivery)["type"] for delivery in one.deliveries}
        assert events == {done: "video.completed", failed: "video.failed"}
        assert verify(two.deliveries[0])["data"]["id"] == failed
        assert two.deliveries[0].id == next(d.id for d in one.deliveries if d.event["data"]["id"] == failed)
        eventually(lambda: metric(served, 'genlock_webhook_deliveries_total{outcome="delivered"}') == 3)
        eventually(lambda: metric(served, "genlock_webhook_pending") == 0)


def test_a_cancelled_job_is_an_event(vendor, tmp_path):
    vendor.endless, vendor.can_cancel = {"boat"}, True
    with Receiver() as receiver, router(config(vendor, receiver.webhook()), state=str(tmp_path / "s")) as served:
        name = create(served)
        assert call(served, "DELETE", f"/v1/videos/{name}").status == 200
        eventually(lambda: receiver.count() == 1)
        event = verify(receiver.deliveries[0])
        assert (event["type"], event["data"]) == ("video.cancelled", {"id": name})


def test_a_failed_delivery_is_tried_again_under_the_same_id(vendor, tmp_path):
    with Receiver() as receiver:
        receiver.act = lambda delivery, handler: 500 if len(receiver.deliveries) == 1 else 200
        with router(config(vendor, receiver.webhook()), state=str(tmp_path / "s")) as served:
            create(served)
            eventually(lambda: receiver.count() == 2, 40)
        first, second = receiver.deliveries
        assert verify(first) == verify(second) and first.id == second.id
        assert 4 <= second.time - first.time < 20
        assert int(second.headers["webhook-timestamp"]) > int(first.headers["webhook-timestamp"])
        assert first.headers["webhook-signature"] != second.headers["webhook-signature"]
        assert [row[2:5] for row in rows(tmp_path / "s")] == [("delivered", 2, 200)]


def test_while_a_secret_is_replaced_both_verify(vendor, tmp_path):
    with Receiver() as receiver, router(
            config(vendor, receiver.webhook(secret=[OTHER_SECRET, SECRET])), state=str(tmp_path / "s")) as served:
        create(served)
        eventually(lambda: receiver.count() == 1, 40)
        assert verify(receiver.deliveries[0], SECRET) == verify(receiver.deliveries[0], OTHER_SECRET)
        assert receiver.deliveries[0].headers["webhook-signature"].count(" ") == 1


def test_a_redirect_is_a_failure_and_is_not_followed(vendor, tmp_path):
    with Receiver() as other, Receiver() as receiver:
        receiver.act = lambda delivery, handler: handler.reply(b"", 301, headers={"Location": other.url + "/stolen"})
        with router(config(vendor, receiver.webhook()), state=str(tmp_path / "s")) as served:
            create(served)
            eventually(lambda: receiver.count() >= 1, 40)
            eventually(lambda: rows(tmp_path / "s")[0][2:5] == ("pending", 1, 301))
            assert "redirects are not followed" in rows(tmp_path / "s")[0][5]
        assert other.count() == 0


def test_410_disables_the_endpoint_until_the_configuration_is_loaded_again(vendor, tmp_path):
    state = str(tmp_path / "s")
    with Receiver(lambda delivery, handler: 410) as receiver:
        with router(config(vendor, receiver.webhook()), state=state) as served:
            create(served)
            eventually(lambda: receiver.count() == 1, 40)
            eventually(lambda: metric(served, "genlock_webhook_disabled_endpoints") == 1)
            assert "webhook endpoint disabled" in served.log() and SECRET not in served.log()
            create(served, "second")
            eventually(lambda: metric(served, "genlock_jobs_ended_total") == 2, 40)
            assert receiver.count() == 1 and [row[2] for row in rows(state)] == ["dead"]
        receiver.act = lambda delivery, handler: 200
        with router(config(vendor, receiver.webhook()), state=state) as served:
            create(served, "third")
            eventually(lambda: receiver.count() == 2, 40)


def test_an_overloaded_receiver_gets_the_pause_that_it_asks_for(vendor, tmp_path):
    with Receiver() as receiver:
        def act(delivery, handler):
            if len(receiver.deliveries) == 1:
                return handler.reply(b"", 429, headers={"Retry-After": "12"})
            return 200

        receiver.act = act
        with router(config(vendor, receiver.webhook()), state=str(tmp_path / "s")) as served:
            create(served)
            eventually(lambda: receiver.count() == 1, 40)
            create(served, "meanwhile")
            eventually(lambda: receiver.count() == 3, 60)
        assert receiver.deliveries[1].time - receiver.deliveries[0].time >= 11


def endless_body(delivery, handler):
    handler.send_response(200)
    handler.send_header("Transfer-Encoding", "chunked")
    handler.end_headers()
    with contextlib.suppress(OSError):
        while True:
            handler.wfile.write(b"1000\r\n" + b"x" * 4096 + b"\r\n")


def half_body(delivery, handler):
    handler.send_response(202)
    handler.send_header("Content-Length", "100")
    handler.end_headers()
    handler.wfile.write(b"x")
    handler.close_connection = True


@pytest.mark.parametrize("act", [endless_body, half_body], ids=["endless", "cut"])
def test_the_status_acknowledges_whatever_the_body_is(act, vendor, tmp_path):
    with Receiver(act) as receiver, router(config(vendor, receiver.webhook()), state=str(tmp_path / "s")) as served:
        create(served)
        eventually(lambda: [row[2:4] for row in rows(tmp_path / "s")] == [("delivered", 1)], 40)
        assert served.memory() < 200 << 20


def close_at_once(delivery, handler):
    handler.close_connection = True
    handler.connection.shutdown(socket.SHUT_RDWR)


def never_answer(delivery, handler):
    time.sleep(60)
    handler.close_connection = True


@pytest.mark.parametrize("act, words", [(close_at_once, "closed"), (never_answer, "no response in time")], ids=["close", "slow"])
def test_no_response_is_a_failure(act, words, vendor, tmp_path):
    with Receiver(act) as receiver, router(
            config(vendor, receiver.webhook(), extra="limits: { webhook_timeout: 3s }"), state=str(tmp_path / "s")) as served:
        create(served)
        eventually(lambda: [row[2:4] for row in rows(tmp_path / "s")] == [("pending", 1)], 40)
        assert words in rows(tmp_path / "s")[0][5]
        receiver.act = lambda delivery, handler: 200
        eventually(lambda: [row[2] for row in rows(tmp_path / "s")] == ["delivered"], 40)
        assert len({delivery.id for delivery in receiver.deliveries}) == 1


def test_a_private_address_is_not_called(vendor, tmp_path):
    """A name whose address is private; an allowed network elsewhere lets plain http through the check of the URL."""
    with Receiver() as receiver:
        hook = f'{{ url: "http://localhost:{receiver.port}/", secret: {SECRET} }}'
        with router(config(vendor, hook, allow="[10.0.0.0/8]"), state=str(tmp_path / "s")) as served:
            create(served)
            eventually(lambda: [row[2:4] for row in rows(tmp_path / "s")] == [("pending", 1)], 40)
            assert "webhooks.allow_private" in rows(tmp_path / "s")[0][5]
        assert receiver.count() == 0


@pytest.fixture(scope="module")
def authority(tmp_path_factory):
    """A CA, and a certificate for 127.0.0.1 from it."""
    folder = tmp_path_factory.mktemp("ca")
    def run(*command):
        subprocess.run(["openssl", *command], cwd=folder, check=True, capture_output=True)
    run("req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", "ca.key", "-out", "ca.pem", "-days", "2", "-subj", "/CN=Test CA")
    run("req", "-newkey", "rsa:2048", "-nodes", "-keyout", "leaf.key", "-out", "leaf.csr", "-subj", "/CN=receiver")
    (folder / "ext").write_text("subjectAltName=IP:127.0.0.1")
    run("x509", "-req", "-in", "leaf.csr", "-CA", "ca.pem", "-CAkey", "ca.key", "-CAcreateserial", "-out", "leaf.pem", "-days", "2",
        "-extfile", "ext")
    return folder


@pytest.mark.parametrize("is_trusted", [True, False], ids=["trusted", "unknown"])
def test_certificates_are_verified(is_trusted, authority, vendor, tmp_path):
    with Receiver() as receiver:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(authority / "leaf.pem", authority / "leaf.key")
        receiver.server.socket = context.wrap_socket(receiver.server.socket, server_side=True)
        hook = f'{{ url: "https://127.0.0.1:{receiver.port}/", secret: {SECRET} }}'
        env = {"SSL_CERT_FILE": str(authority / "ca.pem")} if is_trusted else {}
        with router(config(vendor, hook), state=str(tmp_path / "s"), env=env) as served:
            create(served)
            if is_trusted:
                eventually(lambda: receiver.count() == 1, 40)
                verify(receiver.deliveries[0])
                return
            eventually(lambda: [row[2:4] for row in rows(tmp_path / "s")] == [("pending", 1)], 40)
            assert "TLS failed" in rows(tmp_path / "s")[0][5]
        assert receiver.count() == 0


def test_a_dead_and_a_slow_endpoint_delay_no_other(vendor, tmp_path):
    with socket.socket() as dead, Receiver(never_answer) as slow, Receiver() as healthy:
        dead.bind(("127.0.0.1", 0))
        gone = f'{{ url: "http://127.0.0.1:{dead.getsockname()[1]}/", secret: {SECRET} }}'
        with router(config(vendor, gone, slow.webhook(), healthy.webhook()), state=str(tmp_path / "s")) as served:
            for number in range(40):
                create(served, f"boat {number}")
            eventually(lambda: metric(served, "genlock_jobs_ended_total") == 40, 60)
            eventually(lambda: healthy.count() == 40, 20)
            assert slow.count() <= 9
            served.process.kill()
            served.process.wait()


def test_an_event_survives_kill_9_between_the_end_and_its_delivery(vendor, tmp_path):
    state = str(tmp_path / "s")
    arrived, release = threading.Event(), threading.Event()

    def hold(delivery, handler):
        arrived.set()
        release.wait(60)
        close_at_once(delivery, handler)

    with Receiver(hold) as receiver:
        with router(config(vendor, receiver.webhook()), state=state) as served:
            name = create(served)
            assert arrived.wait(60)
            served.process.kill()
            served.process.wait()
        release.set()
        receiver.act = lambda delivery, handler: 200
        with router(config(vendor, receiver.webhook()), state=state):
            eventually(lambda: receiver.count() == 2, 40)
            first, second = receiver.deliveries
            assert first.id == second.id and verify(second)["data"]["id"] == name and first.event == second.event
            eventually(lambda: [row[2] for row in rows(state)] == ["delivered"])
        with router(config(vendor, receiver.webhook()), state=state):
            time.sleep(2)
        assert receiver.count() == 2


def test_two_programs_with_one_journal_deliver_each_event_once(vendor, tmp_path):
    state = str(tmp_path / "s")
    with Receiver() as receiver:
        text = config(vendor, receiver.webhook())
        with router(text, state=state) as one, router(text, state=state) as two:
            names = {create(served, f"boat {number}") for number in range(20) for served in (one, two)}
            eventually(lambda: receiver.count() >= 40, 60)
            time.sleep(7)  # Longer than the interval in which programs look for events of others.
            assert Counter(delivery.event["data"]["id"] for delivery in receiver.deliveries) == Counter(names)


def test_a_reload_brings_and_takes_webhooks(vendor, tmp_path):
    with Receiver() as one, Receiver() as two, router(config(vendor, one.webhook()), state=str(tmp_path / "s")) as served:
        create(served, "first")
        eventually(lambda: one.count() == 1, 40)
        pathlib.Path(served.config).write_text(config(vendor, two.webhook()))
        served.process.send_signal(1)
        eventually(lambda: "reloaded" in served.log())
        create(served, "second")
        eventually(lambda: two.count() == 1, 40)
        assert one.count() == 1


def test_many_jobs_over_four_vendors_reach_the_receiver_once_without_a_poll(tmp_path):
    vendors = [FakeOpenAIVendor(prefix=f"v{number}") for number in range(4)]
    accounts = "".join(
        f'  v{number}: {{ vendor: openai-compatible, base_url: "http://127.0.0.1:{vendor.port}/v1", api_key: none }}\n'
        for number, vendor in enumerate(vendors))
    digest = hashlib.sha256(KEY.encode()).hexdigest()
    began = time.monotonic()
    with contextlib.ExitStack() as stack:
        for vendor in vendors:
            stack.enter_context(vendor)
        receiver = stack.enter_context(Receiver())
        text = f"""
accounts:
{accounts}
keys:
  - {{ name: studio, sha256: {digest}, admin: true, webhooks: [{receiver.webhook()}] }}
webhooks: {{ allow_private: [127.0.0.1] }}"""
        served = stack.enter_context(router(text, state=str(tmp_path / "s")))
        names, lock = [], threading.Lock()

        def make(part):
            for number in range(part, JOBS, 8):
                name = create(served, f"boat {number}", f"v{number % 4}/any")
                with lock:
                    names.append(name)

        threads = [threading.Thread(target=make, args=(part,)) for part in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        created = time.monotonic()
        eventually(lambda: receiver.count() >= JOBS, 120 + JOBS / 5)
        ended = time.monotonic()
        eventually(lambda: metric(served, "genlock_webhook_pending") == 0)
        assert len(names) == JOBS
        assert Counter(delivery.event["data"]["id"] for delivery in receiver.deliveries) == Counter(names)
        assert {verify(delivery)["type"] for delivery in receiver.deliveries} == {"video.completed"}
        polls = sum(vendor.paid_jobs.status_calls for vendor in vendors)
        print(f"{JOBS} jobs created in {created - began:.1f} s, all events delivered once {ended - created:.1f} s later, "
              f"{polls} status calls to vendors, peak memory {served.memory() >> 20} MiB")


def command(*words, **environment):
    """Runs `genlock webhooks`."""
    variables = {"PATH": os.environ["PATH"], "HOME": "/nonexistent", "SWIFT_BACKTRACE": "enable=no", **environment}
    return subprocess.run([binary(), "webhooks", *words], capture_output=True, text=True, timeout=60, env=variables)


def test_an_event_is_listed_and_sent_again(vendor, tmp_path):
    state = str(tmp_path / "s")
    with Receiver() as receiver, router(config(vendor, receiver.webhook()), state=state) as served:
        name = create(served)
        eventually(lambda: [row[2] for row in rows(state)] == ["delivered"], 40)
        event, target = rows(state)[0][:2]
        shown = command("list", "--config", served.config, "--state", state, "--json")
        assert shown.returncode == 0, shown.stderr
        endpoint, delivery = [json.loads(line) for line in shown.stdout.splitlines()]
        assert (endpoint["object"], endpoint["id"], endpoint["url"]) == ("webhook_endpoint", target, receiver.url + "/hook")
        assert (delivery["event"], delivery["job"], delivery["state"], delivery["status"]) == (event, name, "delivered", 200)
        assert SECRET not in shown.stdout
        assert event in command("list", "--state", state, "--only", "delivered").stdout
        assert "no deliveries" in command("list", "--state", state, "--only", "dead").stdout

        assert command("resend", event, "--state", state).returncode == 0
        eventually(lambda: receiver.count() == 2, 40)
        assert receiver.deliveries[1].id == event and verify(receiver.deliveries[1]) == verify(receiver.deliveries[0])
        assert command("resend", event, "--to", "cfg_other", "--state", state).returncode == 2
        assert command("resend", "evt_unknown", "--state", state).returncode == 2


def test_a_receiver_is_tried_from_the_command_line():
    with Receiver() as receiver:
        shown = command("test", receiver.url + "/hook?token=1", "--secret", SECRET, "--event", "video.failed")
        assert shown.returncode == 0 and "status 200" in shown.stdout, shown.stderr
        assert verify(receiver.deliveries[0])["type"] == "video.failed"
        receiver.act = lambda delivery, handler: 500
        shown = command("test", receiver.url, GENLOCK_WEBHOOK_SECRET=SECRET)
        assert shown.returncode == 3 and "status 500" in shown.stderr
        assert command("test", receiver.url, "--secret", "topsecret").returncode == 2
        assert "topsecret" not in command("test", receiver.url, "--secret", "topsecret").stderr
    assert command("secret").stdout.startswith("whsec_")


def test_the_listener_prints_what_arrives(vendor, tmp_path):
    port = free_port()
    hook = f'{{ url: "http://127.0.0.1:{port}/hook", secret: {SECRET} }}'
    output = tmp_path / "output"
    environment = {"PATH": os.environ["PATH"], "SWIFT_BACKTRACE": "enable=no", "GENLOCK_WEBHOOK_SECRET": SECRET}
    with open(output, "wb") as sink:
        listener = subprocess.Popen(
            [binary(), "webhooks", "listen", "--listen", f"127.0.0.1:{port}"], stdout=sink, stderr=sink, env=environment)
    try:
        eventually(lambda: "listening" in output.read_text())
        with router(config(vendor, hook), state=str(tmp_path / "s")) as served:
            name = create(served)
            eventually(lambda: [row[2:5] for row in rows(tmp_path / "s")] == [("delivered", 1, 204)], 40)
            assert f"genuine video.completed {rows(tmp_path / 's')[0][0]} {name}\n" in output.read_text()
        assert command("test", f"http://127.0.0.1:{port}", "--secret", OTHER_SECRET).returncode == 3
        assert "REFUSED" in output.read_text()
    finally:
        listener.kill()
        listener.wait()


class EndpointServer(FakeServer):
    """Two pages of endpoints, as `/v1/webhook_endpoints` shows them."""

    def answer(self, handler):
        assert handler.headers["Authorization"] == f"Bearer {KEY}"
        number = 2 if "after=whe_1" in handler.path else 1
        found = {"id": f"whe_{number}", "object": "webhook_endpoint", "name": "n", "url": f"https://{number}.example/?t=topsecret",
                 "event_types": ["video.completed"]}
        handler.reply({"object": "list", "data": [found], "first_id": found["id"], "last_id": found["id"], "has_more": number == 1})


def test_the_endpoints_of_a_server_are_listed_over_all_pages():
    with EndpointServer() as server:
        shown = command("list", "--url", server.url, "--key", KEY)
    assert shown.returncode == 0, shown.stderr
    assert "https://1.example/?…" in shown.stdout and "whe_2" in shown.stdout and "topsecret" not in shown.stdout


KILLS = 100 if os.environ.get("GENLOCK_SOAK") else 8


def test_a_crash_loop_loses_no_event_and_makes_none_twice(vendor, tmp_path):
    """Killed at random points while jobs end and events are delivered."""
    state, dice = str(tmp_path / "s"), random.Random(7)
    names = []
    with Receiver() as receiver:
        for _ in range(KILLS):
            with router(config(vendor, receiver.webhook()), state=state) as served:
                names += [create(served, f"boat {len(names)}") for _ in range(5)]
                time.sleep(dice.uniform(0, 4))
                served.process.kill()
                served.process.wait()
        with router(config(vendor, receiver.webhook()), state=state):
            eventually(lambda: {delivery.event["data"]["id"] for delivery in list(receiver.deliveries)} == set(names), 90)
            eventually(lambda: {row[2] for row in rows(state)} == {"delivered"})
        ids = {}
        for delivery in receiver.deliveries:
            ids.setdefault(delivery.event["data"]["id"], set()).add(delivery.id)
        assert all(len(found) == 1 for found in ids.values()) and len(rows(state)) == len(names)
        print(f"{KILLS} kills, {len(names)} jobs, {receiver.count()} deliveries")
