"""What the benchmarks share: a mock vendor, the servers in front of it, and figures from /proc."""

import contextlib
import json
import os
import pathlib
import re
import signal
import socket
import ssl
import subprocess
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parents[2]
BINARY = os.environ.get("GENLOCK_BIN", str(ROOT / ".build/release/genlock"))
CLIP = 64 * 1024 * 1024
VIDEO = {"id": "video_gen_1a2b", "object": "video", "model": "m", "status": "queued", "progress": 0, "created_at": 1795219605,
         "completed_at": None, "expires_at": None, "prompt": "A kite", "size": "1280x720", "seconds": "4", "remixed_from_video_id": None, "error": None}
BODY = {"model": "gpu/m", "prompt": "A red kite drifts over a windy sea cliff at dawn", "seconds": "4", "size": "1280x720"}


def free_port():
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


def wait_for(port, seconds=30):
    for _ in range(seconds * 100):
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
            return
        time.sleep(0.01)
    raise SystemExit(f"nothing listens on {port}")


class ServerSet(contextlib.ExitStack):
    """A folder and the processes that work in it, all ended at the end."""

    def __enter__(self):
        super().__enter__()
        self.folder = pathlib.Path(self.enter_context(tempfile.TemporaryDirectory()))
        self.folder.chmod(0o755)
        return self

    # The core of the measured servers; the load and the mock vendor keep to this program's own. None: wherever the kernel puts them.
    server_core = None

    def pin(self):
        """Separates the measured servers from everything else: they get the first core, this program and what it starts the others."""
        cores = sorted(os.sched_getaffinity(0))
        if len(cores) < 2:
            print("one core only: the servers share it with the load, so CPU figures contain each other's cache misses")
            return
        self.server_core = cores[0]
        os.sched_setaffinity(0, cores[1:])

    def start(self, command, environment=None, measured=True, **options):
        if measured and self.server_core is not None:
            command = ["taskset", "--cpu-list", self.server_core, *command]
        options = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL} | options
        process = subprocess.Popen([str(part) for part in command], env=environment, cwd=self.folder, **options)
        self.callback(self.stop, process)
        return process

    @staticmethod
    def stop(process):
        if process.poll() is None:
            process.send_signal(signal.SIGTERM)
            process.wait(60)

    def certificate(self):
        """The files of a certificate of its own making (P-256) and of its key."""
        files = self.folder / "cert.pem", self.folder / "key.pem"
        if not files[0].exists():
            subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2", "-subj",
                            "/CN=localhost", "-out", files[0], "-keyout", files[1]], check=True, capture_output=True)
        return files

    def nginx(self, name, server, extra="", tls=False, protocol="", measured=True):
        """One worker; `server` is the inside of its server block, `http2` as protocol what that speaks alone. Returns the process and its port."""
        if tls:
            server = "ssl_certificate {}; ssl_certificate_key {}; {}".format(*self.certificate(), server)
        home, port = self.folder / name, free_port()
        home.mkdir()
        folders = "".join(f"{kind}_temp_path {home}/{kind}; " for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi"))
        (home / "conf").write_text(f"""
worker_processes 1; daemon off; pid {home}/pid; error_log {home}/error.log; worker_rlimit_nofile 65536;
events {{ worker_connections 32768; }}
http {{
  access_log off; keepalive_requests 100000000; keepalive_timeout 600; sendfile on; client_max_body_size 100m; {folders}
  {extra}
  server {{ listen 127.0.0.1:{port} {"ssl" if tls else ""} {protocol} backlog=8192; {server} }}
}}""")
        process = self.start(["nginx", "-c", home / "conf"], measured=measured)
        wait_for(port)
        return process, port

    def mock(self):
        """A vendor that speaks OpenAI's API: every job is made at once. Returns the process and its port."""
        clip = self.folder / "clip.mp4"
        clip.write_bytes(os.urandom(1 << 20) * (CLIP >> 20))
        done = json.dumps(VIDEO | {"status": "completed", "progress": 100})
        return self.nginx("mock", f"""
            default_type application/json;
            location = /v1/videos {{ if ($request_method = POST) {{ return 200 '{json.dumps(VIDEO)}'; }} return 404; }}
            location = /v1/videos/video_gen_1a2b {{ return 200 '{done}'; }}
            location = /v1/videos/video_gen_1a2b/content {{ default_type video/mp4; alias {clip}; }}""", measured=False)

    def proxy(self, mock, tls=False):
        """nginx as a plain reverse proxy. Returns the process and its port."""
        return self.nginx("proxy-tls" if tls else "proxy", """location / { proxy_pass http://mock; proxy_http_version 1.1; proxy_set_header Connection '';
            proxy_buffering on; proxy_max_temp_file_size 0; }""", f"upstream mock {{ server 127.0.0.1:{mock}; keepalive 256; }}", tls,
            "http2" if tls else "")

    def nghttpd(self, text):
        """nghttp2's own server with one thread, that answers `/answer` with a text. Returns the process and its port."""
        port = free_port()
        (self.folder / "answer").write_text(text)
        process = self.start(["nghttpd", "--no-tls", "--address=127.0.0.1", f"--htdocs={self.folder}", port])
        wait_for(port)
        return process, port

    def other(self, program, text):
        """A server of the package Others, that answers `/answer` with a text. Returns the process and its port."""
        port = free_port()
        process = self.start([program.resolve(), port, text])
        wait_for(port)
        return process, port

    def haproxy(self, mock):
        """HAProxy as a plain reverse proxy with one thread. Returns the process and its port."""
        port = free_port()
        (self.folder / "haproxy.cfg").write_text(f"""
global
  nbthread 1
  maxconn 8000
defaults
  mode http
  option http-keep-alive
  http-reuse always
  timeout connect 5s
  timeout client 600s
  timeout server 600s
frontend in
  bind 127.0.0.1:{port} backlog 8192
  default_backend mock
backend mock
  server mock 127.0.0.1:{mock} pool-max-conn 256
""")
        process = self.start(["haproxy", "-db", "-f", self.folder / "haproxy.cfg"])
        wait_for(port)
        return process, port

    def litellm(self, mock, program):
        """LiteLLM's proxy with one worker. Returns the process and its port."""
        port = free_port()
        (self.folder / "litellm.yaml").write_text(f"""
model_list:
  - {{ model_name: gpu/m, litellm_params: {{ model: openai/sora-2, api_base: 'http://127.0.0.1:{mock}/v1', api_key: k }} }}
litellm_settings: {{ telemetry: false }}
""")
        environment = os.environ | {"LITELLM_LOCAL_MODEL_COST_MAP": "True", "LITELLM_DANGEROUSLY_PERMIT_WEAK_OR_UNSET_MASTER_KEY": "true"}
        process = self.start([pathlib.Path(program).resolve(), "--config", "litellm.yaml", "--host", "127.0.0.1", "--port", port, "--num_workers", "1"], environment)
        wait_for(port, 120)
        return process, port

    def stripped(self):
        """The binary without debugging information, which valgrind 3.19 cannot read; names stay."""
        path = self.folder / "genlock-stripped"
        if not path.exists():
            subprocess.run(["strip", "--strip-debug", "-o", path, BINARY], check=True)
        return path

    def genlock(self, mock, journal="off", name="genlock", under=(), settings="", binary=BINARY, **options):
        """Genlock in front of the mock. Returns the process, its port, and the seconds from its start to its first answer."""
        home, port = self.folder / name, free_port()
        home.mkdir()
        (home / "genlock.yaml").write_text(f"""
journal: {journal}
# The mock's jobs never end: following them would be counted with the requests that are measured.
watch: off
log: {{ level: error }}
accounts:
  gpu: {{ vendor: openai-compatible, base_url: 'http://127.0.0.1:{mock}/v1', api_key: k, encoding: json }}
{settings}""")
        # valgrind's control files are in TMPDIR, where callgrind_control looks for them.
        environment = {name: os.environ[name] for name in ("PATH", "TMPDIR") if name in os.environ} | {
            "GENLOCK_LISTEN": f"127.0.0.1:{port}", "GENLOCK_STATE": str(home / "state"), "SWIFT_BACKTRACE": "enable=no"}
        begin = time.monotonic()
        process = self.start([*under, binary, "serve", "--config", home / "genlock.yaml"], environment, **options)
        return process, port, first_answer(process, port) - begin


def first_answer(process, port):
    """When the server answered for the first time."""
    deadline = time.monotonic() + 120
    while process.poll() is None and time.monotonic() < deadline:
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 1) as s:
            s.settimeout(60)
            s.sendall(b"GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n")
            if s.recv(100):
                return time.monotonic()
        time.sleep(0.0005)
    raise SystemExit(f"the server did not answer; it ended with {process.poll()}")


class Client:
    """One keep-alive connection, one request after the other: as little work beside the server's as can be."""

    def __init__(self, port, tls=False):
        self.socket = socket.create_connection(("127.0.0.1", port), 600)
        if tls:
            context = ssl.create_default_context()
            context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
            self.socket = context.wrap_socket(self.socket)
        self.file = self.socket.makefile("rb")

    def send(self, method, path, body=None):
        head = f"{method} {path} HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer sk-local\r\nUser-Agent: bench\r\nAccept: */*\r\n"
        if body is not None:
            head += f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n"
        self.socket.sendall(head.encode() + b"\r\n" + (body or b""))
        status = int(self.file.readline().split()[1])
        length = 0
        while line := self.file.readline().strip():
            if line.lower().startswith(b"content-length:"):
                length = int(line.split(b":")[1])
        answer = self.file.read(length)
        if status != 200:
            raise SystemExit(f"{method} {path}: {status} {answer[:500]}")
        return answer

    def create(self, body=BODY):
        return json.loads(self.send("POST", "/v1/videos", json.dumps(body).encode()))["id"]

    def wait_until_ended(self, job):
        """Asks until the job has ended."""
        for _ in range(200):
            if json.loads(self.send("GET", f"/v1/videos/{job}"))["status"] == "completed":
                return job
            time.sleep(0.1)
        raise SystemExit("the mock's job did not end")


def process_tree(process):
    """A process and its children."""
    children = subprocess.run(["pgrep", "-P", str(process.pid)], capture_output=True, text=True).stdout.split()
    return [process.pid] + [int(child) for child in children]


def cpu(process):
    """Seconds of processor time of all threads of a process and its children, to the nanosecond. Threads that have ended are missing."""
    total = 0
    for pid in process_tree(process):
        for thread in pathlib.Path(f"/proc/{pid}/task").iterdir():
            with contextlib.suppress(FileNotFoundError, ProcessLookupError):
                total += int((thread / "schedstat").read_text().split()[0])
    return total / 1e9


def memory(process, field="VmRSS"):
    """MB of a process and its children."""
    texts = [pathlib.Path(f"/proc/{pid}/status").read_text() for pid in process_tree(process)]
    return sum(int(found[1]) for text in texts if (found := re.search(rf"{field}:\s+(\d+)", text))) / 1024
