#!/usr/bin/env python3
"""Genlock beside nginx, HAProxy and LiteLLM as proxies in front of the same mock vendor, and beside plain servers, in one interleaved run.

Needs nginx, wrk, h2load and curl, and a release build (GENLOCK_BIN). HAProxy and nghttpd take part if they are installed, LiteLLM if LITELLM
names its program, Hummingbird and FlyingFox if OTHERS names the folder of their programs (those of the package Others). Every figure is a median over the rounds, with its least and greatest value behind it; a ratio is to nginx in the same round.
CPU is user and system time of all of a server's processes, divided by the requests answered.
"""

import argparse
import json
import os
import pathlib
import resource
import shutil
import socket
import statistics
import time

import generator
import load
from servers import BODY, Client, ServerSet, memory

VENDOR_JOB = "/v1/videos/video_gen_1a2b"
# It answers one request after the other: more connections would only queue up, and be worked off in the next one's time.
LITELLM = "litellm, 8 connections"


def spread(values, form="{:.1f}"):
    values = sorted(values)
    return f"{form.format(statistics.median(values))} ({form.format(values[0])}-{form.format(values[-1])})"


def table(title, head, rows):
    print(f"\n## {title}\n\n| {' | '.join(head)} |\n|{'---|' * len(head)}")
    for row in rows:
        print(f"| {' | '.join(str(cell) for cell in row)} |", flush=True)


class Servers:
    """Everybody who answers create and status, by name: process, base URL, and the path of a job that has ended."""

    def __init__(self, rig):
        self.mock_process, self.mock = rig.mock()
        self.rows = {}
        own, port, _ = rig.genlock(self.mock)
        self.add("genlock", own, port)
        own, port, _ = rig.genlock(self.mock, journal="sqlite", name="journaled")
        self.add("genlock, journal on", own, port)
        self.add("nginx", *rig.proxy(self.mock), path=VENDOR_JOB)
        if shutil.which("haproxy"):
            self.add("haproxy", *rig.haproxy(self.mock), path=VENDOR_JOB)
        if program := os.environ.get("LITELLM"):
            self.add(LITELLM, *rig.litellm(self.mock, program))
        self.add("the mock itself", self.mock_process, self.mock, path=VENDOR_JOB)

    def add(self, name, process, port, path=None):
        client = Client(port)
        self.rows[name] = (process, f"http://127.0.0.1:{port}", path or "/v1/videos/" + client.wait_until_ended(client.create()), port)


def requests(rig, servers, options):
    """Create and remembered status, everybody in every round."""
    post = load.post_script(rig.folder, json.dumps(BODY))
    for case in ("create", "status of a job that has ended"):
        found = {name: [] for name in servers.rows}
        for _ in range(options.rounds):
            for name, (process, url, path, _) in servers.rows.items():
                target, script = (url + "/v1/videos", post) if case == "create" else (url + path, None)
                found[name].append(load.cost(process, target, options.seconds, 8 if name == LITELLM else options.connections, script))
        table(f"{case}, {options.connections} connections", ["server", "requests/s", "CPU us", "CPU / nginx", "p50 ms", "p99 ms", "p99 above the mock's"], [
            [name, spread([r["rate"] for r in runs], "{:,.0f}"), spread([r["cpu"] for r in runs]),
             spread([r["cpu"] / max(n["cpu"], 0.01) for r, n in zip(runs, found["nginx"])], "{:.2f}"),
             spread([r["p50"] for r in runs], "{:.2f}"), spread([r["p99"] for r in runs], "{:.2f}"),
             spread([r["p99"] - m["p99"] for r, m in zip(runs, found["the mock itself"])], "{:.2f}")]
            for name, runs in found.items()])


PACE = 500


def paced(rig, servers, options):
    """What a request waits where no server is at its limit: Poisson arrivals, at a rate that each of these can bear."""
    for case in ("create", "status of a job that has ended"):
        names = [name for name in servers.rows if name != LITELLM]
        found = {name: [] for name in names}
        for _ in range(options.rounds):
            for name in names:
                _, url, path, _ = servers.rows[name]
                text = generator.request("POST", "/v1/videos", BODY) if case == "create" else generator.request("GET", path)
                times, _ = generator.run(int(url.rsplit(":", 1)[1]), [text] * (PACE * options.seconds), 64, rate=PACE)
                found[name].append({"p50": statistics.median(times), "p99": generator.percentile(times, 0.99)})
        table(f"{case}, {PACE} a second", ["server", "p50 ms", "p99 ms", "p99 above the mock's"], [
            [name, spread([r["p50"] for r in runs], "{:.2f}"), spread([r["p99"] for r in runs], "{:.2f}"),
             spread([r["p99"] - m["p99"] for r, m in zip(runs, found["the mock itself"])], "{:.2f}")] for name, runs in found.items()])


def answers(rig, servers, options):
    """The server's own small answer over HTTP/1.1, beside servers that do nothing else."""
    process, url, _, port = servers.rows["genlock"]
    text = Client(port).send("GET", "/healthz").decode()
    rows = {"genlock": (process, url + "/healthz")}
    process, port = rig.nginx("plain", f"default_type application/json; location = /answer {{ return 200 '{text}'; }}")
    rows["nginx"] = (process, f"http://127.0.0.1:{port}/answer")
    for name in ("hummingbird", "flyingfox"):
        if folder := os.environ.get("OTHERS"):
            process, port = rig.other(pathlib.Path(folder) / f"{name}-answer", text)
            rows[name] = (process, f"http://127.0.0.1:{port}/answer")
    found = {name: [] for name in rows}
    for _ in range(options.rounds):
        for name, (process, url) in rows.items():
            found[name].append(load.cost(process, url, options.seconds, options.connections))
    table(f"an answer of the server's own, {options.connections} connections", ["server", "requests/s", "CPU us", "CPU / nginx", "p50 ms", "p99 ms", "MB"], [
        [name, spread([r["rate"] for r in runs], "{:,.0f}"), spread([r["cpu"] for r in runs]),
         spread([r["cpu"] / max(n["cpu"], 0.01) for r, n in zip(runs, found["nginx"])], "{:.2f}"),
         spread([r["p50"] for r in runs], "{:.2f}"), spread([r["p99"] for r in runs], "{:.2f}"), f"{memory(rows[name][0]):.1f}"]
        for name, runs in found.items()])


def contents(servers, options):
    names = [name for name in servers.rows if name != LITELLM and "journal" not in name]
    found = {name: [] for name in names}
    for _ in range(options.rounds):
        for name in names:
            process, url, path, _ = servers.rows[name]
            found[name].append(load.download(process, url + path + "/content"))
    table("content, clips of 64 MiB", ["server", "MB/s", "MB/s / nginx", "CPU us a MB"], [
        [name, spread([r["rate"] for r in runs], "{:,.0f}"), spread([r["rate"] / n["rate"] for r, n in zip(runs, found["nginx"])], "{:.2f}"),
         spread([r["cpu"] for r in runs], "{:,.0f}")] for name, runs in found.items()])


def encrypted(rig, servers, options):
    """The same over TLS 1.3, on kept connections."""
    files = "tls: {{ certificate: '{}', key: '{}' }}".format(*rig.certificate())
    own, port, _ = rig.genlock(servers.mock, name="secure", settings=files)
    client = Client(port, tls=True)
    both = {"genlock": (own, f"https://127.0.0.1:{port}", "/v1/videos/" + client.wait_until_ended(client.create()))}
    process, port = rig.proxy(servers.mock, tls=True)
    both["nginx"] = (process, f"https://127.0.0.1:{port}", VENDOR_JOB)
    versions = {"HTTP/1.1": "--http1.1", "HTTP/2": "--http2"}
    found = {name: {case: [] for case in ["status", *versions]} for name in both}
    for _ in range(options.rounds):
        for name, (process, url, path) in both.items():
            found[name]["status"].append(load.cost(process, url + path, options.seconds, options.connections))
            for version, flag in versions.items():
                found[name][version].append(load.download(process, url + path + "/content", version=flag))
    content = [part for version in versions for part in (f"content MB/s, {version}", "MB/s / nginx")]
    table("TLS", ["server", "status/s", "CPU us a status", "CPU / nginx", *content], [
        [name, spread([r["rate"] for r in runs["status"]], "{:,.0f}"), spread([r["cpu"] for r in runs["status"]]),
         spread([r["cpu"] / n["cpu"] for r, n in zip(runs["status"], found["nginx"]["status"])], "{:.2f}"),
         *(cell for version in versions for cell in (
             spread([r["rate"] for r in runs[version]], "{:,.0f}"),
             spread([r["rate"] / n["rate"] for r, n in zip(runs[version], found["nginx"][version])], "{:.2f}")))] for name, runs in found.items()])
    rig.stop(own)


def multiplexed(rig, servers, options):
    """HTTP/2 in clear text: an answer of the server itself, and the status of a job that has ended, which nginx fetches."""
    answer = Client(servers.rows["genlock"][3]).send("GET", "/healthz").decode()
    rows = {"genlock": (servers.rows["genlock"][0], servers.rows["genlock"][1], "/healthz", servers.rows["genlock"][2])}
    process, port = rig.nginx("two", f"""default_type application/json; location = /answer {{ return 200 '{answer}'; }}
        location / {{ proxy_pass http://mock; proxy_http_version 1.1; proxy_set_header Connection ''; }}""",
        f"upstream mock {{ server 127.0.0.1:{servers.mock}; keepalive 256; }}", protocol="http2")
    rows["nginx"] = (process, f"http://127.0.0.1:{port}", "/answer", VENDOR_JOB)
    if shutil.which("nghttpd"):
        process, port = rig.nghttpd(answer)
        rows["nghttpd"] = (process, f"http://127.0.0.1:{port}", "/answer", None)
    for connections, at_once in ((options.connections, 1), (options.connections // 8, 32)):
        found = {name: ([], []) for name in rows}
        for _ in range(options.rounds):
            for name, (process, url, *paths) in rows.items():
                for runs, path in zip(found[name], paths):
                    if path:
                        runs.append(load.streams(process, url + path, options.seconds * 10_000, connections, at_once))
        table(f"HTTP/2, {connections} connections with {at_once} streams", ["server", "own answers/s", "CPU us", "status/s", "CPU us"], [
            [name, *(cell for runs in both for cell in (
                (spread([r["rate"] for r in runs], "{:,.0f}"), spread([r["cpu"] for r in runs])) if runs else ("-", "-")))]
            for name, both in found.items()])


def growth(rig, servers, options):
    """Whether a request costs the same however many connections and jobs there are."""
    rows = []
    for count in (10, 100, 1000, 10_000):
        row = [f"{count:,} connections"]
        for name in ("genlock", "nginx"):
            process, url, path, _ = servers.rows[name]
            # wrk opens its connections one after the other.
            seconds = options.seconds + count // 500
            row.append(spread([load.cost(process, url + path, seconds, count)["cpu"] for _ in range(options.rounds)]))
        rows.append(row)
    process, port, _ = rig.genlock(servers.mock, name="growing")
    client, jobs = Client(port), []
    for count in (10, 1000, 10_000, 100_000):
        while len(jobs) < count:
            jobs.append(client.create())
        script = load.ask_script(rig.folder, jobs)
        url = f"http://127.0.0.1:{port}/v1/videos"
        load.wrk(url, 1 + count // 8000, options.connections, script)
        rows.append([f"{count:,} known jobs, asked in turn", spread([load.cost(process, url, options.seconds, options.connections, script)["cpu"] for _ in range(options.rounds)]), "-"])
    table("CPU us a status", ["", "genlock", "nginx"], rows)
    rig.stop(process)


def idle(rig, servers, options):
    """What connections that say nothing cost, and what a start costs."""
    rows = []
    for name, start in (("genlock", lambda: rig.genlock(servers.mock, name="idling")[:2]), ("nginx", lambda: rig.nginx("idling-nginx", "location / { return 200; }"))):
        process, port = start()
        time.sleep(2)  # Idle is what comes after the start.
        before, count = memory(process), 10_000
        sockets = [socket.create_connection(("127.0.0.1", port)) for _ in range(count)]
        for s in sockets:
            s.sendall(b"GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n")
            s.recv(4096)
        rows.append([name, f"{before:.1f}", f"{memory(process):.1f}", f"{(memory(process) - before) * 1e6 / count:,.0f}"])
        for s in sockets:
            s.close()
        rig.stop(process)
    table("memory", ["server", "idle MB", "with 10,000 idle connections MB", "bytes a connection"], rows)
    starts = []
    for round in range(options.rounds * 2):
        process, _, seconds = rig.genlock(servers.mock, name=f"start{round}")
        starts.append(seconds * 1000)
        rig.stop(process)
    print(f"\nstart to first answer: {spread(starts)} ms")


def large(servers, options):
    """The latency of other requests during a create with an image of 10 MiB."""
    body = BODY | {"input_reference": {"image_url": "data:image/png;base64,iVBORw0KGgo" + "A" * (10 << 20) + "A"}}
    text = json.dumps(body).encode()
    _, _, path, port = servers.rows["genlock"]
    rows = []
    for name, beside in (("nothing but its status", lambda c: c.send("GET", path)), ("creates with 10 MiB", lambda c: c.send("POST", "/v1/videos", text))):
        rows.append([name, *(f"{value:.2f}" for value in load.stall(port, options.seconds * 2, beside))])
    table("a small request beside another client's", ["beside", "median ms", "p99 ms", "most ms"], rows)


def main():
    options = argparse.ArgumentParser()
    options.add_argument("--rounds", type=int, default=5)
    options.add_argument("--seconds", type=int, default=3)
    options.add_argument("--connections", type=int, default=64)
    options.add_argument("--only", choices=["requests", "paced", "answers", "contents", "encrypted", "multiplexed", "growth", "idle", "large"], action="append")
    options = options.parse_args()
    hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (min(hard, 65536), hard))
    print(f"{options.rounds} rounds of {options.seconds} s, {os.cpu_count()} cores; median (least-greatest)")
    parts = {"requests": lambda r, s: requests(r, s, options), "paced": lambda r, s: paced(r, s, options), "answers": lambda r, s: answers(r, s, options), "contents": lambda r, s: contents(s, options),
             "encrypted": lambda r, s: encrypted(r, s, options), "multiplexed": lambda r, s: multiplexed(r, s, options),
             "growth": lambda r, s: growth(r, s, options), "idle": lambda r, s: idle(r, s, options), "large": lambda r, s: large(s, options)}
    with ServerSet() as rig:
        servers = Servers(rig)
        for name, part in parts.items():
            if not options.only or name in options.only:
                part(rig, servers)


if __name__ == "__main__":
    main()
