#!/usr/bin/env python3
"""User instructions per request on the hot paths, counted by callgrind: repeatable, and deaf to the machine's other work.

Compares with instructions.json beside it and fails where a path has become dearer than the tolerance allows; `--write` writes new values,
`--profile FOLDER` keeps callgrind's files, for callgrind_annotate.
Needs nginx, valgrind and a release build (GENLOCK_BIN).
"""

import argparse
import json
import pathlib
import re
import shutil
import subprocess
import sys
import time

from rig import BODY, CLIP, Client, Rig

REFERENCE = pathlib.Path(__file__).with_suffix(".json")
TOLERANCE = 0.05
WARM, COUNT = 60, 200


class Counted:
    """A server under callgrind, with one core: how the loops share the work would be chance."""

    def __init__(self, rig, mock, journal):
        self.home = rig.folder / f"callgrind-{journal}"
        self.home.mkdir()
        self.process, self.port, _ = rig.genlock(mock, journal=journal, name=f"counted-{journal}", binary=rig.stripped(), under=[
            "taskset", "--cpu-list", "0", "valgrind", "--tool=callgrind", f"--callgrind-out-file={self.home}/out", "--compress-strings=no", "--compress-pos=no"])
        self.client = Client(self.port)

    def control(self, flag):
        subprocess.run(["callgrind_control", flag, str(self.process.pid)], check=True, capture_output=True)

    def count(self, name, work, units=COUNT):
        """Instructions per unit of the work."""
        self.control("--zero")
        work()
        self.control("--dump")
        newest = max(self.home.glob("out.*"), key=lambda path: int(path.suffix[1:]))
        kept = newest.rename(self.home / (name.replace(",", "").replace(" ", "-") + ".callgrind"))
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
        server = Counted(rig, mock, journal)
        client, suffix = server.client, ", journal on" if journal == "sqlite" else ""
        times(WARM, client.create)
        jobs = []
        found["create" + suffix] = server.count("create" + suffix, lambda: times(COUNT, lambda: jobs.append(client.create())))
        time.sleep(3)  # Then nothing that is known of them is fresh.
        asked = iter(jobs)
        times(20, lambda: client.send("GET", f"/v1/videos/{next(asked)}"))
        found["status, proxied" + suffix] = server.count(
            "status, proxied" + suffix, lambda: times(100, lambda: client.send("GET", f"/v1/videos/{next(asked)}")), 100)
        done = client.end(jobs[0])
        times(WARM, lambda: client.send("GET", f"/v1/videos/{done}"))
        found["status, remembered" + suffix] = server.count(
            "status, remembered" + suffix, lambda: times(COUNT, lambda: client.send("GET", f"/v1/videos/{done}")))
        if journal != "off":
            continue
        times(WARM, lambda: client.send("GET", "/healthz"))
        found["healthz"] = server.count("healthz", lambda: times(COUNT, lambda: client.send("GET", "/healthz")))
        found["content, a MiB"] = server.count("content, a MiB", lambda: client.send("GET", f"/v1/videos/{done}/content"), CLIP >> 20)
        large = BODY | {"input_reference": {"image_url": "data:image/png;base64,iVBORw0KGgo" + "A" * (10 << 20) + "A"}}
        client.create(large)
        found["create with 10 MiB, a KiB"] = server.count("create with 10 MiB, a KiB", lambda: client.create(large), 10 << 10)
    return found


def main():
    options = argparse.ArgumentParser()
    options.add_argument("--write", action="store_true")
    options.add_argument("--profile", metavar="FOLDER")
    options.add_argument("--only", choices=["off", "sqlite"], help="the journal's state")
    options = options.parse_args()
    with Rig() as rig:
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
