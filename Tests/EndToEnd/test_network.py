"""Listeners, shutdown and proxies of the real program."""

import contextlib
import http.client
import json
import os
import pathlib
import signal
import socket
import stat
import struct
import tempfile
import threading
import time

import pytest

from harness import free_port, router

KEYS = "keys: [{ name: a, sha256: 2c26b46b68ffc68ff99b453c1d30413413422d706483bfa0f98a5e886266e7ae }]\n"  # foo
REQUEST = b"GET /v1/models HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer foo\r\nConnection: close\r\n\r\n"
V2 = b"\r\n\r\n\x00\r\nQUIT\n"


def send_raw(address, data=REQUEST, family=socket.AF_INET):
    """The status line of the answer; empty where there is none."""
    with socket.socket(family) as s:
        s.settimeout(10)
        s.connect(address)
        s.sendall(data)
        received = b""
        with contextlib.suppress(ConnectionResetError):
            while b"\r\n" not in received and (chunk := s.recv(65536)):
                received += chunk
        return received.split(b"\r\n")[0].decode()


def log_lines(served, wanted, seconds=30):
    """The log's entries once one of them is wanted."""
    deadline = time.monotonic() + seconds
    while True:
        lines = [json.loads(line) for line in served.log().splitlines() if line.startswith("{")]
        if any(map(wanted, lines)) or time.monotonic() > deadline:
            return lines
        time.sleep(0.02)


def has_ipv6():
    with contextlib.suppress(OSError), socket.socket(socket.AF_INET6) as s:
        s.bind(("::1", 0))
        return True
    return False


needs_ipv6 = pytest.mark.skipif(not has_ipv6(), reason="this machine has no IPv6")


def test_a_socket_file_has_the_mode_and_the_group_that_are_asked_for():
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "g.sock")
        group = os.getgid()
        listen = KEYS + f'listen: [127.0.0.1:{free_port()}, {{ address: "unix:{path}", mode: 0660, group: "{group}" }}]\n'
        port = int(listen.split("127.0.0.1:")[1].split(",")[0])
        with router(listen, env={"GENLOCK_LISTEN": ""}, port=port):
            found = os.stat(path)
            assert stat.S_IMODE(found.st_mode) == 0o660 and found.st_gid == group
            assert send_raw(path, family=socket.AF_UNIX) == "HTTP/1.1 200 OK"
        assert not os.path.exists(path)


@needs_ipv6
def test_all_of_ipv6_is_all_of_ipv4_too_and_localhost_is_both():
    port = free_port()
    with router(KEYS + f'listen: "[::]:{port}"\n', env={"GENLOCK_LISTEN": ""}, port=port) as served:
        assert send_raw(("::1", port), family=socket.AF_INET6) == send_raw(("127.0.0.1", port)) == "HTTP/1.1 200 OK"
        lines = log_lines(served, lambda line: line.get("route") == "/v1/models" and line["peer"] == "127.0.0.1")
        assert {line["peer"] for line in lines if line.get("route") == "/v1/models"} == {"::1", "127.0.0.1"}
    port = free_port()
    with router(KEYS + f'listen: "localhost:{port}"\n', env={"GENLOCK_LISTEN": ""}, port=port):
        assert send_raw(("::1", port), family=socket.AF_INET6) == send_raw(("127.0.0.1", port)) == "HTTP/1.1 200 OK"


@needs_ipv6
def test_ipv4_may_have_a_line_of_its_own_or_none():
    port = free_port()
    with router(KEYS + f'listen: ["[::]:{port}", "0.0.0.0:{port}"]\n', env={"GENLOCK_LISTEN": ""}, port=port):
        assert send_raw(("::1", port), family=socket.AF_INET6) == send_raw(("127.0.0.1", port)) == "HTTP/1.1 200 OK"
    port, other = free_port(), free_port()
    listen = f'listen: ["127.0.0.1:{other}", {{ address: "[::]:{port}", ipv6_only: true }}]\n'
    with router(KEYS + listen, env={"GENLOCK_LISTEN": ""}, port=other):
        assert send_raw(("::1", port), family=socket.AF_INET6) == "HTTP/1.1 200 OK"
        with pytest.raises(ConnectionRefusedError):
            send_raw(("127.0.0.1", port))


def test_a_load_balancer_names_the_client():
    port, plain = free_port(), free_port()
    listen = f'listen: ["127.0.0.1:{plain}", {{ address: "127.0.0.1:{port}", proxy_protocol: true }}]\n'
    v4 = V2 + b"\x21\x11" + struct.pack("!H4s4sHH", 12, socket.inet_aton("203.0.113.8"), socket.inet_aton("10.0.0.1"), 9, 80)
    with router(KEYS + listen, env={"GENLOCK_LISTEN": ""}, port=plain) as served:
        assert send_raw(("127.0.0.1", port), b"PROXY TCP4 203.0.113.7 10.0.0.1 4711 80\r\n" + REQUEST) == "HTTP/1.1 200 OK"
        assert send_raw(("127.0.0.1", port), v4 + REQUEST) == "HTTP/1.1 200 OK"
        assert send_raw(("127.0.0.1", port)) == ""
        assert send_raw(("127.0.0.1", plain)) == "HTTP/1.1 200 OK"
        lines = log_lines(served, lambda line: line.get("route") == "/v1/models" and line["peer"] == "127.0.0.1")
        peers = {line["peer"] for line in lines if line.get("route") == "/v1/models"}
        assert peers == {"203.0.113.7", "203.0.113.8", "127.0.0.1"}
        assert [line["reason"] for line in lines if line["message"] == "connection rejected"] == ["proxy"]
    # Without keys only this machine may call, whatever proxy forwards the request.
    with router(listen, env={"GENLOCK_LISTEN": ""}, port=plain):
        local = REQUEST.replace(b"Host: a", b"Host: localhost")
        assert send_raw(("127.0.0.1", port), b"PROXY TCP4 203.0.113.7 10.0.0.1 4711 80\r\n" + local) == "HTTP/1.1 403 Forbidden"
        assert send_raw(("127.0.0.1", port), b"PROXY TCP4 127.0.0.1 127.0.0.1 4711 80\r\n" + local) == "HTTP/1.1 200 OK"


def test_the_server_goes_on_accepting_until_load_balancers_have_taken_notice():
    with router("limits: { shutdown_delay: 1500ms, shutdown_idle_wait: 100ms }\n") as served:
        kept = http.client.HTTPConnection("127.0.0.1", served.port, timeout=30)
        kept.request("GET", "/healthz")
        answer = kept.getresponse()
        assert answer.read() and answer.status == 200 and answer.getheader("connection") is None
        began = time.monotonic()
        served.process.send_signal(signal.SIGTERM)
        while served.call("GET", "/readyz").status == 200:
            assert time.monotonic() - began < 1.4
        kept.request("GET", "/healthz")
        answer = kept.getresponse()
        assert answer.read() and answer.status == 200 and answer.getheader("connection") == "close"
        assert served.call("GET", "/v1/models").status == 200
        assert served.process.wait(30) == 0
        assert time.monotonic() - began >= 1.4


@pytest.mark.parametrize("config, dumpable", [("", False), ("core_dumps: true\n", True)])
def test_the_keys_in_memory_are_in_no_core_dump(config, dumpable):
    with router(config) as served:
        limits = pathlib.Path(f"/proc/{served.process.pid}/limits").read_text()
        size = next(line for line in limits.splitlines() if line.startswith("Max core file size")).split()[4]
        # What cannot be dumped belongs to root in /proc, and not to the process's own user.
        assert dumpable or size == "0"
        if os.getuid() != 0:
            assert (os.stat(f"/proc/{served.process.pid}/environ").st_uid != 0) == dumpable


class ForwardProxy(threading.Thread):
    """A proxy that answers every request itself, and remembers what it was asked."""

    def __init__(self):
        super().__init__(daemon=True)
        self.asked = []
        self.socket = socket.create_server(("127.0.0.1", 0))
        self.port = self.socket.getsockname()[1]
        self.start()

    def run(self):
        with contextlib.suppress(OSError):
            while True:
                client, _ = self.socket.accept()
                threading.Thread(target=self.answer, args=(client,), daemon=True).start()

    def answer(self, client):
        with client, contextlib.suppress(OSError):
            client.settimeout(10)
            head = b""
            while b"\r\n\r\n" not in head:
                if not (chunk := client.recv(65536)):
                    return
                head += chunk
            self.asked.append(head)
            client.sendall(b"HTTP/1.1 400 Bad Request\r\ncontent-length: 2\r\nconnection: close\r\n\r\n{}")


@pytest.mark.parametrize("env, expected", [
    ({"http_proxy": "http://user:secret@127.0.0.1:PORT"}, True),
    ({"HTTP_PROXY": "http://127.0.0.1:PORT"}, True),
    ({"ALL_PROXY": "127.0.0.1:PORT"}, True),
    ({"HTTPS_PROXY": "http://127.0.0.1:PORT"}, False),
    ({"HTTP_PROXY": "http://127.0.0.1:PORT", "NO_PROXY": "other.test,.vendor.test"}, False),
])
def test_calls_to_vendors_go_through_the_proxy_of_the_environment(env, expected):
    proxy = ForwardProxy()
    env = {name: value.replace("PORT", str(proxy.port)) for name, value in env.items()}
    config = 'accounts: { gpu: { vendor: openai-compatible, base_url: "http://gpu.vendor.test:8000/v1", api_key: k } }\n'
    with router(config, env=env) as served:
        answer = served.call("POST", "/v1/videos", {"model": "gpu/m", "prompt": "p"})
        assert answer.status >= 400
        assert bool(proxy.asked) == expected, answer.body
        if expected:
            assert proxy.asked[0].startswith(b"POST http://gpu.vendor.test:8000/v1/")
            assert (b"proxy-authorization: Basic" in proxy.asked[0]) == ("secret" in "".join(env.values()))
        assert "secret" not in served.log()
    with router(config.replace("api_key: k", "api_key: k, proxy: none"), env=env) as served:
        asked = len(proxy.asked)
        assert served.call("POST", "/v1/videos", {"model": "gpu/m", "prompt": "p"}).status >= 400
        assert len(proxy.asked) == asked
    proxy.socket.close()
