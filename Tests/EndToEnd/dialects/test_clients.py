"""The clients of these services that PyPI has, unmodified but for their base URL."""

import contextlib
import pathlib
import random
import subprocess
import time

import pytest

from harness import router
from dialect_clients import PICTURE

siray = pytest.importorskip("siray")
imagerouter = pytest.importorskip("imagerouter")


def test_the_official_client_of_siray(shared_router):
    client = siray.Siray(api_key="any", base_url=shared_router.url + "/siray", gateway_url=shared_router.url + "/siray")
    submitted = client.video.generate_async(model="kuaishou/kling-3.0-t2v", prompt="A kite", aspect_ratio="16:9", duration=5)
    assert submitted.task_id.startswith("video_")
    assert client.video.query_task(submitted.task_id).is_processing()
    done = client.video.run(model="test/card", prompt="A kite", poll_interval=0.2, timeout=30)
    assert done.is_completed() and not done.is_failed() and done.progress_percent == 100
    assert shared_router.call("GET", done.result.removeprefix(shared_router.url)).body[4:8] == b"ftyp"
    failed = client.video.run(model="test/fail", prompt="A kite", poll_interval=0.2, timeout=30)
    assert failed.is_failed() and not failed.is_completed() and failed.fail_reason
    with pytest.raises(siray.BadRequestError) as caught:
        client.video.generate_async(model="sora-2", prompt="A kite", duration=5)
    assert "4" in str(caught.value)
    with pytest.raises(siray.BadRequestError):
        client.video.query_task("video_nothing")


def test_the_official_client_of_siray_with_a_local_image(shared_router, tmp_path):
    client = siray.Siray(api_key="any", base_url=shared_router.url + "/siray", gateway_url=shared_router.url + "/siray")
    (tmp_path / "still.png").write_bytes(PICTURE)
    inline = client.load_from_local(str(tmp_path / "still.png"))
    assert client.video.run(model="test/card", prompt="A kite", image=inline, poll_interval=0.2, timeout=30).is_completed()


def test_the_official_client_of_siray_brings_a_file(shared_router, tmp_path):
    client = siray.Siray(api_key="any", base_url=shared_router.url + "/siray", gateway_url=shared_router.url + "/siray")
    (tmp_path / "a still.png").write_bytes(PICTURE)
    url = client.file.upload(str(tmp_path / "a still.png"))
    submitted = client.video.generate_async(model="test/card", prompt="A kite", image=url.replace(" ", "%20"))
    assert submitted.task_id and "warnings" not in submitted.raw_response, submitted.raw_response


@pytest.mark.parametrize("size", [1, 8 * 1024 * 1024 + 1, 20 * 1024 * 1024], ids=["a byte more", "two parts", "three parts"])
@pytest.mark.parametrize("safe", [False, True], ids=["plain", "tls"])
def test_the_official_client_of_siray_brings_a_large_file(shared_router, tmp_path, monkeypatch, safe, size):
    """Beyond 8 MiB it comes in parts; over TLS each part is in a coding of its own, with its checksum behind it."""
    with contextlib.ExitStack() as stack:
        served = shared_router
        if safe:
            paper, key = str(tmp_path / "one.pem"), str(tmp_path / "one.key")
            subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-keyout", key, "-out", paper, "-days", "2",
                            "-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1"], check=True, capture_output=True)
            for name in ("SSL_CERT_FILE", "AWS_CA_BUNDLE", "REQUESTS_CA_BUNDLE"):
                monkeypatch.setenv(name, paper)
            served = stack.enter_context(router(f"tls: {{ certificate: {paper}, key: {key} }}\n", trust=paper))
        client = siray.Siray(api_key="any", base_url=served.url + "/siray", gateway_url=served.url + "/siray")
        file = tmp_path / "still.png"
        file.write_bytes(PICTURE + random.Random(size).randbytes(size))
        url = client.file.upload(str(file))
        folder = pathlib.Path(served.state) / "uploads"
        name = url.split("/uploads/")[1].split("/")[0]
        assert (folder / name).read_bytes() == file.read_bytes()
        submitted = client.video.generate_async(model="test/card", prompt="A kite", image=url)
        assert submitted.task_id and "warnings" not in submitted.raw_response, submitted.raw_response
        # The parts go behind the answer.
        deadline = time.monotonic() + 20
        while left := [f.name for f in folder.iterdir() if f.name.startswith(name + ".")]:
            assert time.monotonic() < deadline, left
            time.sleep(0.05)


def test_an_upload_in_parts_is_bounded_and_can_be_given_up(shared_router, tmp_path):
    token = shared_router.call("POST", "/siray/api/model-verse/sts-token", headers={"Content-Length": "0"}).json["data"]
    place = token["access_endpoint"].removeprefix(shared_router.url) + token["upload_path"] + "/clip.mp4"

    def parts(numbers):
        inner = "".join(f"<Part><PartNumber>{n}</PartNumber><ETag>&quot;{n}&quot;</ETag></Part>" for n in numbers)
        return shared_router.call("POST", place + "?uploadId=x", f"<CompleteMultipartUpload>{inner}</CompleteMultipartUpload>".encode())

    assert b"<UploadId>" in shared_router.call("POST", place + "?uploads", b"").body
    for number in (2, 1):
        sent = shared_router.call("PUT", f"{place}?partNumber={number}&uploadId=x", bytes([number]) * 3)
        assert sent.status == 200 and sent.headers["etag"]
    for wrong in (0, 101, "one"):
        assert shared_router.call("PUT", f"{place}?partNumber={wrong}&uploadId=x", b"x").status == 400
    for wrong in ([], [2, 1], [1, 1], [1, 3], ["x"]):
        assert parts(wrong).status == 400, wrong
    assert shared_router.call("POST", place + "?uploadId=x", b"<PartNumber>1</PartNumber>" * 5000).status == 413
    assert parts([1, 2]).status == 200
    file = pathlib.Path(shared_router.state) / "uploads" / token["bucket_name"]
    assert file.read_bytes() == b"\x01\x01\x01\x02\x02\x02"
    # A part that is there is gone when the upload is given up.
    assert shared_router.call("PUT", f"{place}?partNumber=1&uploadId=x", b"y").status == 200
    assert shared_router.call("DELETE", place + "?uploadId=x").status == 204
    assert parts([1]).status == 400
    for method, path, status in (("POST", place, 405), ("DELETE", place, 405), ("POST", place.replace(token["upload_path"], "/no") + "?uploads", 404)):
        assert shared_router.call(method, path, b"" if method == "POST" else None).status == status, (method, path)
    broken = {"Content-Encoding": "aws-chunked"}
    for body in (b"5\r\nhello\r\n", b"5\r\nhello!\r\n0\r\n\r\n", b"hello"):
        assert shared_router.call("PUT", place, body, broken).status == 400, body
    assert shared_router.call("PUT", place, b"5;chunk-signature=ab\r\nhello\r\n0;chunk-signature=cd\r\nx-amz-checksum-crc32:AAAAAA==\r\n\r\n", broken).status == 200
    assert file.read_bytes() == b"hello"
    assert shared_router.call("PUT", place, b"x", {"Content-Encoding": "gzip"}).status == 415


def test_the_client_of_imagerouter(shared_router, tmp_path):
    still, clip = tmp_path / "still.png", tmp_path / "clip.mp4"
    still.write_bytes(PICTURE)
    client = imagerouter.ImageRouterClient(api_key="k" * 64, max_retries=1)
    client.base_url = shared_router.url + "/imagerouter"
    videos = imagerouter.VideoGenerator(client)
    made = videos.text_to_video(prompt="A kite", model="test/card", seconds=4, size="1280x720")
    assert shared_router.call("GET", made["data"][0]["url"].removeprefix(shared_router.url)).body[4:8] == b"ftyp"
    inline = videos.text_to_video(prompt="A kite", model="test/card", seconds=4, response_format="b64_json", output_path=str(clip))
    assert inline["data"][0]["b64_json"] and clip.read_bytes()[4:8] == b"ftyp"
    for pictures in (str(still), [str(still)]):
        assert videos.image_to_video(image_path=pictures, prompt="It flies", model="test/card", seconds=4)["data"][0]["url"]
    with pytest.raises(imagerouter.ValidationError):
        videos.text_to_video(prompt="A kite", model="sora-2", seconds=5)
    # What fails after the first spaces stands inside a 200, which this client takes for a result.
    assert videos.text_to_video(prompt="A kite", model="test/fail")["error"]["message"]


@pytest.mark.parametrize("host", ["", "/aimlapi"], ids=["bare", "mounted"])
def test_the_official_client_of_aimlapi(shared_router, host):
    """It takes the host alone from its base URL, so that its jobs go to the bare path; its models and chats go below the base URL."""
    aimlapi = pytest.importorskip("aimlapi")
    client = aimlapi.AIMLAPI(api_key="any", base_url=shared_router.url + host + "/v1")
    reported = []
    done = client.videos.generate_with_polling(model="test/card", prompt="A kite", aspect_ratio="16:9", duration=4, seed=7, poll_interval=0.2, poll_timeout=60,
                                               status_callback=lambda payload: reported.append(payload["status"]))
    assert done["status"] == "completed" and set(reported) <= {"queued", "generating", "completed"}, (reported, done)
    clip = client.videos.generate_with_polling(model="test/card", prompt="A kite", poll_interval=0.2, poll_timeout=60, return_bytes=True)
    assert clip[4:8] == b"ftyp"
    with pytest.raises(Exception) as caught:
        client.videos.generate_with_polling(model="sora-2", prompt="A kite", duration=5, poll_interval=0.2)
    assert "4" in str(caught.value)
    failed = client.videos.generate_with_polling(model="test/fail", prompt="A kite", poll_interval=0.2, poll_timeout=60)
    assert failed["status"] == "error" and failed["error"]["message"]


def test_the_client_of_aimlapi_in_langchain(shared_router):
    """Speaks the older paths, a family of models in each."""
    langchain = pytest.importorskip("langchain_aimlapi")
    for model, family in (("test/card", "google"), ("test/card", "kling")):
        client = langchain.AimlapiVideoModel(model=model, provider=family, api_key="any", base_url=shared_router.url + "/aimlapi/v2", timeout=60)
        urls = client.generate_videos("A kite", poll_interval=0.2, timeout=60)
        assert len(urls) == 1 and shared_router.call("GET", urls[0].removeprefix(shared_router.url)).body[4:8] == b"ftyp"
    failing = langchain.AimlapiVideoModel(model="test/fail", api_key="any", base_url=shared_router.url + "/aimlapi/v2", timeout=60)
    with pytest.raises(RuntimeError, match="failed"):
        failing.generate_videos("A kite", poll_interval=0.2, timeout=60)
