"""Many large results are copied while clients read others: memory stays bounded. Prints figures beside `cp`."""

import os
import shutil
import threading
import time
import urllib.request

import pytest

from harness import eventually, router
from result_vendor import ResultVendor, movie
from s3_server import s3  # noqa: F401
from test_results import config as folder_config, content
from test_results_in_a_bucket import config as bucket_config
from test_watch import create, metric

COUNT = 8
SIZE = 200_000_000 if os.environ.get("GENLOCK_SOAK") else 20_000_000
# A debug build needs more.
MOST_MEMORY = 64_000_000 if os.environ.get("GENLOCK_SOAK") else 96_000_000


class OneVideoVendor(ResultVendor):
    """All jobs have the same video, which is made once."""

    def __init__(self):
        self.one = movie(SIZE)
        super().__init__()

    def video(self, prompt):
        return self.one


class Reader(threading.Thread):
    """Downloads one video again and again."""

    def __init__(self, url):
        super().__init__(daemon=True)
        self.url, self.bytes, self.wrong, self.stopping = url, 0, 0, False

    def run(self):
        while not self.stopping:
            count = 0
            with urllib.request.urlopen(self.url, timeout=120) as answer:
                while piece := answer.read(1 << 20):
                    count += len(piece)
            self.wrong += count != SIZE
            self.bytes += count


def speed_of_cp(folder):
    source, target = folder / "one", folder / "two"
    source.write_bytes(os.urandom(1 << 20) * (SIZE >> 20))
    began = time.monotonic()
    shutil.copyfile(source, target)
    os.sync()
    return SIZE / (time.monotonic() - began) / 1e6


@pytest.mark.parametrize("place", ["folder", "bucket"])
def test_large_results_are_copied_in_bounded_memory(s3, tmp_path, place):
    with OneVideoVendor() as vendor:
        text = (folder_config(vendor, tmp_path / "kept") if place == "folder"
                else bucket_config(vendor, s3.url, s3.make_bucket("speed")))
        with router(text, state=str(tmp_path / "s")) as served:
            first = create(served, "first")
            eventually(lambda: metric(served, "genlock_results_copied_total") == 1, 120)
            readers = [Reader(f"{served.url}/v1/videos/{first}/content") for _ in range(COUNT)]
            for reader in readers:
                reader.start()
            began = time.monotonic()
            names = [create(served, f"boat {number}") for number in range(COUNT)]
            eventually(lambda: metric(served, "genlock_results_copied_total") == COUNT + 1, 600)
            elapsed = time.monotonic() - began
            for reader in readers:
                reader.stopping = True
            for reader in readers:
                reader.join(120)
            assert sum(reader.wrong for reader in readers) == 0 and all(reader.bytes > 0 for reader in readers)
            assert content(served, names[-1]).body == vendor.one
            read = sum(reader.bytes for reader in readers)
            print(f"{place}: peak memory {served.memory() / 1e6:.0f} MB; {COUNT} copies of {SIZE / 1e6:.0f} MB within {elapsed:.1f} s of their creates, "
                  f"{read / 1e6:.0f} MB read; cp {speed_of_cp(tmp_path):.0f} MB/s")
            assert served.memory() < MOST_MEMORY
