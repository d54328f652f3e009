"""Content through the relay: ranges, conditions, broken upstreams, and memory that does not grow with the clips."""

import concurrent.futures
import time

import pytest

from fake_server import FakeServer
from harness import router, wait_until_ended

CHUNK = bytes(range(256)) * 1024


class FakeVendor(FakeServer):
    """An OpenAI-shaped vendor whose every job is done at once and whose clip is `size` bytes."""

    JOB = {"id": "up_1", "object": "video", "model": "m", "created_at": 1, "seconds": "4", "size": "1280x720"}

    def __init__(self):
        self.size, self.cut_after, self.serves_ranges = 1_000_000, None, True
        super().__init__()

    def answer(self, handler):
        if handler.command == "POST":
            handler.read_body()
            return handler.reply(self.JOB | {"status": "queued", "progress": 0})
        if not handler.path.split("?")[0].endswith("/content"):
            return handler.reply(self.JOB | {"status": "completed", "progress": 100})
        first, last, status = 0, self.size - 1, 200
        if (asked := handler.headers.get("Range")) and self.serves_ranges:
            begin, _, end = asked.removeprefix("bytes=").partition("-")
            first, last, status = int(begin), int(end) if end else last, 206
        handler.send_response(status)
        handler.send_header("Content-Type", "application/octet-stream")
        handler.send_header("Content-Length", str(last - first + 1))
        handler.send_header("ETag", '"abc"')
        handler.send_header("Cache-Control", "public, max-age=3600")
        if status == 206:
            handler.send_header("Content-Range", f"bytes {first}-{last}/{self.size}")
        handler.end_headers()
        if self.cut_after is not None:
            handler.wfile.write(CHUNK[: self.cut_after])
            handler.close_connection = True
            return
        self.send_clip(handler, first, last - first + 1)

    @staticmethod
    def send_clip(handler, first, left):
        offset = first % len(CHUNK)
        while left > 0:
            piece = CHUNK[offset : offset + left]
            handler.wfile.write(piece)
            left -= len(piece)
            offset = 0


@pytest.fixture
def vendor():
    with FakeVendor() as fake:
        yield fake


def config(port):
    return f"accounts:\n  gpu: {{ vendor: openai-compatible, base_url: 'http://127.0.0.1:{port}/v1', api_key: secret-upstream-key }}\n"


def create(served):
    created = served.call("POST", "/v1/videos", {"model": "gpu/any-model", "prompt": "x", "seconds": "4", "size": "1280x720"})
    assert created.status == 200, created.body
    wait_until_ended(served, f"/v1/videos/{created.json['id']}")
    return f"/v1/videos/{created.json['id']}/content"


def test_whole_and_part(vendor):
    with router(config(vendor.port)) as served:
        path = create(served)
        whole = served.call("GET", path)
        assert whole.status == 200 and len(whole.body) == vendor.size and int(whole.headers["content-length"]) == vendor.size
        assert whole.headers["content-type"] == "video/mp4" and whole.headers["etag"] == '"abc"'
        assert "public" not in whole.headers.get("cache-control", "")
        part = served.call("GET", path, headers={"Range": "bytes=10-19"})
        assert part.status == 206 and part.body == whole.body[10:20] and part.headers["content-range"] == f"bytes 10-19/{vendor.size}"
        head = served.call("HEAD", path)
        assert head.status == 200 and head.body == b"" and int(head.headers["content-length"]) == vendor.size
        assert "secret-upstream-key" not in served.log()


def test_ranges_of_a_store_that_serves_none(vendor):
    """It sends the whole whatever it is asked; the client gets what it asked for all the same."""
    vendor.serves_ranges = False
    with router(config(vendor.port)) as served:
        path = create(served)
        whole = served.call("GET", path).body
        for field, wanted in (("bytes=10-19", whole[10:20]), ("bytes=-7", whole[-7:]), ("bytes=300000-", whole[300000:]), ("bytes=0-0", whole[:1])):
            part = served.call("GET", path, headers={"Range": field})
            first = len(whole) - len(wanted) if field != "bytes=10-19" and field != "bytes=0-0" else int(field[6:].split("-")[0])
            assert (part.status, part.body) == (206, wanted), field
            assert part.headers["content-range"] == f"bytes {first}-{first + len(wanted) - 1}/{vendor.size}"
            assert int(part.headers["content-length"]) == len(wanted)
        beyond = served.call("GET", path, headers={"Range": f"bytes={vendor.size}-"})
        assert beyond.status == 416 and beyond.headers["content-range"] == f"bytes */{vendor.size}" and beyond.body == b""
        for void in ({"Range": "bytes=0-1,5-6"}, {"Range": "bytes=5-2"}, {"Range": "bytes=0-4", "If-Range": '"other"'}):
            assert served.call("GET", path, headers=void).status == 200
        assert served.call("GET", path, headers={"Range": "bytes=0-4", "If-Range": '"abc"'}).status == 206


def test_a_cut_upstream_is_a_broken_transfer(vendor):
    vendor.cut_after = 5000
    with router(config(vendor.port)) as served:
        with pytest.raises(Exception) as caught:
            served.call("GET", create(served))
        assert "IncompleteRead" in type(caught.value).__name__ or "Connection" in type(caught.value).__name__


def test_eight_large_downloads_stay_under_64_megabytes(vendor):
    vendor.size = 200_000_000
    with router(config(vendor.port)) as served:
        path = create(served)

        def drain(slow):
            import urllib.request

            count = 0
            with urllib.request.urlopen(served.url + path, timeout=120) as reply:
                while piece := reply.read(1 << 20):
                    count += len(piece)
                    if slow and count < 20_000_000:
                        time.sleep(0.05)
            return count

        with concurrent.futures.ThreadPoolExecutor(8) as pool:
            counts = list(pool.map(drain, [True, True] + [False] * 6))
        assert counts == [vendor.size] * 8
        assert served.memory() < 64 * 1024 * 1024, f"peak {served.memory() / 2**20:.1f} MiB"
