"""The official Python SDK, unmodified, against a router with no configuration. Run once with the newest and once with the oldest that has `videos`."""

import io
import struct
import warnings
import zlib

import openai
import pytest

from harness import ffprobe

warnings.filterwarnings("ignore", category=DeprecationWarning)


@pytest.fixture(scope="module")
def client(shared_router):
    return openai.OpenAI(base_url=shared_router.url + "/v1", api_key="sk-anything", max_retries=0)


def png(width=64, height=48):
    def chunk(kind, data):
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    rows = b"".join(b"\0" + b"\x40\x80\xc0" * width for _ in range(height))
    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")


def test_create_and_poll_then_download(client, tmp_path):
    video = client.videos.create_and_poll(model="sora-2", prompt="A paper boat drifts", seconds="4", size="1280x720", poll_interval_ms=200)
    assert video.status == "completed"
    assert (video.progress, video.seconds, video.size, video.model, video.object) == (100, "4", "1280x720", "sora-2", "video")
    assert video.id.startswith("video_") and len(video.id) <= 255
    path = tmp_path / "clip.mp4"
    client.videos.download_content(video.id, variant="video").write_to_file(path)
    shown = ffprobe(str(path))
    assert (shown["codec_name"], shown["width"], shown["height"]) == ("h264", 1280, 720)
    assert abs(shown["duration"] - 4) < 0.05


def test_defaults_are_those_of_the_contract(client):
    video = client.videos.create(prompt="A paper boat drifts")
    assert (video.model, video.seconds, video.size, video.status) == ("sora-2", "4", "720x1280", "queued")
    assert (video.error, video.completed_at) == (None, None)
    again = client.videos.retrieve(video.id)
    assert again.id == video.id and again.created_at == video.created_at
    assert isinstance(again.progress, int)


def test_streamed_download_equals_the_plain_one(client):
    video = client.videos.create_and_poll(prompt="Same bytes", poll_interval_ms=200)
    plain = client.videos.download_content(video.id).read()
    with client.videos.with_streaming_response.download_content(video.id) as stream:
        streamed = b"".join(stream.iter_bytes())
        assert stream.headers["content-type"] == "video/mp4"
        assert int(stream.headers["content-length"]) == len(plain)
    assert streamed == plain and plain[4:8] == b"ftyp"


def test_an_input_reference_file_is_taken(client):
    video = client.videos.create(prompt="Animate this", input_reference=("still.png", io.BytesIO(png()), "image/png"), seconds="4", size="1280x720")
    assert video.status in ("queued", "in_progress")


@pytest.mark.parametrize(
    "arguments, error, param, code",
    [
        ({"prompt": "x", "seconds": "5"}, openai.BadRequestError, "seconds", "invalid_value"),
        ({"prompt": "x", "size": "17x19"}, openai.BadRequestError, "size", "invalid_value"),
        ({"prompt": ""}, openai.BadRequestError, "prompt", None),
    ],
)
def test_wrong_inputs_become_the_sdks_error_classes(client, arguments, error, param, code):
    with pytest.raises(error) as caught:
        client.videos.create(model="google/gemini-omni-1.1-flash" if "seconds" in arguments and False else "sora-2", **arguments)
    assert caught.value.param == param
    if code:
        assert caught.value.code == code
    assert caught.value.request_id


def test_an_unknown_id_is_not_found(client):
    for video in ("video_nothing", "x", "video_" + "A" * 120):
        with pytest.raises(openai.NotFoundError):
            client.videos.retrieve(video)
        with pytest.raises(openai.NotFoundError):
            client.videos.download_content(video)


def test_content_before_the_end_is_refused_permanently(client):
    video = client.videos.create(model="test/slow", prompt="Not yet")
    with pytest.raises(openai.APIStatusError) as caught:
        client.videos.download_content(video.id)
    assert 400 <= caught.value.status_code < 500 and caught.value.status_code not in (408, 409, 429)


def test_failures_are_reported_in_band(client):
    failed = client.videos.create_and_poll(model="test/fail", prompt="x", poll_interval_ms=200)
    assert failed.status == "failed" and failed.error.code and failed.error.message
    moderated = client.videos.create_and_poll(model="test/moderated", prompt="x", poll_interval_ms=200)
    assert moderated.status == "failed" and "moderat" in (moderated.error.code + moderated.error.message).lower()


def test_models_are_listed(client):
    names = [model.id for model in client.models.list()]
    assert "sora-2" in names and "test/card" in names
