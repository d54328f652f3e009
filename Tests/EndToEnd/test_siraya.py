"""Siraya's dialect over sockets: the curl commands of its documentation with only the host changed."""

import json
import subprocess

from harness import ffprobe, wait_until_ended

KEY = ["-H", "Authorization: Bearer any-key"]


def curl(*arguments):
    done = subprocess.run(["curl", "-sS", "--max-time", "30", *arguments], capture_output=True, check=True)
    return done.stdout


def test_the_documented_curl_returns_the_documented_shape(shared_router):
    body = {"model": "sora-2", "prompt": "A cute baby sea otter swimming happily", "image_url": "data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==", "seconds": 8}
    reply = json.loads(curl(shared_router.url + "/v1/videos/generations", "-H", "Content-Type: application/json", *KEY, "-d", json.dumps(body)))
    assert set(reply) >= {"id", "object", "status", "created_at", "seconds", "model"}
    assert (reply["object"], reply["status"], reply["seconds"]) == ("video", "processing", 8)
    assert reply["id"].startswith("video_") and isinstance(reply["created_at"], int)


def test_text_to_video_from_create_to_bytes(shared_router, tmp_path):
    created = shared_router.call("POST", "/v1/videos/generations", {"model": "sora-2", "prompt": "A kite", "seconds": 4, "size": "16:9"})
    assert created.status == 200, created.body
    id = created.json["id"]
    for path in (f"/v1/videos/{id}", f"/v1/videos/generations/{id}"):
        done = wait_until_ended(shared_router, path)
        assert done["status"] == "completed" and done["id"] == id
        assert done["output_url"] == done["data"][0]["url"]
    clip = shared_router.call("GET", f"/v1/videos/{id}/content")
    assert clip.headers["content-type"] == "video/mp4" and clip.body[4:8] == b"ftyp"
    path = tmp_path / "clip.mp4"
    path.write_bytes(clip.body)
    shown = ffprobe(str(path))
    assert shown["width"] * 9 == shown["height"] * 16
    # The link needs no key and names no vendor.
    linked = curl(done["output_url"].replace("http://localhost:8080", shared_router.url))
    assert linked == clip.body


def test_a_job_answers_in_the_dialect_in_which_it_was_created(shared_router):
    siraya = shared_router.call("POST", "/v1/videos/generations", {"model": "sora-2", "prompt": "x"}).json["id"]
    openai = shared_router.call("POST", "/v1/videos", {"model": "sora-2", "prompt": "x"}).json["id"]
    assert shared_router.call("GET", f"/v1/videos/{siraya}").json["status"] in ("processing", "completed")
    assert shared_router.call("GET", f"/v1/videos/{openai}").json["status"] in ("queued", "in_progress", "completed")


def test_errors_carry_a_numeric_code(shared_router):
    refused = shared_router.call("POST", "/v1/videos/generations", {"model": "sora-2"})
    assert refused.status == 400 and refused.json["error"]["code"] == 400
    assert refused.headers["x-request-id"]
