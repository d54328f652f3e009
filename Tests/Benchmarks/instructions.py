#!/usr/bin/env python3
"""User instructions per request on the hot paths, counted by callgrind: repeatable, and deaf to the machine's other work.

Compares with instructions.json beside it and fails where a path has become dearer than the tolerance allows; `--write` writes new values,
`--profile FOLDER` keeps callgrind's files, for callgrind_annotate; `--growth` counts instead what crowds of connections and jobs add.
Needs nginx, h2load, valgrind and a release build (GENLOCK_BIN).
"""

import argparse
import json
import pathlib
import re
import resource
import shutil
import socket
import subprocess
import sys
import time

import load
from servers import BODY, CLIP, Client, ServerSet, memory

REFERENCE = pathlib.Path(__file__).with_suffix(".json")
TOLERANCE = 0.05
WARM, COUNT = 60, 200


class CountedServer:
    """A server under callgrind, with one core: how the loops share the work would be chance."""

    def __init__(self, rig, mock, journal, settings="", sleeps=False):
        """With `sleeps`, callgrind counts only while it is asked to; the server is ten times as fast in between."""
        self.sleeps = sleeps
        self.home = rig.folder / f"callgrind-{journal}"
        self.home.mkdir()
        self.process, self.port, _ = rig.genlock(mock, journal=journal, name=f"counted-{journal}", settings=settings, binary=rig.stripped(), under=[
            "taskset", "--cpu-list", "0", "valgrind", "--tool=callgrind", f"--callgrind-out-file={self.home}/out", "--compress-strings=no", "--compress-pos=no",
            f"--instr-atstart={'no' if sleeps else 'yes'}"])
        self.client = Client(self.port)

    def control(self, flag):
        subprocess.run(["callgrind_control", flag, str(self.process.pid)], check=True, capture_output=True)

    def count(self, name, work, units=COUNT):
        """Instructions per unit of the work."""
        if self.sleeps:
            self.control("--instr=on")
        self.control("--zero")
        work()
        self.control("--dump")
        if self.sleeps:
            self.control("--instr=off")
        newest = max(self.home.glob("out.*"), key=lambda path: int(path.suffix[1:]))
        kept = newest.rename(self.home / (re.sub(r"\W+", "-", name) + ".callgrind"))
        return round(int(re.search(r"^(?:totals|summary): (\d+)", kept.read_text(), re.M)[1]) / units)


def times(count, work):
    for _ in range(count):
        work()


def measure(rig, only):
    mock = rig.mock()[1]
    found = {}
    for journal in ("off", "sqlite"):
        if only and only != journal:
            continue
        server = CountedServer(rig, mock, journal)
        client, suffix = server.client, ", journal on" if journal == "sqlite" else ""
        times(WARM, client.create)
        jobs = []
        found["create" + suffix] = server.count("create" + suffix, lambda: times(COUNT, lambda: jobs.append(client.create())))
        time.sleep(3)  # Then nothing that is known of them is fresh.
        asked = iter(jobs)
        times(20, lambda: client.send("GET", f"/v1/videos/{next(asked)}"))
        found["status, proxied" + suffix] = server.count(
            "status, proxied" + suffix, lambda: times(100, lambda: client.send("GET", f"/v1/videos/{next(asked)}")), 100)
        done = client.wait_until_ended(jobs[0])
        times(WARM, lambda: client.send("GET", f"/v1/videos/{done}"))
        found["status, remembered" + suffix] = server.count(
            "status, remembered" + suffix, lambda: times(COUNT, lambda: client.send("GET", f"/v1/videos/{done}")))
        if journal != "off":
            continue
        times(WARM, lambda: client.send("GET", "/healthz"))
        found["healthz"] = server.count("healthz", lambda: times(COUNT, lambda: client.send("GET", "/healthz")))
        url = f"http://127.0.0.1:{server.port}/healthz"
        load.streams(server.process, url, WARM, 1, 16)
        found["healthz, HTTP/2"] = server.count("healthz, HTTP/2", lambda: load.streams(server.process, url, COUNT * 5, 1, 16), COUNT * 5)
        found["content, a MiB"] = server.count("content, a MiB", lambda: client.send("GET", f"/v1/videos/{done}/content"), CLIP >> 20)
        large = BODY | {"input_reference": {"image_url": "data:image/png;base64,iVBORw0KGgo" + "A" * (10 << 20) + "A"}}
        client.create(large)
        found["create with 10 MiB, a KiB"] = server.count("create with 10 MiB, a KiB", lambda: client.create(large), 10 << 10)
    return found


def growth(rig):
    """What requests cost with jobs that are known, and beside idle connections. A quarter of an hour."""
    hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (min(hard, 65536), hard))
    mock = rig.mock()[1]
    print("| beside | request | instructions | resident MB |\n|---|---|---|---|")
    for journal in ("off", "sqlite"):
        # Every one of the jobs is to be known, in memory and in the journal.
        limits = "limits: { keepalive_timeout: 12h, job_cache_entries: 1000000, idempotency_cache_entries: 1000000, max_cached_prompt_bytes: 4 GiB }"
        server, plain = CountedServer(rig, mock, journal, limits, sleeps=True), rig.genlock(mock, journal, f"grown-{journal}", settings=limits)
        known, jobs = 0, []

        def row(request, work, units=COUNT):
            count = server.count("grown", lambda: times(units, work), units)
            print(f"| {known:,} known jobs, journal {journal} | {request} | {count:,} | {memory(plain[0]):.0f} |", flush=True)

        done = server.client.wait_until_ended(server.client.create())
        for count in (10, 10_000, 100_000):
            for port in (server.port, plain[1]):
                load.fill(rig.folder, f"http://127.0.0.1:{port}/v1/videos", json.dumps(BODY), count - known)
            known = count
            times(WARM, server.client.create)
            row("create", lambda: jobs.append(server.client.create()))
            time.sleep(3)
            row("status, proxied", lambda: server.client.send("GET", f"/v1/videos/{jobs.pop()}"), 100)
            times(WARM, lambda: server.client.send("GET", f"/v1/videos/{done}"))
            row("status, remembered", lambda: server.client.send("GET", f"/v1/videos/{done}"))
            if journal == "sqlite":
                row("list of 20", lambda: server.client.send("GET", "/v1/videos?limit=20"))
        if journal == "off":
            with_open_connections(server, done)
        rig.stop(server.process)
        rig.stop(plain[0])


def with_open_connections(server, done):
    status, sockets = lambda: server.client.send("GET", f"/v1/videos/{done}"), []
    for count in (10, 1000, 10_000):
        while len(sockets) < count:
            sockets.append(socket.create_connection(("127.0.0.1", server.port)))
            sockets[-1].sendall(b"GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n")
            sockets[-1].recv(4096)
        times(WARM, status)
        print(f"| {count:,} idle connections | status, remembered | {server.count('grown', lambda: times(COUNT, status)):,} | - |", flush=True)


def main():
    options = argparse.ArgumentParser()
    options.add_argument("--growth", action="store_true")
    options.add_argument("--write", action="store_true")
    options.add_argument("--profile", metavar="FOLDER")
    options.add_argument("--only", choices=["off", "sqlite"], help="the journal's state")
    options = options.parse_args()
    with ServerSet() as rig:
        if options.growth:
            return growth(rig)
        found = measure(rig, options.only)
        if options.profile:
            pathlib.Path(options.profile).mkdir(parents=True, exist_ok=True)
            for path in rig.folder.glob("callgrind-*/*.callgrind"):
                shutil.copy(path, options.profile)
    known = json.loads(REFERENCE.read_text()) if REFERENCE.exists() else {}
    print("| path | instructions | reference | change |\n|---|---|---|---|")
    dearer = []
    for name, count in found.items():
        before = known.get(name)
        print(f"| {name} | {count:,} | {f'{before:,}' if before else '-'} | {f'{count / before - 1:+.1%}' if before else '-'} |")
        if before and count > before * (1 + TOLERANCE):
            dearer.append(name)
    if options.write:
        REFERENCE.write_text(json.dumps(known | found, indent=2) + "\n")
    elif dearer:
        sys.exit(f"dearer than {TOLERANCE:.0%} above the reference: {'; '.join(dearer)}")


if __name__ == "__main__":
    main()
