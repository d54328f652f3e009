"""The process itself: what must not end it, what must, and what it says of a reload, an argument or an output that goes wrong."""

import contextlib
import fcntl
import os
import pathlib
import shutil
import signal
import socket
import subprocess
import threading
import time

import pytest

from harness import binary, eventually, free_port, router
from test_reload import bearer, keys, reload, status

ACCOUNT = 'accounts: {{ own: {{ vendor: openai-compatible, base_url: "http://127.0.0.1:9/v1", api_key: "{}" }} }}\n'
WAITS = ["inf", "-inf", "infinity", "nan", "1e300", "-1e300", "1e999", "9223372036854775808", "-1", "61", "0x1p1023"]
STATUS_PATHS = [
    "/v1/videos/x", "/openai/v1/videos/x", "/v1/video/generations/x", "/v2/text-to-video/x", "/v2/video/generations?generation_id=x",
]


def test_no_wait_ends_the_process(shared_router):
    for path in STATUS_PATHS:
        for text in WAITS:
            answer = shared_router.call("GET", f"{path}{'&' if '?' in path else '?'}wait={text}")
            assert answer.status == 400, (path, text, answer.body)
    assert shared_router.process.poll() is None


HEADERS = [
    "content-length", "range", "if-range", "x-stainless-retry-count", "x-stainless-timeout", "idempotency-key", "max-forwards", "retry-after",
    "if-modified-since", "openai-organization", "x-forwarded-port", "age", "expect", "upload-length", "keep-alive", "http2-settings", "te",
]
NUMBERS = ["inf", "nan", "1e300", "-0", "-1", "9223372036854775808", "18446744073709551616", "9" * 400, "bytes=0-9223372036854775807",
           "bytes=9223372036854775807-", "bytes=-9223372036854775808", "bytes=9223372036854775806-9223372036854775807"]


def test_no_number_in_a_header_ends_the_process(shared_router):
    made = shared_router.call("POST", "/v1/videos", {"model": "sora-2", "prompt": "x", "seconds": "4"}).json["id"]
    for name in HEADERS:
        for text in NUMBERS:
            head = f"GET /v1/videos/{made}/content HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n{name}: {text}\r\n\r\n"
            answer = shared_router.raw(head.encode())
            assert answer.startswith(b"HTTP/1.1 ") and not answer.startswith(b"HTTP/1.1 500"), (name, text, answer[:100])
    assert shared_router.process.poll() is None


@pytest.mark.parametrize("number", [signal.SIGUSR1, signal.SIGUSR2])
def test_a_signal_that_means_nothing_changes_nothing(number):
    with router() as served:
        served.process.send_signal(number)
        time.sleep(0.1)
        assert served.call("GET", "/healthz").status == 200


# Reload


@pytest.mark.parametrize("text, said", [
    ("", "no content"), ("# nothing\n", "no content"), ("log: info\n", "keys: none"), ("keys: []\n", "keys: none"), ("keys:\n", "keys: none"),
    (keys("one"), "accounts: none"), (keys("one") + "accounts: {}\n", "accounts: none"),
    (keys("one") + ACCOUNT.format("${NOTHING:-}"), "is empty"), (keys("one") + "accounts: { stage: { vendor: test } }\n", "restart to simulate"),
])
def test_a_file_cut_short_changes_nothing(text, said):
    with router(keys("one") + ACCOUNT.format("secret")) as served:
        reload(served, text, "not reloaded")
        assert said in served.log() and '"level":"error"' in served.log()
        assert served.call("GET", "/v1/videos").status == 401 and status(served, "one") == 200
        made = served.call("POST", "/v1/videos", {"model": "sora-2", "prompt": "x"}, bearer("one"))
        assert made.status >= 400 and b'"test"' not in made.body


def test_what_a_file_says_in_words_is_done():
    with router(keys("one") + ACCOUNT.format("secret")) as served:
        reload(served, "keys: none\naccounts: none\n")
        assert served.call("GET", "/v1/models").status == 200
        # No test vendor steps in for the accounts that are gone.
        assert served.call("POST", "/v1/videos", {"model": "sora-2", "prompt": "x"}).status >= 400


def test_a_secret_file_that_is_empty_for_a_moment_is_waited_for(tmp_path):
    secret = tmp_path / "secret"
    secret.write_text("sk-1")
    config = keys("one") + ACCOUNT.format(f"${{file:{secret}}}")
    with router(config) as served:
        secret.write_text("")
        reload(served, config, "not reloaded")
        secret.write_text("sk-2")
        reload(served, config)


@contextlib.contextmanager
def served_from_fifo(tmp_path, extra=""):
    """A server whose configuration is a FIFO: read once at the start, and hanging ever after."""
    fifo, log = tmp_path / "genlock.yaml", tmp_path / "log"
    os.mkfifo(fifo)
    port = free_port()
    config = f"listen: 127.0.0.1:{port}\nstate: {tmp_path}/state\n{keys('one')}{extra}"
    threading.Thread(target=fifo.write_text, args=[config], daemon=True).start()
    with open(log, "wb") as sink:
        process = subprocess.Popen([binary(), "serve", "--config", fifo], stderr=sink, cwd=tmp_path, env={"PATH": os.environ["PATH"]})
    try:
        eventually(lambda: '"serving"' in log.read_text(), 20)
        yield process, log, port
    finally:
        process.kill()
        process.wait()


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_reload_that_hangs_does_not_keep_the_process_from_ending(tmp_path, number):
    with served_from_fifo(tmp_path) as (process, log, _):
        process.send_signal(signal.SIGHUP)
        time.sleep(0.1)
        process.send_signal(number)
        assert process.wait(30) == 0


def test_a_reload_that_hangs_is_given_up_and_the_next_is_heard(tmp_path):
    with served_from_fifo(tmp_path, "limits: { config_read_timeout: 200ms }\n") as (process, log, port):
        process.send_signal(signal.SIGHUP)
        eventually(lambda: "config_read_timeout" in log.read_text())
        fifo = tmp_path / "genlock.yaml"
        fifo.unlink()
        fifo.write_text(f"listen: 127.0.0.1:{port}\nstate: {tmp_path}/state\n{keys('two')}")
        process.send_signal(signal.SIGHUP)
        eventually(lambda: "configuration reloaded" in log.read_text())
        process.send_signal(signal.SIGTERM)
        assert process.wait(30) == 0


def test_the_service_manager_is_notified_of_a_refused_reload(tmp_path):
    notes = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
    notes.bind(str(tmp_path / "notify"))
    notes.settimeout(20)
    with router(keys("one"), env={"NOTIFY_SOCKET": str(tmp_path / "notify")}) as served:
        pathlib.Path(served.config).write_text("")
        served.process.send_signal(signal.SIGHUP)
        heard, deadline = "", time.monotonic() + 30
        while "refused" not in heard:
            assert time.monotonic() < deadline, heard
            heard = notes.recv(4096).decode()
        assert "READY=1" in heard and "no content" in heard


@pytest.mark.parametrize("form", ["json", "text"])
def test_an_unread_log_does_not_keep_the_process_from_ending(tmp_path, form):
    reading, writing = os.pipe()
    fcntl.fcntl(writing, fcntl.F_SETPIPE_SZ, 4096)
    port = free_port()
    environment = {"PATH": os.environ["PATH"], "GENLOCK_LISTEN": f"127.0.0.1:{port}", "GENLOCK_STATE": str(tmp_path / "state"),
                   "GENLOCK_LOG": f"info,{form}"}
    process = subprocess.Popen([binary(), "serve"], stderr=writing, cwd=tmp_path, env=environment)
    try:
        def asked():
            with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=5) as s:
                s.sendall(b"GET /v1/models HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
                return s.recv(20)
        eventually(asked, 20)
        for _ in range(60):
            assert asked()
        process.send_signal(signal.SIGTERM)
        assert process.wait(15) == 0
    finally:
        process.kill()
        process.wait()
        os.close(reading)
        os.close(writing)


# The command line


@pytest.mark.parametrize("words", [
    ["keys", "new", "x"], ["models"], ["models", "--json"], ["check"], ["--help"], ["--version"], ["serve", "--help"], ["vendor", "list"],
    ["jobs"], ["jobs", "--json"], ["generate", "--json", "--model", "sora-2", "--prompt", "x", "--seconds", "4", "-o", "clip.mp4", "--force"],
])
def test_a_result_that_cannot_be_written_is_an_error(tmp_path, words):
    environment = {"PATH": os.environ["PATH"], "GENLOCK_STATE": str(tmp_path / "state"), "HOME": str(tmp_path)}
    if words[0] == "jobs":
        with router(state=environment["GENLOCK_STATE"]) as served:
            assert served.call("POST", "/v1/videos", {"model": "sora-2", "prompt": "x"}).status == 200
    whole = subprocess.run([binary(), *words], cwd=tmp_path, env=environment, capture_output=True, text=True, timeout=30)
    assert whole.returncode == 0 and whole.stdout, whole
    for closed in (False, True):
        with open("/dev/full", "wb") as full:
            done = subprocess.run(
                ["/bin/bash", "-c", '[ "$0" = True ] && exec >&-; exec "$@"', str(closed), binary(), *words], cwd=tmp_path, env=environment,
                stdout=full, stderr=subprocess.PIPE, text=True, timeout=30)
        assert done.returncode == 2 and "standard output cannot be written" in done.stderr, (closed, done)


def test_a_reader_that_has_seen_enough_is_no_error(tmp_path):
    done = subprocess.run(
        ["/bin/bash", "-c", 'set -o pipefail; "$0" models --json | head -c 1 > /dev/null', binary()], cwd=tmp_path,
        env={"PATH": os.environ["PATH"], "HOME": str(tmp_path)}, capture_output=True, text=True, timeout=30)
    assert done.stderr == ""


def test_arguments_survive_a_library_that_sets_a_variable(tmp_path):
    compiler = shutil.which("cc") or shutil.which("gcc") or shutil.which("clang")
    if not compiler:
        pytest.skip("no C compiler")
    (tmp_path / "set.c").write_text('#include <stdlib.h>\n__attribute__((constructor)) static void f(void) { setenv("A", "1", 1); }\n')
    subprocess.run([compiler, "-shared", "-fPIC", "-o", tmp_path / "set.so", tmp_path / "set.c"], check=True)
    done = subprocess.run(
        [binary(), "keys", "new", "the name"], cwd=tmp_path, capture_output=True, text=True, timeout=30,
        env={"PATH": os.environ["PATH"], "LD_PRELOAD": str(tmp_path / "set.so"), "HOME": str(tmp_path)})
    plain = subprocess.run([binary(), "keys", "new", "the name"], cwd=tmp_path, capture_output=True, text=True, timeout=30)
    assert done.returncode == plain.returncode and done.stderr == plain.stderr and "USAGE" not in done.stdout
    with router(env={"LD_PRELOAD": str(tmp_path / "set.so")}) as served:
        assert served.call("GET", "/healthz").status == 200
