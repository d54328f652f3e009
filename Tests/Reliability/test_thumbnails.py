"""Thumbnails and sprite sheets of kept videos are made with ffmpeg, in a child process with bounds."""

import json
import shutil
import subprocess
import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from harness import eventually, router
from result_vendor import ResultVendor
from s3_server import ACCESS, SECRET, s3  # noqa: F401
from test_results import RETRY, config, content, files, kept
from test_watch import create, metric

pytestmark = pytest.mark.skipif(not shutil.which("ffmpeg"), reason="ffmpeg is not installed")


def card_config(folder, extra=""):
    """The test vendor makes videos that can be decoded."""
    return RETRY + extra + "results: " + json.dumps({"in": str(folder)})


def image(served, name, variant, method="GET", **headers):
    return served.call(method, f"/v1/videos/{name}/content?variant={variant}", headers=headers)


def made(served):
    name = served.call("POST", "/v1/videos", {"model": "sora-2", "prompt": "boat", "seconds": "4", "size": "1280x720"}).json["id"]
    kept(served)
    return name


def size(jpeg, tmp_path):
    """Width and height, as ffprobe reads them."""
    path = tmp_path / "image.jpg"
    path.write_bytes(jpeg)
    shown = subprocess.run(
        ["ffprobe", "-v", "error", "-show_entries", "stream=codec_name,width,height", "-of", "csv=p=0", path], capture_output=True,
        text=True, check=True)
    codec, width, height = shown.stdout.strip().split(",")[:3]
    assert codec == "mjpeg"
    return int(width), int(height)


def check_images(served, name, tmp_path):
    for variant, expected in (("thumbnail", (1280, 720)), ("spritesheet", (1280, 720))):
        answer = image(served, name, variant)
        assert (answer.status, answer.headers["content-type"]) == (200, "image/jpeg"), answer.body
        assert size(answer.body, tmp_path) == expected
        again = image(served, name, variant)
        assert again.body == answer.body and again.headers["etag"] == answer.headers["etag"]
        head = image(served, name, variant, "HEAD")
        assert (head.status, head.headers["content-length"]) == (200, str(len(answer.body)))
        assert image(served, name, variant, **{"If-None-Match": answer.headers["etag"]}).status == 304
    eventually(lambda: metric(served, "genlock_results ") == 3, 20)


def test_images_of_a_video_in_a_folder(tmp_path):
    folder = tmp_path / "kept"
    with router(card_config(folder), state=str(tmp_path / "s")) as served:
        name = made(served)
        check_images(served, name, tmp_path)
        assert len(files(folder)) == 3
        assert served.call("DELETE", f"/v1/videos/{name}").status == 200
        eventually(lambda: files(folder) == [], 20)


def test_images_of_a_video_in_a_bucket(s3, tmp_path):
    bucket = s3.make_bucket("thumbnails")
    results = {"in": f"s3://{bucket}", "endpoint": s3.url, "access_key": ACCESS, "secret_key": SECRET}
    with router(RETRY + "results: " + json.dumps(results), state=str(tmp_path / "s")) as served:
        check_images(served, made(served), tmp_path)
        assert len(s3.objects(bucket)) == 3
        assert files(tmp_path / "s" / "thumbnails") == []


def test_several_requests_make_an_image_once(tmp_path):
    folder = tmp_path / "kept"
    with router(card_config(folder), state=str(tmp_path / "s")) as served:
        name = made(served)
        with ThreadPoolExecutor(8) as pool:
            answers = list(pool.map(lambda _: image(served, name, "thumbnail"), range(8)))
        assert {answer.status for answer in answers} == {200} and len({answer.body for answer in answers}) == 1
        assert len(files(folder)) == 2


@pytest.mark.parametrize("settings, env", [("thumbnails: off\n", {}), ("", {"PATH": "/nowhere"})])
def test_without_ffmpeg_an_image_is_refused(tmp_path, settings, env):
    with router(card_config(tmp_path / "kept", settings), state=str(tmp_path / "s"), env=env) as served:
        answer = image(served, made(served), "thumbnail")
        assert (answer.status, answer.json["error"]["code"]) == (400, "unsupported_variant")


def test_a_video_that_cannot_be_decoded_has_no_image(tmp_path):
    """The file has the boxes of a movie and nothing in them."""
    folder = tmp_path / "kept"
    with ResultVendor() as vendor:
        with router(config(vendor, folder), state=str(tmp_path / "s")) as served:
            name = create(served, "boat")
            kept(served)
            for _ in range(5):
                answer = image(served, name, "thumbnail")
                assert (answer.status, answer.json["error"]["code"]) == (400, "unsupported_variant")
            assert served.log().count("image of a video not made") == 3
            assert content(served, name).body == vendor.video("boat")
            eventually(lambda: len(files(folder)) == 1, 20)


@pytest.mark.parametrize("script, reason", [("exec sleep 600", "timeout"), ("exec cat /dev/zero", "tooMuchOutput")])
def test_a_program_that_exceeds_its_bounds_is_killed(tmp_path, script, reason):
    program = tmp_path / "bin" / "ffmpeg"
    program.parent.mkdir()
    program.write_text(f"#!/bin/sh\n{script}\n")
    program.chmod(0o755)
    settings = RETRY.replace(" }", ", thumbnail_timeout: 2s }")
    text = settings + "results: " + json.dumps({"in": str(tmp_path / "kept")})
    with router(text, state=str(tmp_path / "s"), env={"PATH": f"{program.parent}"}) as served:
        name = made(served)
        began = time.monotonic()
        assert image(served, name, "thumbnail").status == 400
        assert time.monotonic() - began < 20 and reason in served.log()
        assert content(served, name).status == 200
