"""Results are kept in a bucket of a real S3 server."""

import json
import random
import socket
import threading
import time
import urllib.error
import urllib.request

import pytest

import result_vendor
from fake_server import FakeServer
from harness import Response, eventually, router
from result_vendor import ResultVendor
from s3_server import ACCESS, SECRET, s3  # noqa: F401
from test_clock import library  # noqa: F401
from test_results import RETRY, content, kept
from test_watch import create, metric


def config(vendor, url, bucket, **settings):
    results = {"in": f"s3://{bucket}/a/b", "endpoint": url, "access_key": ACCESS, "secret_key": SECRET, **settings}
    return vendor.config(RETRY + "results: " + json.dumps(results))


class NoRedirects(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_):
        return None


def fetch(url, method="GET", headers=None):
    """The answer itself, also a redirect."""
    try:
        with urllib.request.build_opener(NoRedirects).open(urllib.request.Request(url, method=method, headers=headers or {})) as reply:
            return Response(reply.status, reply.getheaders(), reply.read())
    except urllib.error.HTTPError as error:
        return Response(error.code, error.headers.items(), error.read())


# In one request, and in parts.
@pytest.mark.parametrize("size", [50_000, 17_500_000])
def test_a_kept_video_is_served_after_its_vendor_is_gone(s3, tmp_path, size):
    bucket = s3.make_bucket(f"served-{size}")
    with ResultVendor(size=size) as vendor:
        with router(config(vendor, s3.url, bucket), state=str(tmp_path / "s")) as served:
            name = create(served, "boat")
            kept(served)
            video = vendor.video("boat")
            vendor.leave()
            [key] = s3.objects(bucket)
            assert key.startswith("a/b/") and len(key) == 36 and s3.uploads(bucket) == []
            answer = content(served, name)
            assert (answer.status, answer.body, answer.headers["content-type"]) == (200, video, "video/mp4")
            head = content(served, name, "HEAD")
            assert (head.status, head.headers["content-length"]) == (200, str(size))
            part = content(served, name, Range="bytes=100-199")
            assert (part.status, part.body, part.headers["content-range"]) == (206, video[100:200], f"bytes 100-199/{size}")
            assert content(served, name, Range="bytes=-7").body == video[-7:]
            assert content(served, name, **{"If-None-Match": answer.headers["etag"]}).status == 304
            assert content(served, name, Range=f"bytes={size}-").status == 416
            assert served.call("DELETE", f"/v1/videos/{name}").status in (200, 503)


def test_deleted_and_evicted_results_leave_the_bucket(s3, tmp_path):
    bucket = s3.make_bucket("evicted")
    with ResultVendor(size=400_000) as vendor:
        with router(config(vendor, s3.url, bucket, max_size="1 MB"), state=str(tmp_path / "s")) as served:
            names = []
            for number in range(3):
                names.append(create(served, f"boat {number}"))
                eventually(lambda: metric(served, "genlock_results_copied_total") == number + 1, 40)
            eventually(lambda: len(s3.objects(bucket)) == 2, 20)
            assert served.call("DELETE", f"/v1/videos/{names[2]}").status == 200
            eventually(lambda: len(s3.objects(bucket)) == 1, 20)
            assert content(served, names[1]).body == vendor.video("boat 1")


def test_clients_are_redirected_where_they_follow(s3, tmp_path):
    bucket = s3.make_bucket("redirected")
    with ResultVendor() as vendor:
        with router(config(vendor, s3.url, bucket, redirect=True), state=str(tmp_path / "s")) as served:
            name = create(served, "A red kite")
            kept(served)
            video, url = vendor.video("A red kite"), f"{served.url}/v1/videos/{name}/content"
            vendor.leave()
            link = served.call("GET", f"/v1/videos/{name}").json["url"]
            for source in (url, link):
                redirect = fetch(source)
                assert (redirect.status, redirect.headers["cache-control"]) == (302, "no-store")
                target = redirect.headers["location"]
                assert target.startswith(f"{s3.url}/{bucket}/a/b/")
                answer = fetch(target, headers={"Range": "bytes=10-19"})
                assert (answer.status, answer.body, answer.headers["content-type"]) == (206, video[10:20], "video/mp4")
                assert "a-red-kite" in answer.headers["content-disposition"]
                assert fetch(target.replace("X-Amz-Expires=3600", "X-Amz-Expires=7200")).status == 403
            # A HEAD is not what the URL is signed for, and clients of other APIs may not follow.
            assert fetch(url, "HEAD").status == 200
            assert fetch(f"{served.url}/siraya/v1/videos/{name}/content").body == video


@pytest.mark.parametrize(
    "settings, sentence",
    [
        ({"secret_key": "wrong"}, "the secret_key of results is wrong"),
        ({"access_key": "unknown"}, "the access_key of results is not known"),
        ({"in": "s3://no-such-bucket/x"}, "there is no bucket no-such-bucket"),
        ({"access_key": ACCESS + "-ro", "secret_key": SECRET + "-ro"}, "the keys of results may not do that"),
        ({"endpoint": "http://127.0.0.1:9"}, "connect"),
    ])
def test_a_bucket_that_cannot_be_used_is_reported_at_the_start(s3, tmp_path, settings, sentence):
    with ResultVendor() as vendor:
        with router(config(vendor, s3.url, "unused", **settings), state=str(tmp_path / "s")) as served:
            eventually(lambda: "results cannot be kept" in served.log(), 20)
            assert sentence in served.log() and SECRET not in served.log()
            name = create(served, "boat")
            eventually(lambda: metric(served, "genlock_result_copy_failures_total") >= 1, 40)
            assert content(served, name).body == vendor.video("boat")


def test_clocks_that_differ_are_reported(s3, library, tmp_path):
    bucket = s3.make_bucket("skewed")
    switch = tmp_path / "step"
    switch.write_text("-3600")
    with ResultVendor() as vendor:
        env = {"LD_PRELOAD": str(library), "CLOCK_STEP": str(switch)}
        with router(config(vendor, s3.url, bucket), env=env) as served:
            eventually(lambda: "the clocks differ: here it is" in served.log(), 20)


class Cutter:
    """Forwards connections to a port. While there is a limit, a connection on which a client has sent more bytes is cut."""

    def __init__(self, port):
        self.target, self.limit, self.cuts = port, None, 0
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self.listener.getsockname()[1]}"
        threading.Thread(target=self.accept, daemon=True).start()

    def accept(self):
        while True:
            try:
                client = self.listener.accept()[0]
                server = socket.create_connection(("127.0.0.1", self.target))
            except OSError:
                return
            threading.Thread(target=self.forward, args=(client, server, True), daemon=True).start()
            threading.Thread(target=self.forward, args=(server, client, False), daemon=True).start()

    def forward(self, source, sink, is_cut):
        count = 0
        try:
            while data := source.recv(65536):
                count += len(data)
                if is_cut and self.limit is not None and count > self.limit:
                    self.cuts += 1
                    break
                sink.sendall(data)
        except OSError:
            pass
        for end in (source, sink):
            try:
                end.shutdown(socket.SHUT_RDWR)
            except OSError:
                pass

    def close(self):
        self.listener.close()


def test_a_connection_that_breaks_in_a_part_leaves_nothing(s3, tmp_path):
    bucket = s3.make_bucket("cut")
    cutter = Cutter(s3.port)
    with ResultVendor(size=17_500_000) as vendor:
        # The requests are signed for the cutter's port.
        with router(config(vendor, cutter.url, bucket), state=str(tmp_path / "s")) as served:
            cutter.limit = 2_000_000
            name = create(served, "boat")
            eventually(lambda: metric(served, "genlock_result_copy_failures_total") >= 1, 60)
            assert cutter.cuts >= 3 and s3.objects(bucket) == [] and content(served, name).body == vendor.video("boat")
            cutter.limit = None
            kept(served)
            vendor.leave()
            assert content(served, name).body == vendor.video("boat")
            assert len(s3.objects(bucket)) == 1 and s3.uploads(bucket) == []
    cutter.close()


def test_kills_during_uploads_leave_no_parts(s3, tmp_path):
    bucket, state = s3.make_bucket("killed"), str(tmp_path / "s")
    with ResultVendor(size=17_500_000) as vendor:

        def slowly(handler, video):
            handler.send_response(200)
            handler.send_header("Content-Type", "video/mp4")
            handler.send_header("Content-Length", str(len(video)))
            handler.end_headers()
            for start in range(0, len(video), 1_000_000):
                handler.wfile.write(video[start : start + 1_000_000])
                time.sleep(0.05)

        vendor.send = slowly
        with router(config(vendor, s3.url, bucket), state=state) as served:
            name = create(served, "boat")
            eventually(lambda: s3.uploads(bucket), 40)
            served.process.kill()
            served.process.wait(20)
        for _ in range(2):
            with router(config(vendor, s3.url, bucket), state=state) as served:
                eventually(lambda: vendor.paid_jobs.content_calls >= 2, 40)
                time.sleep(random.random())
                served.process.kill()
                served.process.wait(20)
        vendor.send = result_vendor.whole
        with router(config(vendor, s3.url, bucket), state=state) as served:
            kept(served)
            vendor.leave()
            assert content(served, name).body == vendor.video("boat")
            assert len(s3.objects(bucket)) == 1 and s3.uploads(bucket) == []


class BadBucket(FakeServer):
    """Answers as a server in trouble does."""

    def __init__(self, answer):
        self.answer = answer
        super().__init__()


def error(code, status):
    def answer(handler):
        handler.read_body()
        handler.reply(f"<Error><Code>{code}</Code><Message>m</Message></Error>".encode(), status, "application/xml")

    return answer


@pytest.mark.parametrize("code, status, sentence", [
    ("QuotaExceeded", 507, "HTTP 507 QuotaExceeded"), ("SlowDown", 503, "HTTP 503 SlowDown"),
    ("AuthorizationHeaderMalformed", 400, "the region of results is wrong")])
def test_a_server_in_trouble_keeps_nothing_and_breaks_nothing(tmp_path, code, status, sentence):
    with ResultVendor() as vendor, BadBucket(error(code, status)) as bad:
        with router(config(vendor, bad.url, "bucket"), state=str(tmp_path / "s")) as served:
            eventually(lambda: sentence in served.log(), 20)
            name = create(served, "boat")
            eventually(lambda: metric(served, "genlock_result_copy_failures_total") >= 1, 40)
            assert content(served, name).body == vendor.video("boat")


def test_a_completion_that_fails_with_status_200_is_a_failure(tmp_path):
    def answer(handler):
        handler.read_body()
        if "uploads" in handler.path and handler.command == "POST":
            return handler.reply(b"<R><UploadId>u1</UploadId></R>", 200, "application/xml")
        if handler.command == "POST":
            return handler.reply(b"<Error><Code>InternalError</Code></Error>", 200, "application/xml")
        handler.reply(b"", 200, headers={"ETag": '"x"'})

    with ResultVendor(size=17_500_000) as vendor, BadBucket(answer) as bad:
        with router(config(vendor, bad.url, "bucket"), state=str(tmp_path / "s")) as served:
            create(served, "boat")
            eventually(lambda: "a multipart upload was not completed" in served.log(), 60)
            assert metric(served, "genlock_results ") == 0
