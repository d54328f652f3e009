"""SIGHUP, new certificates, and restarts do not disturb connected clients."""

import contextlib
import hashlib
import http.client
import os
import pathlib
import shutil
import signal
import socket
import ssl
import subprocess
import tempfile
import threading
import time

import pytest

from harness import binary, eventually, free_port, router
from test_tls import Certificates


def keys(*names):
    rows = [f"{{ name: {n}, sha256: {hashlib.sha256(('key-' + n).encode()).hexdigest()} }}" for n in names]
    return f"keys: [ {', '.join(rows)} ]\n"


def bearer(name):
    return {"Authorization": f"Bearer key-{name}"}


def reload(served, config, word="reloaded"):
    """Writes a new configuration, sends SIGHUP, and waits until the log reports the outcome."""
    before = served.log().count(f"configuration {word}")
    pathlib.Path(served.config).write_text(config)
    served.process.send_signal(signal.SIGHUP)
    eventually(lambda: served.log().count(f"configuration {word}") > before)


def status(served, name):
    return served.call("GET", "/v1/models", headers=bearer(name)).status


def test_keys_come_and_go():
    with router(keys("one")) as served:
        assert [status(served, n) for n in ("one", "two")] == [200, 401]
        reload(served, keys("two"))
        assert [status(served, n) for n in ("one", "two")] == [401, 200]


@pytest.mark.parametrize("flaw, said", [
    ("listen: [\n", "not YAML"), ("nonsense: 1\n", "unknown key"), ("accounts: { x: { vendor: nobody } }\n", "unknown vendor"),
    ("tls: { certificate: missing.pem, key: missing.key }\n", "missing.pem"), ("state: ./elsewhere\n", "cannot change"),
    ("journal: off\n", "cannot change"), ("listen: 192.0.2.1:1\n", "Cannot listen"),
])
def test_a_configuration_with_a_mistake_changes_nothing(flaw, said):
    with router(keys("one"), listen_in_file=True, state_in_file=True) as served:
        whole = pathlib.Path(served.config).read_text()
        lines = [line for line in whole.splitlines() if not line.startswith(flaw.split(":")[0] + ":") and not line.startswith("keys")]
        reload(served, "\n".join(lines) + "\n" + keys("two") + flaw, "not reloaded")
        assert [status(served, n) for n in ("one", "two")] == [200, 401]
        assert said in served.log()
        reload(served, whole.replace(keys("one"), keys("two")))
        assert [status(served, n) for n in ("one", "two")] == [401, 200]


def test_a_request_under_way_ends_with_what_it_began():
    with router(keys("one")) as served:
        # The body of a create is still on its way when its key is taken away.
        body = b'{"model": "sora-2", "prompt": "A kite", "seconds": "4"}'
        with socket.create_connection(("127.0.0.1", served.port), timeout=30) as s:
            s.sendall(b"POST /v1/videos HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer key-one\r\nContent-Type: application/json\r\n"
                      + b"Connection: close\r\nContent-Length: %d\r\n\r\n" % len(body) + body[:10])
            time.sleep(0.2)
            reload(served, keys("two"))
            s.sendall(body[10:])
            assert s.recv(100).startswith(b"HTTP/1.1 200 ")
        assert status(served, "one") == 401


def test_addresses_come_and_go():
    with router(keys("one"), listen_in_file=True) as served:
        old, new = served.port, free_port()
        config = pathlib.Path(served.config).read_text()
        kept = http.client.HTTPConnection("127.0.0.1", old, timeout=30)
        kept.request("GET", "/healthz")
        assert kept.getresponse().read()
        reload(served, config.replace(f":{old}", f":{new}"))
        with socket.create_connection(("127.0.0.1", new), timeout=30):
            pass
        with pytest.raises(ConnectionRefusedError):
            socket.create_connection(("127.0.0.1", old), timeout=30)
        kept.request("GET", "/healthz")  # A connection that was made before goes on.
        assert kept.getresponse().status == 200


def test_jobs_of_an_account_that_was_taken_away_wait_for_its_return():
    accounts = keys("one") + "accounts: { stage: { vendor: test }, other: { vendor: test } }\n"
    with router(accounts) as served:
        made = served.call("POST", "/v1/videos", {"model": "stage/sora-2", "prompt": "A kite", "seconds": "4"}, bearer("one"))
        assert made.status == 200, made.body
        path = f"/v1/videos/{made.json['id']}"
        reload(served, accounts.replace("stage: { vendor: test }, ", ""))
        answer = served.call("GET", path, headers=bearer("one"))
        assert answer.status >= 500 and b"account" in answer.body
        reload(served, accounts)
        assert served.call("GET", path, headers=bearer("one")).status == 200


def test_ten_reloads_under_load_fail_nothing():
    with router(keys("one")) as served:
        with load(served.port, bearer("one")) as seen:
            for _ in range(10):
                before = served.log().count("configuration reloaded")
                served.process.send_signal(signal.SIGHUP)
                eventually(lambda: served.log().count("configuration reloaded") > before)
        assert seen.failures == [] and seen.answers > 100


# Certificates


@pytest.fixture()
def certificates():
    with tempfile.TemporaryDirectory() as folder:
        yield Certificates(folder)


def served_certificate(served, certificates):
    """The common name of the certificate that a new connection is shown."""
    made = ssl.create_default_context(cafile=certificates.path("ca.pem"))
    with socket.create_connection(("127.0.0.1", served.port), timeout=30) as plain:
        with made.wrap_socket(plain, server_hostname="localhost") as tls:
            return dict(pair[0] for pair in tls.getpeercert()["subject"])["commonName"]


def replace_certificate(certificates, name):
    for kind in ("key", "pem"):
        shutil.copy(certificates.path(f"{name}.{kind}"), certificates.path(f"new.{kind}"))
        os.replace(certificates.path(f"new.{kind}"), certificates.path(f"live.{kind}"))


@pytest.mark.parametrize("by", ["watching", "signal"])
def test_new_certificates_are_taken_up_and_old_connections_go_on(certificates, by):
    certificates.issue("first", "DNS:localhost,IP:127.0.0.1")
    certificates.issue("second", "DNS:localhost,IP:127.0.0.1")
    replace_certificate(certificates, "first")
    pause = "100ms" if by == "watching" else "1h"
    config = f"tls: {{ certificate: {certificates.path('live.pem')}, key: {certificates.path('live.key')} }}\nlimits: {{ certificate_check_interval: {pause} }}\n"
    with router(config, trust=certificates.path("ca.pem")) as served:
        made = ssl.create_default_context(cafile=certificates.path("ca.pem"))
        kept = http.client.HTTPSConnection("localhost", served.port, context=made, timeout=30)
        kept.request("GET", "/healthz")
        assert kept.getresponse().read()
        assert served_certificate(served, certificates) == "first"

        pathlib.Path(certificates.path("live.pem")).write_text("nonsense")
        if by == "signal":
            served.process.send_signal(signal.SIGHUP)
        eventually(lambda: "live.pem: " in served.log())
        assert served_certificate(served, certificates) == "first"

        replace_certificate(certificates, "second")
        if by == "signal":
            served.process.send_signal(signal.SIGHUP)
        eventually(lambda: served_certificate(served, certificates) == "second")
        kept.request("GET", "/healthz")
        assert kept.getresponse().status == 200


# Restarts


class LoadResult:
    def __init__(self):
        self.answers, self.failures = 0, []


@contextlib.contextmanager
def load(port, headers=None, threads=4, keeps_alive=True):
    """Asks for the list of models, over and over, until the block ends."""
    seen, stop = LoadResult(), threading.Event()

    def run():
        connection = None
        while not stop.is_set():
            try:
                connection = connection or http.client.HTTPConnection("127.0.0.1", port, timeout=20)
                connection.request("GET", "/v1/models", headers=headers or {})
                answer = connection.getresponse()
                answer.read()
                assert answer.status == 200, answer.status
                seen.answers += 1
                if not keeps_alive or answer.will_close:
                    connection.close()
                    connection = None
            except Exception as error:
                seen.failures.append(repr(error))
                connection = None
                time.sleep(0.05)

    workers = [threading.Thread(target=run) for _ in range(threads)]
    for worker in workers:
        worker.start()
    try:
        yield seen
    finally:
        stop.set()
        for worker in workers:
            worker.join(30)


class SocketActivation:
    """What a service manager does: it keeps the listening socket, and starts the program with it as descriptor 3."""

    def __init__(self, folder):
        self.folder = folder
        self.socket = socket.socket()
        self.socket.bind(("127.0.0.1", 0))
        self.socket.listen(1024)
        self.port = self.socket.getsockname()[1]
        self.notes = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self.notes.bind(os.path.join(folder, "notify"))
        self.notes.settimeout(20)

    def start(self):
        environment = {"PATH": os.environ["PATH"], "HOME": self.folder, "GENLOCK_STATE": os.path.join(self.folder, "state"),
                       "LISTEN_FDS": "1", "NOTIFY_SOCKET": os.path.join(self.folder, "notify"), "GENLOCK_LOG": "warning"}
        # The shell's pid stays the program's: LISTEN_PID is right.
        process = subprocess.Popen(
            ["/bin/bash", "-c", 'exec 3<&"$0"; export LISTEN_PID=$$; exec "$@"', str(self.socket.fileno()), binary(), "serve"],
            env=environment, pass_fds=[self.socket.fileno()], cwd=self.folder, stderr=open(os.path.join(self.folder, "log"), "ab"))
        self.wait_for_notification("READY=1")
        return process

    def wait_for_notification(self, word):
        deadline = time.monotonic() + 30
        while word not in (note := self.notes.recv(4096).decode()):
            assert time.monotonic() < deadline, note
        return note


@pytest.mark.parametrize("keeps_alive", [True, False])
def test_twenty_restarts_behind_a_passed_socket_fail_nothing(keeps_alive):
    with tempfile.TemporaryDirectory() as folder:
        manager = SocketActivation(folder)
        process = manager.start()
        with load(manager.port, keeps_alive=keeps_alive) as seen:
            for _ in range(20):
                time.sleep(0.1)
                process.send_signal(signal.SIGTERM)
                manager.wait_for_notification("STOPPING=1")
                assert process.wait(40) == 0
                process = manager.start()
        process.send_signal(signal.SIGTERM)
        assert process.wait(40) == 0
        assert seen.failures == [] and seen.answers > 20, (seen.answers, seen.failures[:5])


def test_two_programs_share_a_port_and_a_state_folder_when_configured_to():
    with tempfile.TemporaryDirectory() as state:
        config = "share_port: true\n"
        with router(config, state=state) as one:
            made = one.call("POST", "/v1/videos", {"model": "sora-2", "prompt": "A kite", "seconds": "4"})
            with router(config, state=state, port=one.port) as two, load(one.port, keeps_alive=False) as seen:
                assert two.call("GET", f"/v1/videos/{made.json['id']}").status == 200
                eventually(lambda: seen.answers > 10, 20)
            assert seen.failures == []
            # No program treated the calls of the running one as lost.
            assert one.call("GET", f"/v1/videos/{made.json['id']}").json["status"] != "failed"


def test_a_port_is_not_shared_by_default():
    with router() as one, tempfile.TemporaryDirectory() as folder:
        done = subprocess.run(
            [binary(), "serve"], env={"GENLOCK_LISTEN": f"127.0.0.1:{one.port}", "GENLOCK_STATE": os.path.join(folder, "state")},
            cwd=folder, capture_output=True, text=True, timeout=20)
        assert done.returncode == 2 and "in use" in done.stderr


def test_a_passed_socket_that_is_open_to_others_needs_keys():
    with tempfile.TemporaryDirectory() as folder, socket.socket() as open_to_all:
        open_to_all.bind(("0.0.0.0", 0))
        open_to_all.listen()
        done = subprocess.run(
            ["/bin/bash", "-c", 'exec 3<&"$0"; export LISTEN_PID=$$; exec "$@"', str(open_to_all.fileno()), binary(), "serve"],
            env={"PATH": os.environ["PATH"], "LISTEN_FDS": "1", "GENLOCK_STATE": os.path.join(folder, "state")},
            pass_fds=[open_to_all.fileno()], cwd=folder, capture_output=True, text=True, timeout=20)
        assert done.returncode == 2 and "no keys" in done.stderr
