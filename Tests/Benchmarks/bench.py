#!/usr/bin/env python3
"""Genlock beside nginx as a plain reverse proxy, in front of the same mock vendor, in one interleaved run.

Needs nginx, wrk and curl, and a release build (GENLOCK_BIN). Every figure is a median over the rounds; the ratio is Genlock / nginx of the
same round. CPU is user + system time of all processes of the server under test, from /proc, divided by the requests answered.
"""

import argparse
import json
import os
import pathlib
import re
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parents[1]
CLIP = 64 * 1024 * 1024
VIDEO = {"id": "video_gen_1a2b", "object": "video", "model": "m", "status": "queued", "progress": 0, "created_at": 1795219605,
         "completed_at": None, "expires_at": None, "prompt": "A kite", "size": "1280x720", "seconds": "4", "remixed_from_video_id": None, "error": None}
BODY = json.dumps({"model": "gpu/m", "prompt": "A red kite drifts over a windy sea cliff at dawn", "seconds": "4", "size": "1280x720"})


def free_port():
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


def nginx(folder, name, port, locations, extra=""):
    """One nginx worker; returns its process."""
    home = pathlib.Path(folder) / name
    home.mkdir()
    (home / "conf").write_text(f"""
worker_processes 1; daemon off; pid {home}/pid; error_log {home}/error.log;
events {{ worker_connections 8192; }}
http {{
  access_log off; keepalive_requests 100000000; sendfile on; client_max_body_size 100m;
  client_body_temp_path {home}/a; proxy_temp_path {home}/b; fastcgi_temp_path {home}/c; uwsgi_temp_path {home}/d; scgi_temp_path {home}/e;
  {extra}
  server {{ listen 127.0.0.1:{port}; {locations} }}
}}""")
    return subprocess.Popen(["nginx", "-c", str(home / "conf")], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def cpu(process):
    """User and system seconds of a process and its children."""
    pids = [process.pid] + [int(p) for p in subprocess.run(["pgrep", "-P", str(process.pid)], capture_output=True, text=True).stdout.split()]
    total = 0
    for pid in pids:
        fields = pathlib.Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
        total += int(fields[11]) + int(fields[12])
    return total / os.sysconf("SC_CLK_TCK")


def memory(process, field="VmRSS"):
    text = pathlib.Path(f"/proc/{process.pid}/status").read_text()
    return int(re.search(rf"{field}:\s+(\d+)", text)[1]) / 1024


def wrk(url, seconds, connections, script=None):
    """Requests answered, and those per second."""
    command = ["wrk", "-t1", f"-c{connections}", f"-d{seconds}s", "--latency"]
    if script:
        command += ["-s", str(script)]
    shown = subprocess.run(command + [url], capture_output=True, text=True).stdout
    if bad := re.search(r"Non-2xx or 3xx responses: (\d+)", shown):
        raise SystemExit(f"{url}: {bad[1]} answers were errors")
    p99 = re.search(r"99%\s+([\d.]+)(us|ms|s)", shown)
    return int(re.search(r"(\d+) requests in", shown)[1]), float(re.search(r"Requests/sec:\s+([\d.]+)", shown)[1]), "".join(p99.groups()) if p99 else "?"


def measured(process, run):
    before = cpu(process)
    count, rate, p99 = run()
    return {"rate": rate, "cpu": (cpu(process) - before) / max(count, 1) * 1e6, "p99": p99}


def download(url, times):
    """MB/s of curl, into nothing."""
    begin = time.monotonic()
    for _ in range(times):
        subprocess.run(["curl", "-sf", "-o", "/dev/null", url], check=True)
    return CLIP * times / 1e6 / (time.monotonic() - begin)


def wait(port, path="/"):
    for _ in range(500):
        try:
            with socket.create_connection(("127.0.0.1", port), 1):
                return
        except OSError:
            time.sleep(0.01)
    raise SystemExit(f"nothing listens on {port}")


def call(url, body=None):
    request = urllib.request.Request(url, data=body.encode() if body else None, headers={"Content-Type": "application/json"} if body else {})
    with urllib.request.urlopen(request) as reply:
        return json.load(reply)


def start_up(command, environment):
    """Seconds from exec to the first answer."""
    begin = time.monotonic()
    process = subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    port = int(environment["GENLOCK_LISTEN"].rsplit(":", 1)[1])
    while True:
        try:
            with socket.create_connection(("127.0.0.1", port), 1) as s:
                s.sendall(b"GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n")
                if s.recv(100):
                    return process, time.monotonic() - begin
        except OSError:
            time.sleep(0.0005)


def main():
    options = argparse.ArgumentParser()
    options.add_argument("--rounds", type=int, default=5)
    options.add_argument("--seconds", type=int, default=3)
    options.add_argument("--connections", type=int, default=64)
    options = options.parse_args()
    binary = os.environ.get("GENLOCK_BIN", str(ROOT / ".build/release/genlock"))
    with tempfile.TemporaryDirectory() as folder:
        clip = pathlib.Path(folder) / "clip.mp4"
        clip.write_bytes(os.urandom(1 << 20) * (CLIP >> 20))
        os.chmod(folder, 0o755)
        mock_port, proxy_port, own_port = free_port(), free_port(), free_port()
        done = json.dumps(VIDEO | {"status": "completed", "progress": 100})
        queued = json.dumps(VIDEO)
        mock = nginx(folder, "mock", mock_port, f"""
            default_type application/json;
            location = /v1/videos {{ if ($request_method = POST) {{ return 200 '{queued}'; }} return 404; }}
            location = /v1/videos/video_gen_1a2b {{ return 200 '{done}'; }}
            location = /v1/videos/video_gen_1a2b/content {{ default_type video/mp4; alias {clip}; }}""")
        proxy = nginx(folder, "proxy", proxy_port,
                      "location / { proxy_pass http://mock; proxy_http_version 1.1; proxy_set_header Connection ''; proxy_buffering on; proxy_max_temp_file_size 0; }",
                      f"upstream mock {{ server 127.0.0.1:{mock_port}; keepalive 256; }}")
        config = pathlib.Path(folder) / "genlock.yaml"
        config.write_text(f"journal: off\nlog: {{ level: error }}\naccounts:\n  gpu: {{ vendor: openai-compatible, base_url: 'http://127.0.0.1:{mock_port}/v1', api_key: k, encoding: json }}\n")
        environment = {"PATH": os.environ["PATH"], "GENLOCK_LISTEN": f"127.0.0.1:{own_port}", "GENLOCK_STATE": folder + "/state", "SWIFT_BACKTRACE": "enable=no"}
        own, first = start_up([binary, "serve", "--config", str(config)], environment)
        try:
            run(options, own, proxy, own_port, proxy_port, mock_port, first, folder)
        finally:
            for process in (own, proxy, mock):
                process.send_signal(signal.SIGTERM)
            for process in (own, proxy, mock):
                process.wait(40)


def run(options, own, proxy, own_port, proxy_port, mock_port, first, folder):
    wait(mock_port), wait(proxy_port)
    idle = memory(own)
    post = pathlib.Path(folder) / "post.lua"
    post.write_text(f'wrk.method = "POST"\nwrk.body = [==[{BODY}]==]\nwrk.headers["Content-Type"] = "application/json"\n')
    base, plain = f"http://127.0.0.1:{own_port}", f"http://127.0.0.1:{proxy_port}"
    job = call(base + "/v1/videos", BODY)["id"]
    deadline = time.monotonic() + 20
    while call(f"{base}/v1/videos/{job}")["status"] != "completed":
        if time.monotonic() > deadline:
            raise SystemExit("the mock's job did not end")
        time.sleep(0.2)
    cases = {
        "create": (lambda u, s: wrk(u + "/v1/videos", s, options.connections, post), base, plain),
        "status, remembered": (None, f"{base}/v1/videos/{job}", f"{plain}/v1/videos/video_gen_1a2b"),
    }
    rows = {name: [] for name in [*cases, "content MB/s"]}
    for _ in range(options.rounds):
        for name, (load, a, b) in cases.items():
            load = load or (lambda u, s: wrk(u, s, options.connections))
            rows[name].append((measured(own, lambda: load(a, options.seconds)), measured(proxy, lambda: load(b, options.seconds))))
        rows["content MB/s"].append((download(f"{base}/v1/videos/{job}/content", 8), download(f"{plain}/v1/videos/video_gen_1a2b/content", 8)))
    print(f"{options.rounds} rounds of {options.seconds} s, {options.connections} connections, journal off; median (min-max)\n")
    print("| case | genlock req/s | nginx req/s | genlock CPU us | nginx CPU us | CPU ratio | p99 |")
    print("|---|---|---|---|---|---|---|")
    middle = statistics.median
    for name in cases:
        ours, theirs = [r[0] for r in rows[name]], [r[1] for r in rows[name]]
        ratios = [a["cpu"] / max(b["cpu"], 1e-9) for a, b in rows[name]]
        print(f"| {name} | {middle(o['rate'] for o in ours):,.0f} | {middle(o['rate'] for o in theirs):,.0f} | {middle(o['cpu'] for o in ours):.1f} | "
              f"{middle(o['cpu'] for o in theirs):.1f} | {middle(ratios):.2f} ({min(ratios):.2f}-{max(ratios):.2f}) | {ours[-1]['p99']} / {theirs[-1]['p99']} |")
    speeds = rows["content MB/s"]
    ratios = [a / b for a, b in speeds]
    print(f"\ncontent: genlock {middle(a for a, _ in speeds):,.0f} MB/s, nginx {middle(b for _, b in speeds):,.0f} MB/s, ratio {middle(ratios):.2f} ({min(ratios):.2f}-{max(ratios):.2f})")
    print(f"start to first answer {first * 1000:.1f} ms; resident when idle {idle:.1f} MB, after the run {memory(own):.1f} MB, peak {memory(own, 'VmHWM'):.1f} MB")


if __name__ == "__main__":
    sys.exit(main())
