"""What one create holds in memory counts against `max_buffered_body_bytes`, and is refused before it is read."""

from fake_server import FakeServer
from harness import router

MIB = 1 << 20
PNG = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\x04\0\0\0\x04\0\x08\x02\0\0\0"


class FakeVendor(FakeServer):
    """Accepts every job, and records how many bytes each request had."""

    def __init__(self):
        self.sizes = []
        super().__init__()

    def answer(self, handler):
        self.sizes.append(len(handler.read_body()))
        handler.reply({"request_id": f"r{len(self.sizes)}", "status": "IN_QUEUE"})


def upload(served, size):
    place = served.call("POST", "/ltx/v1/upload").json
    answer = served.call("PUT", place["upload_url"].split(str(served.port))[-1], PNG + bytes(size - len(PNG)))
    assert answer.status == 200, answer.body
    return place["storage_uri"]


def config(url, held):
    return f"""
accounts:
  fal: {{ vendor: fal, api_key: k, base_url: "{url}" }}
limits: {{ max_buffered_body_bytes: {held} }}
"""


def create(served, reference, times):
    body = {"model": "fal/seedance-2.0", "prompt": "a boat", "reference_images": [reference] * times}
    return served.call("POST", "/v1/videos/generations", body)


def test_a_file_named_nine_times_is_read_once_and_its_copies_are_counted():
    with FakeVendor() as vendor:
        with router(config(vendor.url, "64 MiB")) as served:
            reference = upload(served, 12 * MIB)
            before = served.memory()
            refused = create(served, reference, 9)
            assert refused.status == 503, refused.body
            assert refused.headers["retry-after"] == "2"
            assert vendor.sizes == [], "nothing was sent"
            assert served.memory() - before < 64 * MIB
            accepted = create(served, reference, 2)
            assert accepted.status == 200, accepted.body
            assert len(vendor.sizes) == 1 and vendor.sizes[0] > 2 * 12 * MIB
            # What was counted is given back.
            assert create(served, reference, 2).status == 200
