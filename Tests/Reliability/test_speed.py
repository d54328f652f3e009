"""Figures: what durability costs. Creates per second with the journal on and off beside the synchronous cost of the disk."""

import http.client
import json
import os
import threading
import time

from harness import router

SECONDS = 6 if os.environ.get("GENLOCK_SOAK") else 2
CLIENTS = 32


def syncs_per_second(folder):
    """How often the disk takes a page and says that it has it, one after the other."""
    count, page = 0, b"\0" * 4096
    descriptor = os.open(folder / "sync", os.O_CREAT | os.O_WRONLY)
    began = time.monotonic()
    while time.monotonic() - began < 1:
        os.pwrite(descriptor, page, 0)
        os.fdatasync(descriptor)
        count += 1
    os.close(descriptor)
    return count / (time.monotonic() - began)


def creates_per_second(served):
    body = json.dumps({"model": "test/card", "prompt": "x"})
    counts, until = [0] * CLIENTS, time.monotonic() + SECONDS

    def create(place):
        connection = http.client.HTTPConnection("127.0.0.1", served.port, timeout=30)
        while time.monotonic() < until:
            connection.request("POST", "/v1/videos", body, {"Content-Type": "application/json"})
            reply = connection.getresponse()
            assert reply.status == 200, reply.read()
            reply.read()
            counts[place] += 1

    threads = [threading.Thread(target=create, args=(place,)) for place in range(CLIENTS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sum(counts) / SECONDS


def test_durability_costs_a_crowd_little(tmp_path):
    rates = {}
    for journal in ("off", "sqlite"):
        with router(f"journal: {journal}", state=str(tmp_path / journal)) as served:
            rates[journal] = creates_per_second(served)
    disk = syncs_per_second(tmp_path)
    print(f"{CLIENTS} clients: {rates['off']:.0f} creates/s without the journal, {rates['sqlite']:.0f} with it (two changes each, synced); "
          f"the disk alone: {disk:.0f} syncs/s")
    # One sync a change and one change after the other would be half of this; the disks of build machines are shared.
    assert rates["sqlite"] > min(rates["off"] / 4, disk / 2)
