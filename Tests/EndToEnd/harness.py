"""Starts the real program for a test and stops it again."""

import contextlib
import http.client
import json
import os
import pathlib
import random
import signal
import socket
import ssl
import subprocess
import tempfile
import time
import urllib.error
import urllib.request

ROOT = pathlib.Path(__file__).resolve().parents[2]


def binary() -> str:
    """The program under test: GENLOCK_BIN, else the debug build that `make test` has made."""
    return os.environ.get("GENLOCK_BIN", str(ROOT / ".build" / "debug" / "genlock"))


def free_port() -> int:
    """A port below those that the kernel gives to outgoing connections: the suites beside this one do not take it meanwhile."""
    lowest = int(pathlib.Path("/proc/sys/net/ipv4/ip_local_port_range").read_text().split()[0])
    for _ in range(100):
        port = random.randrange(10_240, max(lowest, 20_000))
        with contextlib.suppress(OSError), socket.socket() as s:
            s.bind(("127.0.0.1", port))
            return port
    raise AssertionError("no port is free")


class Response:
    """Status, headers (lower case) and body of one answer."""

    def __init__(self, status, headers, body):
        self.status, self.headers, self.body = status, {k.lower(): v for k, v in headers}, body

    @property
    def json(self):
        return json.loads(self.body)


class Router:
    """A running `genlock serve`."""

    def __init__(self, process, port, state, log, tls=None, config=None, admin_port=None):
        self.process, self.port, self.state, self.log_path, self.tls, self.config = process, port, state, log, tls, config
        self.admin_port = admin_port
        self.url = f"http{'s' if tls else ''}://127.0.0.1:{port}"

    def call(self, method, path, body=None, headers=None, timeout=30) -> Response:
        headers = dict(headers or {})
        if isinstance(body, (dict, list)):
            body = json.dumps(body).encode()
            headers.setdefault("Content-Type", "application/json")
        request = urllib.request.Request(self.url + path, data=body, method=method, headers=headers)
        try:
            with urllib.request.urlopen(request, timeout=timeout, context=self.tls) as reply:
                return Response(reply.status, reply.getheaders(), reply.read())
        except urllib.error.HTTPError as error:
            return Response(error.code, error.headers.items(), error.read())

    def admin(self, path, timeout=30) -> Response:
        """What the administration answers on its own address."""
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self.admin_port}{path}", timeout=timeout) as reply:
                return Response(reply.status, reply.getheaders(), reply.read())
        except urllib.error.HTTPError as error:
            return Response(error.code, error.headers.items(), error.read())

    def raw(self, data: bytes, timeout=5) -> bytes:
        """What comes back for bytes that no client library would send."""
        with socket.create_connection(("127.0.0.1", self.port), timeout=timeout) as s:
            s.sendall(data)
            s.shutdown(socket.SHUT_WR)
            received = b""
            with contextlib.suppress(socket.timeout, ConnectionResetError):
                while chunk := s.recv(65536):
                    received += chunk
            return received

    def log(self) -> str:
        return pathlib.Path(self.log_path).read_text()

    def memory(self) -> int:
        """Peak resident memory in bytes."""
        for line in pathlib.Path(f"/proc/{self.process.pid}/status").read_text().splitlines():
            if line.startswith("VmHWM"):
                return int(line.split()[1]) * 1024
        raise RuntimeError("the process is gone")


@contextlib.contextmanager
def router(config: str | None = None, env: dict | None = None, state: str | None = None, args=(), trust=None, client=None, port=None,
           prefix=(), listen_in_file=False, state_in_file=False, admin=False, probe="/readyz"):
    """Serves on a free port until the block ends, then drains it with SIGTERM and checks that it ended well.

    With `trust`, a file of authorities, it is called over HTTPS; `client` is a certificate for that, without `.pem` and `.key`.
    Address and state folder come from the environment, or from the file, where a reload can change them. `prefix` is a command that runs
    the program. With `admin`, the administration has an address of its own. `probe` is asked until it answers 200: a router that cannot
    create jobs is never ready, but alive at `/healthz`."""
    tls = None
    if trust:
        tls = ssl.create_default_context(cafile=trust)
        if client:
            tls.load_cert_chain(f"{client}.pem", f"{client}.key")
    with tempfile.TemporaryDirectory() as scratch:
        port = port or free_port()
        state = state or os.path.join(scratch, "state")
        environment = {"PATH": os.environ["PATH"], "HOME": scratch, "SWIFT_BACKTRACE": "enable=no"}
        environment |= {"GENLOCK_LISTEN": f"127.0.0.1:{port}", "GENLOCK_STATE": state, **(env or {})}
        admin_port = free_port() if admin else None
        if admin:
            environment["GENLOCK_ADMIN"] = f"127.0.0.1:{admin_port}"
        if listen_in_file:
            config = f"listen: {environment.pop('GENLOCK_LISTEN')}\n{config or ''}"
        if state_in_file:
            config = f"state: {environment.pop('GENLOCK_STATE')}\n{config or ''}"
        command = [*prefix, binary(), "serve", *args]
        path = None
        if config is not None:
            path = os.path.join(scratch, "genlock.yaml")
            pathlib.Path(path).write_text(config)
            command += ["--config", path]
        log = os.path.join(scratch, "log")
        with open(log, "wb") as sink:
            process = subprocess.Popen(command, env=environment, stdout=sink, stderr=sink, cwd=scratch)
        served = Router(process, port, state, log, tls, path, admin_port)
        try:
            wait_until_ready(served, probe=probe)
            yield served
        finally:
            if process.poll() is None:
                process.send_signal(signal.SIGTERM)
                try:
                    code = process.wait(40)
                except subprocess.TimeoutExpired:
                    process.kill()
                    raise AssertionError("the router did not end within 40 s of SIGTERM") from None
                served.last_log = served.log()
                assert code == 0, f"the router ended with {code}:\n{served.log()[-2000:]}"


def wait_until_ready(served: Router, seconds=60, probe="/readyz"):
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if served.process.poll() is not None:
            raise AssertionError(f"the router ended with {served.process.returncode} at start:\n{served.log()[-2000:]}")
        with contextlib.suppress(OSError, http.client.HTTPException):
            if served.call("GET", probe, timeout=2).status == 200:
                return
        time.sleep(0.02)
    raise AssertionError(f"the router was not ready within {seconds} s:\n{served.log()[-2000:]}")


def eventually(question, seconds=30):
    """Asks until the answer is true, and returns it."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if found := question():
            return found
        time.sleep(0.02)
    raise AssertionError(f"not true within {seconds} s; the last answer was {found!r}")


def wait_until_ended(served: Router, path: str, seconds=60, words=("completed", "failed"), headers=None) -> dict:
    """Polls a job until its status is one of the words."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        answer = served.call("GET", path, headers=headers)
        assert answer.status == 200, (answer.status, answer.body)
        if answer.json["status"] in words:
            return answer.json
        time.sleep(0.2)
    raise AssertionError(f"{path} was not {' or '.join(words)} within {seconds} s: {answer.json}")


def ffprobe(path: str) -> dict:
    """What ffprobe says about the first stream; decoding errors fail."""
    shown = subprocess.run(
        ["ffprobe", "-v", "error", "-count_frames", "-select_streams", "v:0", "-of", "json", "-show_entries",
         "stream=codec_name,width,height,r_frame_rate,nb_read_frames:format=duration", path],
        capture_output=True, text=True, check=True)
    assert shown.stderr == "", shown.stderr
    found = json.loads(shown.stdout)
    return found["streams"][0] | {"duration": float(found["format"]["duration"])}
