"""HTTP/2 with the clients that people use: curl, httpx, and h2 for what those would never do."""

import concurrent.futures
import contextlib
import json
import shutil
import signal
import socket
import subprocess
import time

import h2.config
import h2.connection
import h2.events
import h2.exceptions
import httpx
import pytest

from harness import router
from test_relay import config, create, vendor  # noqa: F401
from test_tls import certificates, settings  # noqa: F401

IMAGE = "data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="


class HTTP2Client:
    """A client that sends what a test asks for, right or wrong."""

    def __init__(self, port):
        self.socket = socket.create_connection(("127.0.0.1", port), timeout=30)
        settings = h2.config.H2Configuration(client_side=True, validate_outbound_headers=False, normalize_outbound_headers=False)
        self.h2 = h2.connection.H2Connection(settings)
        self.h2.initiate_connection()
        self.flush()

    def flush(self):
        self.socket.sendall(self.h2.data_to_send())

    def ask(self, path, method="GET", fields=(), ends=True):
        stream = self.h2.get_next_available_stream_id()
        head = [(":method", method), (":scheme", "http"), (":path", path), (":authority", "127.0.0.1"), *fields]
        self.h2.send_headers(stream, head, end_stream=ends)
        self.flush()
        return stream

    def events(self):
        """Events until the connection ends."""
        while data := self.socket.recv(65536):
            for event in self.h2.receive_data(data):
                if isinstance(event, h2.events.DataReceived):
                    with contextlib.suppress(h2.exceptions.ProtocolError):
                        self.h2.acknowledge_received_data(event.flow_controlled_length, event.stream_id)
                yield event
            self.flush()

    def answer(self, stream):
        status, body = None, b""
        for event in self.events():
            if getattr(event, "stream_id", None) != stream:
                continue
            if isinstance(event, h2.events.ResponseReceived):
                status = int(dict(event.headers)[b":status"])
            elif isinstance(event, h2.events.DataReceived):
                body += event.data
            elif isinstance(event, h2.events.StreamEnded):
                return status, body
            elif isinstance(event, h2.events.StreamReset):
                return status, event.error_code
        raise AssertionError("the connection ended")

    def goaway(self):
        for event in self.events():
            if isinstance(event, h2.events.ConnectionTerminated):
                return event.error_code
        return None


def curl(*arguments, fmt="%{http_version} %{http_code} %{num_connects}\\n"):
    shown = subprocess.run(["curl", "-sS", "--max-time", "120", "-o", "/dev/null", "-w", fmt, *arguments], capture_output=True, text=True)
    assert shown.returncode == 0, shown.stderr
    return shown.stdout.split("\n")[:-1]


@pytest.mark.parametrize("way, version", [("--http2-prior-knowledge", "2"), ("--http2", "1.1"), ("--http1.1", "1.1")])
def test_every_way_in_on_one_port(shared_router, way, version):
    assert curl(way, shared_router.url + "/healthz") == [f"{version} 200 1"]


@pytest.mark.parametrize("way, version", [("--http2", "2"), ("--http1.1", "1.1")])
def test_tls_decides_in_its_handshake(certificates, way, version):  # noqa: F811
    with router(settings(certificates, "one"), trust=certificates.path("ca.pem")) as served:
        assert curl(way, "--cacert", certificates.path("ca.pem"), f"https://localhost:{served.port}/healthz") == [f"{version} 200 1"]
        with httpx.Client(http2=True, verify=certificates.path("ca.pem")) as client:
            assert client.get(f"https://localhost:{served.port}/healthz").http_version == "HTTP/2"


REQUESTS = [
    ("GET", "/healthz", None), ("HEAD", "/healthz", None), ("GET", "/v1/models", None), ("GET", "/nowhere?a=b", None),
    ("DELETE", "/v1/models", None), ("GET", "/v1/videos/video_x", None), ("POST", "/v1/videos", b"{"), ("POST", "/v1/videos", b"{}"),
    ("POST", "/v1/videos", b'{"model": "sora-2", "prompt": "x", "seconds": "5"}'), ("OPTIONS", "/v1/videos", None), ("GET", "/%41", None),
]


@pytest.mark.parametrize("method, path, body", REQUESTS)
def test_an_answer_is_the_same_in_both_protocols(shared_router, method, path, body):
    seen = []
    for version in [{"http1": True, "http2": False}, {"http1": False, "http2": True}]:
        with httpx.Client(**version) as client:
            answer = client.request(method, shared_router.url + path, content=body, headers={"content-type": "application/json"})
            fields = {k: v for k, v in answer.headers.items() if k not in ("date", "x-request-id", "openai-processing-ms", "connection")}
            seen.append((answer.status_code, fields, answer.content.replace(answer.headers.get("x-request-id", "-").encode(), b"")))
    assert answer.http_version == "HTTP/2" and seen[0] == seen[1]


def test_a_job_from_start_to_clip(shared_router):
    with httpx.Client(http1=False, http2=True, base_url=shared_router.url) as client:
        made = client.post("/v1/videos", json={"model": "sora-2", "prompt": "a cat", "seconds": "4", "input_reference": {"image_url": IMAGE}})
        assert made.status_code == 200, made.text
        path = f"/v1/videos/{made.json()['id']}"
        deadline = time.monotonic() + 60
        while (job := client.get(path).json())["status"] != "completed" and time.monotonic() < deadline:
            time.sleep(0.2)
        whole = client.get(path + "/content")
        assert job["status"] == "completed" and whole.http_version == "HTTP/2" and whole.content[4:8] == b"ftyp"
        assert whole.content == shared_router.call("GET", path + "/content").body
        part = client.get(path + "/content", headers={"Range": "bytes=10-19"})
        assert part.status_code == 206 and part.content == whole.content[10:20]
        head = client.head(path + "/content")
        assert head.content == b"" and int(head.headers["content-length"]) == len(whole.content)


def test_a_page_of_another_site_is_kept_out_in_both_protocols(shared_router):
    """Without keys only this machine's own names are answered, or a web page could reach the router through its visitor's browser."""
    for way in ["--http1.1", "--http2-prior-knowledge"]:
        target = ["--resolve", f"evil.example:{shared_router.port}:127.0.0.1", f"http://evil.example:{shared_router.port}/v1/models"]
        assert curl(way, *target, fmt="%{http_code}\\n")[0] in ("401", "403", "421")


def test_a_large_body_up_and_an_early_answer(shared_router):
    with httpx.Client(http1=False, http2=True, base_url=shared_router.url, timeout=60) as client:
        body = json.dumps({"model": "sora-2", "prompt": "x", "input_reference": {"image_url": "data:image/png;base64," + "A" * 30_000_000}})
        large = client.post("/v1/videos", content=body, headers={"content-type": "application/json"})
        assert large.status_code == 400 and large.headers["content-type"] == "application/json", large.text[:300]
        assert client.get("/healthz").status_code == 200
    answer = curl("--http2-prior-knowledge", "-T", "/dev/zero", "-X", "POST", shared_router.url + "/nowhere", fmt="%{http_code} %{http_version}\\n")
    assert answer == ["404 2"]


def test_eight_large_downloads_over_one_connection(vendor):  # noqa: F811
    vendor.size = 200_000_000
    with router(config(vendor.port)) as served:
        path = create(served)
        counts = slow_downloads(HTTP2Client(served.port), path, 8, 400_000_000)
        assert list(counts.values()) == [vendor.size] * 8
        assert served.memory() < 64 * 1024 * 1024


def slow_downloads(h2_client, path, streams, rate):
    """Bytes that came on each stream. Frames are taken apart by hand: h2 would be the slower side. Windows are opened `rate` bytes a second."""
    counts = {h2_client.ask(path): 0 for _ in range(streams)}
    left, pending, owed, started, total = set(counts), b"", dict.fromkeys(counts, 0), time.monotonic(), 0
    while left:
        received = h2_client.socket.recv(1 << 20)
        assert received, f"the connection ended with {len(left)} streams open"
        pending += received
        at = 0
        while len(pending) - at >= 9:
            length, kind, flags, stream = int.from_bytes(pending[at:at + 3], "big"), pending[at + 3], pending[at + 4], int.from_bytes(pending[at + 5:at + 9], "big")
            if len(pending) - at < 9 + length:
                break
            assert kind not in (3, 7), pending[at:at + 40]
            if kind == 0:
                counts[stream] += length
                owed[stream] += length
                total += length
                if flags & 1:
                    left.discard(stream)
            at += 9 + length
        pending = pending[at:]
        time.sleep(max(0, total / rate - (time.monotonic() - started)))
        h2_client.socket.sendall(b"".join(update(s, n) for s, n in owed.items() if n and s in left) + update(0, sum(owed.values())))
        owed = dict.fromkeys(owed, 0)
    return counts


def update(stream, step):
    return b"\0\0\4\x08\0" + stream.to_bytes(4, "big") + step.to_bytes(4, "big") if step else b""


def test_a_cancelled_download_stops_upstream(vendor):  # noqa: F811
    vendor.size = 2_000_000_000
    with router(config(vendor.port)) as served:
        path = create(served)
        h2_client = HTTP2Client(served.port)
        stream = h2_client.ask(path)
        for event in h2_client.events():
            if isinstance(event, h2.events.DataReceived):
                break
        before = connections(vendor.port)
        h2_client.h2.reset_stream(stream, 8)
        h2_client.flush()
        assert h2_client.answer(h2_client.ask("/healthz"))[0] == 200
        deadline = time.monotonic() + 30
        while time.monotonic() < deadline and connections(vendor.port) == before:
            time.sleep(0.1)
        assert connections(vendor.port) == before - 1


def connections(port):
    """Established connections to a port of this machine, from the kernel's table."""
    wanted = f":{port:04X}"
    with open("/proc/net/tcp") as table:
        return sum(1 for line in table if line.split()[2].endswith(wanted) and line.split()[3] == "01")


def test_ten_thousand_streams_one_after_the_other(shared_router):
    h2_client = HTTP2Client(shared_router.port)
    before = shared_router.memory()
    for _ in range(10_000):
        assert h2_client.answer(h2_client.ask("/healthz"))[0] == 200
    assert shared_router.memory() - before < 8 * 1024 * 1024


def test_rapid_resets_end_in_a_goaway_and_others_go_on(shared_router):
    attacker, bystander = HTTP2Client(shared_router.port), HTTP2Client(shared_router.port)
    with pytest.raises((OSError, AssertionError)), concurrent.futures.ThreadPoolExecutor() as pool:
        goodbye = pool.submit(attacker.socket.recv, 1)
        for _ in range(20_000):
            stream = attacker.h2.get_next_available_stream_id()
            attacker.h2.send_headers(stream, [(":method", "GET"), (":scheme", "http"), (":path", "/healthz"), (":authority", "127.0.0.1")], end_stream=True)
            attacker.h2.reset_stream(stream, 8)
            attacker.flush()
        assert goodbye.result() == b""
    assert bystander.answer(bystander.ask("/healthz"))[0] == 200


def test_too_many_pings_end_in_enhance_your_calm(shared_router):
    h2_client = HTTP2Client(shared_router.port)
    for number in range(600):
        h2_client.h2.ping(number.to_bytes(8, "big"))
    h2_client.flush()
    assert h2_client.goaway() == 11


def test_a_drain_finishes_what_is_in_flight(vendor):  # noqa: F811
    vendor.size = 30_000_000
    with router(config(vendor.port)) as served:
        url = served.url + create(served)
        with concurrent.futures.ThreadPoolExecutor() as pool:
            whole = pool.submit(curl, "--http2-prior-knowledge", "--limit-rate", "10M", url, fmt="%{http_version} %{size_download}\\n")
            time.sleep(1)
            served.process.send_signal(signal.SIGTERM)
            assert whole.result() == ["2 30000000"]
        assert served.process.wait(20) == 0


@pytest.mark.skipif(not shutil.which("h2load"), reason="nghttp2-client is not installed")
def test_h2load_finds_no_fault(shared_router):
    shown = subprocess.run(["h2load", "-n", "20000", "-c", "10", "-m", "32", shared_router.url + "/healthz"], capture_output=True, text=True)
    assert "20000 succeeded, 0 failed, 0 errored" in shown.stdout, shown.stdout


@pytest.mark.skipif(not shutil.which("nghttp"), reason="nghttp2-client is not installed")
def test_nghttp_finds_no_fault(shared_router):
    shown = subprocess.run(["nghttp", "-nv", shared_router.url + "/healthz"], capture_output=True, text=True, timeout=20)
    assert ":status: 200" in shown.stdout, shown.stdout
