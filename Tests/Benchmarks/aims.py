#!/usr/bin/env python3
"""The figures that Genlock is built for, beside nginx and nghttpd: one table of what was measured, what was aimed at, and what was missed.

The measured servers are pinned to one core, the load and the mock vendor to another. CPU is that of all of a server's threads, divided by
the requests it answered. Servers take turns in each round; a ratio is of one round, and the table has the median of the ratios, with the
least and the greatest. Needs nginx, h2load, nghttpd, wrk, curl, strace, valgrind and a release build (GENLOCK_BIN); a figure whose tool is
missing is left out with a message. Ten minutes; `--only NAME` for a part of it.
"""

import argparse
import contextlib
import json
import os
import pathlib
import re
import resource
import shutil
import signal
import socket
import statistics
import subprocess
import threading
import time

import generator
import load
from servers import BODY, Client, ServerSet, memory

VENDOR_JOB = "/v1/videos/video_gen_1a2b"
CREATE = generator.request("POST", "/v1/videos", BODY)

# The name of each figure, and its aim: the greatest value that meets it, or the least where more is better.
AIMS = {
    "create, journal off: CPU / nginx": ("≤", 2.0), "create, sqlite: CPU / nginx": ("≤", 3.0),
    "proxied status: CPU / nginx": ("≤", 2.0), "remembered status: CPU / nginx": ("≤", 0.5), "healthz: CPU / nginx": ("≤", 1.2),
    "HTTP/2 own answer, 8x32: CPU / nghttpd": ("≤", 1.3), "HTTP/2 own answer, 64x1: CPU / nghttpd": ("≤", 1.3),
    "KB per create in flight": ("≤", 16), "KB per kept connection after one create": ("≤", 4),
    "MB after 2,000 concurrent creates, 5 s later": ("≤", 64), "MB idle, after 100 requests": ("", None),
    "allocations per create": ("≤", 40), "system calls per create": ("≤", 6),
    "allocations per create, sqlite": ("≤", 70), "system calls per create, sqlite": ("≤", 16),
    "p99 of create, Poisson 300/s: / nginx": ("≤", 1.0), "p99 of create, Poisson 300/s, sqlite: / nginx": ("≤", 1.5),
    "start to first answer, ms: median": ("≤", 10), "start to first answer, ms: greatest": ("", None),
    "content: MB/s / nginx": ("≥", 1.0), "content, TLS: MB/s / nginx": ("≥", 1.0), "content, TLS and HTTP/2: MB/s / nginx": ("≥", 1.0),
}


class Stand:
    """The servers that all parts share, and what was found."""

    def __init__(self, rig, options):
        self.rig, self.options, self.found, self.more = rig, options, {}, {}
        self.mock = rig.mock()[1]
        self.own, self.own_port, _ = rig.genlock(self.mock)
        self.journaled, self.journaled_port, _ = rig.genlock(self.mock, journal="sqlite", name="journaled")
        self.nginx, self.nginx_port = rig.proxy(self.mock)

    def rounds(self, cases):
        """Runs every case in each round. `cases`: functions by name, each returning one number."""
        values = {name: [] for name in cases}
        for _ in range(self.options.rounds):
            for name, measure in cases.items():
                values[name].append(measure())
        return values

    def ratio(self, figure, unit, values, name, other):
        """Keeps the ratios of a pair of cases."""
        self.keep(figure, [mine / theirs for mine, theirs in zip(values[name], values[other])])
        self.more[figure] = {"unit": unit, name: values[name], other: values[other]}

    def keep(self, figure, values):
        self.found[figure] = [round(value, 3) for value in values]
        print(f"{figure}: {spread(values)}", flush=True)

    def cpu(self, process, port, path, script=None, connections=64):
        return load.cost(process, f"http://127.0.0.1:{port}{path}", self.options.seconds, connections, script)["cpu"]


def spread(values):
    values = sorted(values)
    return f"{statistics.median(values):.2f}" + (f" ({values[0]:.2f}-{values[-1]:.2f})" if len(values) > 1 else "")


def creates(stand):
    """Hides: the wait for a vendor (the mock answers at once), image inputs, and what a second core would make of two loops."""
    script = load.post_script(stand.rig.folder, json.dumps(BODY))
    values = stand.rounds({name: (lambda process=process, port=port: stand.cpu(process, port, "/v1/videos", script)) for name, process, port in (
        ("genlock", stand.own, stand.own_port), ("sqlite", stand.journaled, stand.journaled_port), ("nginx", stand.nginx, stand.nginx_port))})
    stand.ratio("create, journal off: CPU / nginx", "us", values, "genlock", "nginx")
    stand.ratio("create, sqlite: CPU / nginx", "us", values, "sqlite", "nginx")


def statuses(stand):
    """Hides: jobs that run for minutes, whose status is asked of the vendor again and again (each is asked once here); remembered
    statuses are all of one job, so the caches are warm. The proxied ones come from a slow client: the server sleeps in between."""
    count = 1500

    def proxied_own():
        jobs = [json.loads(body)["id"] for body in generator.run(stand.own_port, [CREATE] * count, 16)[1]]
        time.sleep(3)  # Until no answer of their creates is fresh.
        return per_request(stand.own, stand.own_port, [f"/v1/videos/{job}" for job in jobs])

    values = stand.rounds({"genlock": proxied_own, "nginx": lambda: per_request(stand.nginx, stand.nginx_port, [VENDOR_JOB] * count)})
    stand.ratio("proxied status: CPU / nginx", "us", values, "genlock", "nginx")
    client = Client(stand.own_port)
    done = "/v1/videos/" + client.wait_until_ended(client.create())
    values = stand.rounds({"genlock": lambda: stand.cpu(stand.own, stand.own_port, done),
                           "nginx": lambda: stand.cpu(stand.nginx, stand.nginx_port, VENDOR_JOB)})
    stand.ratio("remembered status: CPU / nginx", "us", values, "genlock", "nginx")


def per_request(process, port, paths):
    requests = [generator.request("GET", path) for path in paths]
    before = load.cpu(process)
    generator.run(port, requests, 16)
    return (load.cpu(process) - before) / len(requests) * 1e6


def answers(stand):
    """Hides: everything but the transport and the log's level (error): no body is read, no key is checked, no vendor called."""
    text = Client(stand.own_port).send("GET", "/healthz").decode()
    process, port = stand.rig.nginx("plain", f"default_type application/json; location = /answer {{ return 200 '{text}'; }}")
    values = stand.rounds({"genlock": lambda: stand.cpu(stand.own, stand.own_port, "/healthz"), "nginx": lambda: stand.cpu(process, port, "/answer")})
    stand.ratio("healthz: CPU / nginx", "us", values, "genlock", "nginx")
    if not shutil.which("nghttpd"):
        return print("nghttpd is missing (nghttp2-server): HTTP/2 is not compared")
    other, other_port = stand.rig.nghttpd(text)
    for connections, streams in ((8, 32), (64, 1)):
        def run(process, port, path):
            return load.streams(process, f"http://127.0.0.1:{port}{path}", stand.options.seconds * 15_000, connections, streams)["cpu"]
        values = stand.rounds({"genlock": lambda: run(stand.own, stand.own_port, "/healthz"), "nghttpd": lambda: run(other, other_port, "/answer")})
        stand.ratio(f"HTTP/2 own answer, {connections}x{streams}: CPU / nghttpd", "us", values, "genlock", "nghttpd")


@contextlib.contextmanager
def silent_vendor():
    """A server that reads and never answers. Yields its port and a list with an item for every request."""
    received, listener = [], socket.create_server(("127.0.0.1", 0), backlog=4096)

    def read(connection):
        with contextlib.suppress(OSError):
            while data := connection.recv(65536):
                received.extend([None] * data.count(b"POST "))

    def accept():
        with contextlib.suppress(OSError):
            while True:
                threading.Thread(target=read, args=(listener.accept()[0],), daemon=True).start()

    threading.stack_size(256 << 10)
    threading.Thread(target=accept, daemon=True).start()
    yield listener.getsockname()[1], received
    listener.close()


def in_flight(stand):
    """Hides: large bodies, the TLS of a real vendor's connection (about 20 KB each), and memory that the kernel holds for sockets."""
    count = 1000
    for name in ("nginx", "genlock"):
        with silent_vendor() as (vendor, received):
            process, port = stand.rig.genlock(vendor, name="in-flight")[:2] if name == "genlock" else stand.rig.nginx(
                "in-flight-nginx", f"location / {{ proxy_pass http://127.0.0.1:{vendor}; proxy_read_timeout 300; }}")
            for _ in range(100):
                with socket.create_connection(("127.0.0.1", port)) as s:
                    s.sendall(generator.request("GET", "/healthz" if name == "genlock" else "/50x"))
                    if name == "genlock":
                        s.recv(4096)
            time.sleep(1)
            before, first = memory(process), len(received)
            sockets = [socket.create_connection(("127.0.0.1", port)) for _ in range(count)]
            for s in sockets:
                s.sendall(CREATE)
            deadline = time.monotonic() + 60
            while len(received) - first < count and time.monotonic() < deadline:
                time.sleep(0.1)
            reached = len(received) - first
            if reached < count:
                raise SystemExit(f"{name}: {reached} of {count} creates reached the vendor")
            value = (memory(process) - before) * 1024 / count
            print(f"{name}: {value:.1f} KB per create in flight")
            for s in sockets:
                s.close()
            stand.rig.stop(process)
    stand.keep("KB per create in flight", [value])


def kept(stand):
    """Hides: TLS (the connections are clear). The job that each create leaves in the caches is part of the figure."""
    process, port, _ = stand.rig.genlock(stand.mock, name="kept")
    generator.run(port, [CREATE] * 200, 1)
    time.sleep(1)
    count, before = 500, memory(process)
    clients = [Client(port) for _ in range(count)]
    for client in clients:
        client.create()
    stand.keep("KB per kept connection after one create", [(memory(process) - before) * 1024 / count])
    for client in clients:
        client.socket.close()
    stand.rig.stop(process)


def after_crowd(stand):
    """Hides: how high memory was during the crowd (the JSON file has it)."""
    process, port, _ = stand.rig.genlock(stand.mock, name="crowd")
    load.wrk(f"http://127.0.0.1:{port}/v1/videos", 4, 2000, load.post_script(stand.rig.folder, json.dumps(BODY)))
    time.sleep(5)
    stand.keep("MB after 2,000 concurrent creates, 5 s later", [memory(process)])
    stand.more["MB after 2,000 concurrent creates, 5 s later"] = {"highest": memory(process, "VmHWM")}
    stand.rig.stop(process)


def idle(stand):
    """Hides: nothing that the program could free later: it has served, and its own code counts as long as it is in memory. Pages of
    code that it shares with another copy of the program count in full."""
    process, port, _ = stand.rig.genlock(stand.mock, name="idle")
    client = Client(port)
    for _ in range(50):
        client.send("GET", "/healthz")
        client.create()
    time.sleep(3)
    stand.keep("MB idle, after 100 requests", [memory(process)])
    stand.more["MB idle, after 100 requests"] = {field: memory(process, field) for field in ("RssAnon", "RssFile")}
    stand.rig.stop(process)


def counts(stand):
    """Hides: how long a call or an allocation takes. One connection, so nothing is shared between requests as under load."""
    for journal, suffix in (("off", ""), ("sqlite", ", sqlite")):
        if not shutil.which("strace"):
            print("strace is missing: system calls are not counted")
        elif os.geteuid() != 0:
            print("the program forbids its own user to trace it: system calls are counted as root only")
        else:
            stand.keep("system calls per create" + suffix, [system_calls(stand, journal)])
        if shutil.which("valgrind"):
            few, many = (allocations(stand, journal, count) for count in (50, 250))
            stand.keep("allocations per create" + suffix, [(many - few) / 200])
        else:
            print("valgrind is missing: allocations are not counted")


def system_calls(stand, journal):
    count, path = 300, stand.rig.folder / f"calls-{journal}"
    port = stand.own_port if journal == "off" else stand.journaled_port
    process = stand.own if journal == "off" else stand.journaled
    client = Client(port)
    for _ in range(50):
        client.create()
    tracer = subprocess.Popen(["strace", "-c", "-f", "-o", path, "-p", str(process.pid)], stderr=subprocess.PIPE, text=True)
    # One line for all threads.
    if "attached" not in (line := tracer.stderr.readline()):
        raise SystemExit(f"strace cannot attach: {line}")
    for _ in range(count):
        client.create()
    tracer.send_signal(signal.SIGINT)
    tracer.wait(60)
    return int(re.search(r"^100\.00\s+\S+\s+(?:\S+\s+)?(\d+)\s+(?:\d+\s+)?total", path.read_text(), re.M)[1]) / count


def allocations(stand, journal, count):
    """Blocks that a run of the program allocates in total, with so many creates."""
    name = f"dhat-{journal}-{count}"
    log = stand.rig.folder / f"{name}.log"
    process, port, _ = stand.rig.genlock(stand.mock, journal=journal, name=name, binary=stand.rig.stripped(), under=[
        "valgrind", "--tool=dhat", f"--dhat-out-file={stand.rig.folder}/{name}.dhat", f"--log-file={log}"])
    client = Client(port)
    for _ in range(count):
        client.create()
    client.socket.close()
    stand.rig.stop(process)
    return int(re.search(r"Total:\s+[\d,]+ bytes in ([\d,]+) blocks", log.read_text())[1].replace(",", ""))


def paced(stand):
    """Hides: latency at the edge of what the server can bear: 300 a second is a tenth of that. The load generator's own delays are in
    both sides of the ratio and move it towards 1."""
    def p99(port):
        times, _ = generator.run(port, [CREATE] * (300 * stand.options.seconds * 2), 64, rate=300)
        return generator.percentile(times, 0.99)
    values = stand.rounds({"genlock": lambda: p99(stand.own_port), "sqlite": lambda: p99(stand.journaled_port), "nginx": lambda: p99(stand.nginx_port)})
    stand.ratio("p99 of create, Poisson 300/s: / nginx", "ms", values, "genlock", "nginx")
    stand.ratio("p99 of create, Poisson 300/s, sqlite: / nginx", "ms", values, "sqlite", "nginx")


def starts(stand):
    """Hides: the first start of all, which reads the program from the disk and makes the sealing keys. Starting a process (1 ms) counts."""
    times = []
    for place in range(20):
        process, _, seconds = stand.rig.genlock(stand.mock, name=f"start{place}")
        times.append(seconds * 1000)
        stand.rig.stop(process)
    stand.keep("start to first answer, ms: median", [statistics.median(times)])
    stand.keep("start to first answer, ms: greatest", [max(times)])
    stand.more["start to first answer, ms: median"] = {"all": times}


def contents(stand):
    """Hides: a slow network and many readers: one client on the same machine, 64 MiB from the page cache."""
    rig = stand.rig
    files = "tls: {{ certificate: '{}', key: '{}' }}".format(*rig.certificate())
    secure, secure_port, _ = rig.genlock(stand.mock, name="secure", settings=files)
    proxy, proxy_port = rig.proxy(stand.mock, tls=True)
    job = {}
    for port, tls in ((stand.own_port, False), (secure_port, True)):
        client = Client(port, tls=tls)
        job[port] = client.wait_until_ended(client.create())
    cases = {"content: MB/s / nginx": ("http", "--http1.1", stand.own, stand.own_port, stand.nginx, stand.nginx_port),
             "content, TLS: MB/s / nginx": ("https", "--http1.1", secure, secure_port, proxy, proxy_port),
             "content, TLS and HTTP/2: MB/s / nginx": ("https", "--http2", secure, secure_port, proxy, proxy_port)}
    for figure, (scheme, version, own, port, other, other_port) in cases.items():
        values = stand.rounds({
            "genlock": lambda: load.download(own, f"{scheme}://127.0.0.1:{port}/v1/videos/{job[port]}/content", 4, version)["rate"],
            "nginx": lambda: load.download(other, f"{scheme}://127.0.0.1:{other_port}{VENDOR_JOB}/content", 4, version)["rate"]})
        stand.ratio(figure, "MB/s", values, "genlock", "nginx")


PARTS = {part.__name__.replace("_", "-"): part for part in (creates, statuses, answers, in_flight, kept, after_crowd, idle, counts, paced, starts, contents)}


def verdict(figure, value):
    sign, aim = AIMS[figure]
    if aim is None:
        return "-", "-"
    return f"{sign} {aim:g}", "met" if (value <= aim if sign == "≤" else value >= aim) else "missed"


def show(found):
    print("\n| figure | measured | aim | |\n|---|---|---|---|")
    for figure in AIMS:
        if figure in found:
            print("| " + " | ".join([figure, spread(found[figure]), *verdict(figure, statistics.median(found[figure]))]) + " |")


def main():
    options = argparse.ArgumentParser()
    options.add_argument("--rounds", type=int, default=5)
    options.add_argument("--seconds", type=int, default=2)
    options.add_argument("--only", choices=PARTS, action="append")
    options.add_argument("--json", metavar="FILE", type=pathlib.Path, help="every value of every round")
    options = options.parse_args()
    missing = [tool for tool in ("nginx", "h2load", "wrk", "curl", "taskset") if not shutil.which(tool)]
    if missing:
        raise SystemExit(f"missing: {', '.join(missing)} (make bench installs them)")
    hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (min(hard, 65536), hard))
    with ServerSet() as rig:
        rig.pin()
        stand = Stand(rig, options)
        parts = [part for name, part in PARTS.items() if not options.only or name in options.only]
        for part in parts:
            part(stand)
    show(stand.found)
    for part in parts:
        print(f"\n{part.__name__.replace('_', ' ')}: {' '.join(part.__doc__.split())}")
    if options.json:
        options.json.write_text(json.dumps({
            name: {"values": values, "aim": AIMS[name], **stand.more.get(name, {})} for name, values in stand.found.items()}, indent=2) + "\n")


if __name__ == "__main__":
    main()
